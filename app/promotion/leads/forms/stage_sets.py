"""The names of the stages and how long each may take, as the county sets them."""

from typing import Any

from app.core.records.configuring import DatedForm
from app.core.values.labels import label_of
from app.core.web.forms import count_field, line_field
from app.promotion.leads.enums import LeadStage
from app.promotion.leads.models import StageSetting
from app.promotion.leads.rules import TIMED, name_field

LONGEST_CLOCK = 730


def clock_field(stage: LeadStage) -> str:
    return f"days_{stage.value}"


def _fields() -> dict[str, Any]:
    named = {name_field(stage): _name(stage.label + label_of(StageSetting.label)) for stage in LeadStage}
    timed = {clock_field(stage): _clock(stage.label + label_of(StageSetting.clock_days)) for stage in TIMED}
    return named | timed


def _name(label: str) -> Any:
    return line_field(label, 20, required="写上阶段的名称")


def _clock(label: str) -> Any:
    return count_field(label, LONGEST_CLOCK, least=1, unit="天")


class _StageSetForm(DatedForm):
    """Without its fields, which are those of the stages."""

    headings = ("阶段", label_of(StageSetting.label), f"{label_of(StageSetting.clock_days)}，不限就空着")

    def lines(self) -> list[tuple[str, list[Any]]]:
        """The fields of each stage, under the name that the product gives it at first."""
        timed = {stage: self[clock_field(stage)] for stage in TIMED}
        return [(stage.label, [self[name_field(stage)], timed.get(stage)]) for stage in LeadStage]


StageSetForm: type[_StageSetForm] = type("StageSetForm", (_StageSetForm,), _fields())
