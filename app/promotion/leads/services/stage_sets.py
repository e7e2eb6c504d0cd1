"""A version of the stages: what was typed, on what stays as it was."""

from collections.abc import Mapping

from app.core.values.errors import RuleBroken
from app.promotion.leads.enums import LeadStage
from app.promotion.leads.models import StageCriterion, StageSet, StageSetting
from app.promotion.leads.rules import problems_of_names


def fill_stage_set(
    row: StageSet, before: StageSet, names: Mapping[LeadStage, str], clocks: Mapping[LeadStage, int | None]
) -> None:
    """Writes the names and clocks of all stages onto a version. Their order, their groups and what each asks
    for are those of the version before it. Raises RuleBroken when two stages would have one name.
    """
    if problems := problems_of_names(names):
        raise RuleBroken(problems)
    mine = {one.stage: one for one in row.stages}
    for old in before.stages:
        one = mine.get(old.stage)
        if one is None:
            one = StageSetting(stage=old.stage)
            row.stages.append(one)
        one.position, one.reporting_group = old.position, old.reporting_group
        one.label, one.clock_days = names[old.stage], clocks.get(old.stage, old.clock_days)
    if not row.criteria:
        row.criteria = [
            StageCriterion(stage=old.stage, criterion=old.criterion, position=old.position)
            for old in before.criteria
        ]
