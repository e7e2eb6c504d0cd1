"""Who may see and do what to a target: the rule of leads, own → team → unit → county. None is confidential.

Visits and leads move a target, whoever sees them; so a target tells that its company was met or is spoken
with and since when, as the register tells of the last contact, and never by whom. What is confidential moves
nothing. Giving a target to others and correcting its ledger take the rights of those who do so with leads.
"""

from app.core.access.auth import Actor
from app.core.access.scopes import Access, Charged
from app.promotion.targets.models import TargetEnterprise, TargetFact
from app.promotion.targets.rules import is_veto
from app.register.accounts.enums import Permission
from app.register.placements.queries import IN_CHAIN

TARGET_ACCESS = Access(TargetEnterprise, charged=Charged(TargetEnterprise.enterprise_id, IN_CHAIN))
visible, may_see = TARGET_ACCESS.visible, TARGET_ACCESS.may_see


def may_write(actor: Actor, target: TargetEnterprise) -> bool:
    """Whoever sees it and may enter any: they change, archive and restore it."""
    return actor.may(Permission.TARGETS_WRITE) and may_see(actor, target)


def may_change(actor: Actor, target: TargetEnterprise) -> bool:
    """An archived one is read-only."""
    return not target.is_archived and may_write(actor, target)


def may_assign(actor: Actor, target: TargetEnterprise) -> bool:
    return may_change(actor, target) and actor.may(Permission.LEADS_ASSIGN)


def may_correct(actor: Actor, target: TargetEnterprise) -> bool:
    """Jumps, steps back and corrections of the ledger."""
    return may_change(actor, target) and actor.may(Permission.LEADS_CORRECT)


def may_lift(actor: Actor, fact: TargetFact) -> bool:
    """Say that something that was entered counts no longer: whoever may enter any, but of what forbids a
    target whoever may correct, so that nobody lifts what was entered against their own target. What a
    tag of the company says goes with the tag, which the audit keeps.
    """
    if is_veto(fact.kind):
        return may_correct(actor, fact.target)
    return may_change(actor, fact.target)
