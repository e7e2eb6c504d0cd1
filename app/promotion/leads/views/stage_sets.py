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


def _effects(row: StageSet) -> list[str]:
    now, clocks = queries.stages_on(), {one.stage: one.clock_days for one in row.stages}
    seen = UNDER_WAY.rows(require_actor(), UNDER_WAY.asked())
    by_then, now_there = (
        seen.within(queries.overdue(stages)).total().count for stages in (replace(now, clocks=clocks), now)
    )
    same = "，和现在一样多" if by_then == now_there else f"，现在是 {now_there} 条"
    return [f"照这样算，今天停留超时的线索有 {by_then} 条{same}。"]


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
