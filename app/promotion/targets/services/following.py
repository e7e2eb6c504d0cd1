"""A target follows the visits and leads of its company: what it hears of them, and what it does then."""

from app.core.values.registries import Dealt, Joined, Moved
from app.promotion.leads.enums import LeadStage
from app.promotion.targets import queries
from app.promotion.targets.services.ledger import follow_dealings


def _follow(enterprise_id: int) -> None:
    target = queries.open_target_of(enterprise_id, held=True)
    if target is not None:
        follow_dealings(target, queries.ledger_of(target))


def after_dealing(dealt: Dealt) -> None:
    """Hook: a visit or a lead of a company was entered, put right or put away."""
    _follow(dealt.enterprise_id)


def after_lead_move(moved: Moved) -> None:
    """Hook: a lead was registered, lost, or was not lost after all. Between other stages it stays a lead."""
    is_news = moved.before is None or LeadStage.LOST in (moved.before, moved.after)
    if moved.kind == "lead" and is_news:
        _follow(moved.subject.enterprise_id)


def after_join(joined: Joined) -> None:
    """Hook: a lead was registered twice, and never counted."""
    if joined.kind == "lead":
        _follow(joined.subject.enterprise_id)
