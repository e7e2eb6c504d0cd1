"""The one way in which people move a target to another state."""

from datetime import date

from app.core.access.auth import require_actor
from app.core.records.keeping import checked_move
from app.core.values.clock import today
from app.core.values.errors import RuleBroken
from app.promotion.targets import policy, queries, rules
from app.promotion.targets.enums import TargetStage
from app.promotion.targets.models import TargetEnterprise
from app.promotion.targets.services.ledger import LEDGER


def move_target(
    target: TargetEnterprise,
    to: TargetStage,
    effective_on: date,
    reason: str = "",
    *,
    version: int | None = None,
) -> int:
    """Forward, jump, back, dropped. Answers the place of the new row in the ledger. Raises RuleBroken
    ({field: sentence}), and NotAllowed for a jump or a step back without the right to correct.
    """
    may_correct = policy.may_correct(require_actor(), target)
    LEDGER.decide_move(
        target,
        version,
        to,
        may_go_on=lambda: rules.STAGES.why_not_move(target.stage, to, may_correct=may_correct) is None,
    )
    kind = checked_move(rules.STAGES, target.stage, to, may_correct=may_correct)
    problems = rules.missing_words(target.stage, to, kind, reason)
    ledger = queries.ledger_of(target)
    stands = ledger.standing()
    late = rules.why_not_on(
        effective_on, today=today(), moved_on=stands.moved_on if stands else target.stage_since
    )
    if late:
        problems["effective_on"] = late
    if problems:
        raise RuleBroken(problems)
    return LEDGER.move(target, ledger, to, effective_on, reason=reason)
