"""Whose a lead is, and its amount: rows of the ledger as well."""

from datetime import date

from app.core.records.history import Cause, EntryKind
from app.core.storage.db import db
from app.core.values.clock import today
from app.core.values.errors import RuleBroken
from app.core.values.money import AmountReading
from app.core.values.registries import Holdings
from app.promotion.leads import queries
from app.promotion.leads.enums import LeadStage
from app.promotion.leads.models import Lead
from app.promotion.leads.services.ledger import LEDGER, begin, check_day, refuse_if, settle_lead
from app.register.accounts.models import Person
from app.register.accounts.queries import team_on, why_no_work

SIGNED_AMOUNT = "已签约，金额以合同为准；合同金额登记错了，请招商局更正签约这一行，改好协议再签"


def assign_lead(
    lead: Lead,
    *,
    owner_id: int,
    effective_on: date,
    unit_id: int | None = None,
    team_id: int | None = None,
    reason: str = "",
    cause: Cause = Cause.BY_HAND,
    version: int | None = None,
) -> int:
    """Gives a lead to somebody who can sign in; without `unit_id`, unit and team are those of the new owner
    on that day. Whoever has it already may keep it, as what was handed over earlier does.

    The date may lie before later assignments: the ledger then says who held it in between. Answers the place
    of the new row in the ledger.
    """
    owner = db.session.get(Person, owner_id)
    if owner is None:
        raise RuleBroken({"owner": "没有找到这个人，请从名单里选"})
    if owner.id != lead.owner_id:
        refuse_if("owner", why_no_work(owner))
    if unit_id is None:
        unit_id, team_id = owner.unit_id, team_on(owner.id, effective_on)
    begin(lead, version)
    check_day(lead, effective_on)
    ledger = queries.ledger_of(lead)
    LEDGER.record(
        lead,
        ledger,
        EntryKind.ASSIGN,
        effective_on,
        cause=cause,
        unit_id=unit_id,
        team_id=team_id,
        owner_id=owner.id,
        reason=reason,
    )
    settle_lead(lead, ledger)
    return len(ledger)


def give_leads_of_person(person_id: int, to_id: int, on: date, reason: str) -> None:
    """Somebody leaves: all leads in their name are assigned to another one, and with the signed ones their
    projects. What was done stays with who did it.
    """
    for lead in queries.held_by_person(person_id):
        assign_lead(lead, owner_id=to_id, effective_on=on, reason=reason, cause=Cause.HANDED_OVER)


def leads_of_member(person_id: int, team_id: int) -> list[Lead]:
    """What somebody holds for a resident team."""
    return [lead for lead in queries.held_by_person(person_id) if lead.team_id == team_id]


def give_leads_of_member(person_id: int, team_id: int, to_id: int, on: date, reason: str) -> None:
    """Somebody leaves a team: another member takes their leads from a day on, and they stay with the team.
    One that was given to them later still goes over today.
    """
    for lead in leads_of_member(person_id, team_id):
        for day in (max(on, lead.registered_on), today()):
            if lead.owner_id == person_id:
                assign_lead(
                    lead,
                    owner_id=to_id,
                    unit_id=lead.unit_id,
                    team_id=team_id,
                    effective_on=day,
                    reason=reason,
                    cause=Cause.HANDED_OVER,
                )


def give_leads_of_unit(unit_id: int, to_id: int, on: date, reason: str) -> None:
    """A unit or a team is no more: its leads go to another one, with the owners that they have."""
    for lead in queries.held_by_unit(unit_id):
        assign_lead(
            lead,
            owner_id=lead.owner_id,
            effective_on=on,
            unit_id=to_id if lead.unit_id == unit_id else lead.unit_id,
            team_id=to_id if lead.team_id == unit_id else lead.team_id,
            reason=reason,
            cause=Cause.HANDED_OVER,
        )


HELD_LEADS = Holdings(
    "条在跟或已签约的线索",
    lambda person_id: len(queries.held_by_person(person_id)),
    give_leads_of_person,
    lambda unit_id: len(queries.held_by_unit(unit_id)),
    give_leads_of_unit,
    lambda person_id, team_id: len(leads_of_member(person_id, team_id)),
    give_leads_of_member,
)


def change_amount(
    lead: Lead, amount: AmountReading, effective_on: date, *, reason: str = "", version: int | None = None
) -> None:
    """Another planned amount from a date on; without a figure (面议) it counts as 0 and keeps its words. The
    ledger says what was written where a figure alone would say less.
    """
    begin(lead, version)
    if lead.stage is LeadStage.SIGNED:
        raise RuleBroken({"amount_text": SIGNED_AMOUNT})
    check_day(lead, effective_on)
    if amount.raw and amount.definite is None:
        reason = "，".join(filter(None, (reason, f"原写 {amount.raw}")))
    written = {"amount": amount.yuan or 0, "amount_text": amount.raw}
    ledger = queries.ledger_of(lead)
    LEDGER.record(lead, ledger, EntryKind.AMOUNT, effective_on, cause=Cause.BY_HAND, reason=reason, **written)
    lead.amount_text, lead.amount_doubtful = amount.raw, amount.needs_review
    settle_lead(lead, ledger)
