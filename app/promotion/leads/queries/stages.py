"""The dated tables of stages, read once a transaction."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, select

from app.core.records.dated import holding
from app.core.storage.db import db, read_once
from app.core.values.clock import today
from app.promotion.leads.enums import Criterion, LeadStage
from app.promotion.leads.models import StageCriterion, StageSet, StageSetting


@dataclass(frozen=True, slots=True)
class Stages:
    """One stage set as values: what each stage is called, how long it may take, what it asks for."""

    id: int
    labels: Mapping[LeadStage, str]
    order: tuple[LeadStage, ...]
    clocks: Mapping[LeadStage, int | None]
    criteria: Mapping[LeadStage, tuple[Criterion, ...]]

    def label(self, stage: LeadStage | None) -> str:
        return "" if stage is None else self.labels[stage]


# Plain columns: every page and every change asks for the stages.
_SETTINGS, _CRITERIA = (model.__table__.c for model in (StageSetting, StageCriterion))
_ON = holding(StageSet)
_STAGE_SET_ID = select(_ON)
_STAGES = (
    select(
        _SETTINGS.stage_set_id,
        _SETTINGS.stage,
        _SETTINGS.label,
        _SETTINGS.clock_days,
        _CRITERIA.criterion,
    )
    .outerjoin_from(
        StageSetting.__table__,
        StageCriterion.__table__,
        and_(_CRITERIA.stage_set_id == _SETTINGS.stage_set_id, _CRITERIA.stage == _SETTINGS.stage),
    )
    .where(_SETTINGS.stage_set_id == _ON)
    .order_by(_SETTINGS.position, _CRITERIA.position, _CRITERIA.id)
)


def stage_set_id_on(day: date) -> int:
    """The stage set that holds on a date: the last that began by then, else the first."""
    return read_once((StageSet, day), lambda: _read_stage_set_id(day))


def _read_stage_set_id(day: date) -> int:
    found: int = db.session.execute(_STAGE_SET_ID, {"day": day}).scalar_one()
    return found


def stages_on(day: date | None = None) -> Stages:
    """The stages as they are set on a date, today unless told."""
    on = day or today()
    return read_once((Stages, on), lambda: _read_stages(on))


def _read_stages(day: date) -> Stages:
    rows = db.session.execute(_STAGES, {"day": day}).all()
    asked: dict[LeadStage, list[Criterion]] = defaultdict(list)
    for row in rows:
        if row.criterion is not None:
            asked[row.stage].append(row.criterion)
    found: int = rows[0].stage_set_id
    return Stages(
        read_once((StageSet, day), lambda: found),
        {row.stage: row.label for row in rows},
        tuple(dict.fromkeys(row.stage for row in rows)),
        {row.stage: row.clock_days for row in rows},
        {stage: tuple(criteria) for stage, criteria in asked.items()},
    )


def stage_labels() -> dict[LeadStage, str]:
    """What each stage is called today."""
    return dict(stages_on().labels)
