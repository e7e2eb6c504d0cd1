"""What is dated on one lead, held against the table in `order`. A room between projection and services."""

from datetime import date

from app.core.clock import today
from app.core.history import EntryKind, effective
from app.leads import order, projection, queries, rules
from app.leads.enums import PATH, AgreementKind, Criterion, LeadStage
from app.leads.models import Agreement, Lead
from app.leads.order import Fact, Mark


def marks_of(lead: Lead) -> dict[Mark, date]:
    """The days of a lead: of its papers and meetings, and of the entry into each stage it has behind it.

    A step back leaves the stages beyond it ahead again.
    """
    contract = queries.contract_of(lead)
    review = contract.review if contract else None
    facts = {
        Fact.FIRST_TALK: lead.first_talk_on,
        Fact.MET: queries.day_of(Criterion.CONTACT_MADE, lead),
        Fact.CONCLUSION: lead.conclusion_on,
        Fact.CONTRACT: contract.signed_on if contract else None,
        Fact.REVIEW: review.reviewed_on if review else None,
    }
    known: dict[Mark, date] = {fact: day for fact, day in facts.items() if day is not None}
    return known | _entered(lead)


def _entered(lead: Lead) -> dict[Mark, date]:
    found: dict[Mark, date] = {}
    for entry in effective(projection.entries_of([lead.id])[lead.id]):
        stage = rules.stage_of(entry.stage)
        if entry.kind is not EntryKind.MOVE or stage not in PATH:
            continue
        for beyond in PATH[PATH.index(stage) + 1 :]:
            found.pop(beyond, None)
        found.setdefault(stage, entry.effective_on)
    return found


def why_not_enter(lead: Lead, to: LeadStage, day: date, stages: queries.Stages) -> str | None:
    """The sentence that refuses to enter a stage on a day that what opens it contradicts."""
    if not order.is_held_to(to, stages.criteria):
        return None
    return order.why_not_dated(to, day, marks_of(lead), stages.labels, stages.criteria)


def why_not_fact(lead: Lead, fact: Fact, day: date) -> str | None:
    """The sentence that refuses another date for what has opened a stage already, or lies before one."""
    stages = queries.stages_on()
    return order.why_not_dated(fact, day, marks_of(lead), stages.labels, stages.criteria)


def why_not_signed_on(lead: Lead, kind: AgreementKind, day: date, reviewed_on: date | None) -> str | None:
    """The sentence that refuses the date of an agreement: its own review and, of a contract, the meeting."""
    known: dict[Mark, date] = {} if reviewed_on is None else {Fact.REVIEW: reviewed_on}
    if kind is AgreementKind.CONTRACT and lead.conclusion_on is not None:
        known[Fact.CONCLUSION] = lead.conclusion_on
    return order.why_not_dated(Fact.CONTRACT, day, known, {}, {})


def why_not_reviewed_on(agreement: Agreement, day: date) -> str | None:
    """The sentence that refuses the date of a review: it comes before the signing."""
    if agreement.signed_on is None:
        return None
    known: dict[Mark, date] = {Fact.CONTRACT: agreement.signed_on}
    return order.why_not_dated(Fact.REVIEW, day, known, {}, {})


def proposed_day(lead: Lead, to: LeadStage) -> order.Proposal:
    """The day on which a form or the board proposes to enter a stage."""
    moved_on = projection.standing_of(lead).moved_on
    return order.proposed(to, marks_of(lead), moved_on, today())
