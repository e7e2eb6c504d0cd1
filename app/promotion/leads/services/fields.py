"""What is written about a lead, and the days that must agree with its ledger."""

from collections.abc import Mapping
from typing import Any

from app.core.storage.db import db
from app.core.values.clock import today
from app.core.values.errors import RuleBroken
from app.core.values.money import AmountReading
from app.promotion.leads import marks, order, projection
from app.promotion.leads.models import Lead
from app.promotion.leads.order import Fact
from app.promotion.leads.services.holding import change_amount
from app.promotion.leads.services.ledger import begin

# What a ledger row says beside its kind and day.
TOLD = (
    *("stage_from", "stage", "unit_id", "team_id", "owner_id", "amount", "amount_text"),
    *("cause", "reason", "reason_code", "evidence"),
)

_PROJECTED = {"source", "industry_code"}  # repeated on the projections
_DATED = {fact.value: fact for fact in (Fact.FIRST_TALK, Fact.CONCLUSION)}


def update_lead(
    lead: Lead, version: int | None, values: Mapping[str, Any], amount: AmountReading | None = None
) -> None:
    """Changes fields of a lead, by their columns; another amount becomes a ledger row of today. Raises Stale
    when somebody else saved since `version`.
    """
    wanted = dict(values)
    if amount is not None:
        wanted["amount_text"] = amount.raw
    begin(lead, version or 0)
    _check_dates(lead, wanted)
    planned = lead.amount if amount is None else amount.yuan
    check_part(planned, wanted.get("fixed_amount", lead.fixed_amount))
    if amount is not None and (amount.raw != lead.amount_text or (amount.yuan and not lead.amount)):
        _change_amount_today(lead, amount)
    changed = {name for name, value in wanted.items() if getattr(lead, name) != value}
    for name in changed:
        setattr(lead, name, wanted[name])
    if changed & _PROJECTED:
        projection.rewrite(lead)
    db.session.flush()


def check_part(planned: int | None, fixed: int | None) -> None:
    if planned and fixed and fixed > planned:
        raise RuleBroken({"fixed_amount": "固定资产投资是计划总投资的一部分，不能比它大，请核对金额和单位"})


def _change_amount_today(lead: Lead, amount: AmountReading) -> None:
    if (amount.yuan or 0) != lead.amount:
        change_amount(lead, amount, today())
    else:
        lead.amount_text, lead.amount_doubtful = amount.raw, amount.needs_review


def _check_dates(lead: Lead, values: Mapping[str, Any]) -> None:
    """Dates that are written anew; one that stands since before a rule keeps nobody from writing the rest."""
    problems = {}
    for name, fact in _DATED.items():
        day = values.get(name)
        if not day or day == getattr(lead, name):
            continue
        refusal = order.why_not_a_day(fact.label, day, today()) or marks.why_not_fact(lead, fact, day)
        if refusal:
            problems[name] = refusal
    if problems:
        raise RuleBroken(problems)
