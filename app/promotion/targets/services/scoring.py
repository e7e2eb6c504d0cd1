"""What people enter of a target for its score, and what they lift; a version of the weights."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.core.access.auth import require_actor
from app.core.records.archiving import must_be_live
from app.core.records.versions import claim
from app.core.storage.db import db
from app.core.values.clock import today
from app.core.values.errors import Clash, NotAllowed, RuleBroken
from app.promotion.targets import policy, queries, rules
from app.promotion.targets.enums import FactKind, ScorePart
from app.promotion.targets.models import TargetEnterprise, TargetFact, TargetWeights

LIFTED = "已经取消了，不再计"
NOT_SCORED = "放弃的目标企业不评分，记上也不算；要重新招，请先列为目标"
NOT_THEIR_VETO = "一票否决由招商局负责人取消"


@dataclass(frozen=True, slots=True)
class FactData:
    """What is typed about a fact: of which kind, what it is, who says so, of which day."""

    kind: FactKind
    what: str
    source: str
    told_on: date


def enter_fact(target: TargetEnterprise, data: FactData) -> TargetFact:
    """Something that the score goes by from now on. Raises NotAllowed, and RuleBroken for a day to come, or
    where there are too many.
    """
    actor = require_actor()
    must_be_live(target)
    if actor.person_id is None or not policy.may_change(actor, target):
        raise NotAllowed
    if target.open_enterprise_id is None:
        raise RuleBroken(NOT_SCORED)
    known = [row for row in queries.facts_of(target) if row.lifted_on is None]
    told = (data.kind, data.what, data.source, data.told_on)
    if told in ((row.kind, row.what, row.source, row.told_on) for row in known):
        raise RuleBroken({"what": "这一条已经记过了，在评分下面"})
    counting = len(known)
    if problems := rules.problems_of_fact(data.told_on, today(), counting):
        raise RuleBroken(problems)
    row = TargetFact(
        target=target,
        kind=data.kind,
        what=data.what,
        source=data.source,
        told_on=data.told_on,
        author_id=actor.person_id,
    )
    db.session.add(row)
    db.session.flush()
    return row


def lift_fact(row: TargetFact, seen: int | None, why: str) -> None:
    """It counts no longer, from today on, and stays readable. Raises NotAllowed, and Stale when somebody has
    lifted it since.
    """
    must_be_live(row.target)
    if not policy.may_lift(require_actor(), row):
        raise NotAllowed(NOT_THEIR_VETO if rules.is_veto(row.kind) else "")
    claim(row, seen or 0, fixed=lambda: _lifted(row))
    if row.lifted_on is not None:
        raise RuleBroken(LIFTED)
    row.lifted_on, row.lifted_why, row.lifted_by_id = today(), why, require_actor().person_id
    db.session.flush()


def _lifted(row: TargetFact) -> Clash | None:
    return Clash(row.kind.label, LIFTED, "还计") if row.lifted_on is not None else None


def fill_weights(row: TargetWeights, weights: Mapping[ScorePart, int]) -> None:
    """Writes what was typed onto a version. Raises RuleBroken unless it comes to 100."""
    if problem := rules.problem_of_weights(weights):
        raise RuleBroken({"": problem})
    for part, weight in weights.items():
        setattr(row, part.value, weight)
