"""阶段和时限: how the stages are called and how long each may take, from when on."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint

from app.core.access.auth import require_actor
from app.core.records.configured import serve_configuration
from app.core.records.configuring import Configuration
from app.promotion.leads import queries
from app.promotion.leads.enums import LeadStage
from app.promotion.leads.forms import StageSetForm, clock_field
from app.promotion.leads.metrics import UNDER_WAY
from app.promotion.leads.models import StageSet
from app.promotion.leads.rules import TIMED, name_field
from app.promotion.leads.services import fill_stage_set
from app.register.accounts.enums import Permission

bp = Blueprint("stages", __name__)


def _opened(row: StageSet) -> Mapping[str, Any]:
    names = {name_field(one.stage): one.label for one in row.stages}
    return names | {clock_field(one.stage): one.clock_days for one in row.stages if one.stage in TIMED}


def _fill(row: StageSet, form: Any, before: StageSet) -> None:
    names = {stage: form[name_field(stage)].data for stage in LeadStage}
    fill_stage_set(row, before, names, {stage: form[clock_field(stage)].data for stage in TIMED})


def _told(row: StageSet) -> Mapping[str, str]:
    """A line for each stage, under the name that the product gives it at first."""
    return {one.stage.label: _in_words(one.stage, one.label, one.clock_days) for one in row.stages}


def _in_words(stage: LeadStage, label: str, days: int | None) -> str:
    if stage not in TIMED:
        return f"叫「{label}」"
    return f"叫「{label}」，{f'{days} 天内' if days else '不限时间'}"


def _effects(row: StageSet, before: StageSet) -> list[str]:
    seen = UNDER_WAY.rows(require_actor(), UNDER_WAY.asked())
    by_row, by_before = (
        seen.within(queries.overdue(replace(queries.stages_on(), clocks=_clocks(each)))).total().count
        for each in (row, before)
    )
    same = "，和照前一版一样多" if by_row == by_before else f"，照前一版是 {by_before} 条"
    return [f"照这样算，今天停留超时的线索有 {by_row} 条{same}。"]


def _clocks(row: StageSet) -> dict[LeadStage, int | None]:
    return {one.stage: one.clock_days for one in row.stages}


STAGE_SETS = Configuration(
    model=StageSet,
    title="阶段和时限",
    reads=Permission.LEADS_READ,
    writes=Permission.STAGES_SET,
    form=StageSetForm,
    opened=_opened,
    fill=_fill,
    told=_told,
    effects=_effects,
)
serve_configuration(bp, STAGE_SETS)
