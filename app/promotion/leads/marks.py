"""What is dated on one lead, held against the table in `order`. A room between projection and services."""

from collections.abc import Callable, Collection
from datetime import date

from app.core.records.history import EntryKind
from app.core.values.clock import today
from app.promotion.leads import order, projection, queries
from app.promotion.leads.enums import PATH, AgreementKind, Criterion, LeadStage
from app.promotion.leads.models import Agreement, Lead
from app.promotion.leads.order import Fact, Mark


def marks_of(now: queries.LeadNow, wanted: Collection[Mark]) -> dict[Mark, date]:
    """Those of the wanted days that a lead has: of its papers and meetings, and of the entry into each stage
    it has behind it. What nobody wants is not read.

    A step back leaves the stages beyond it ahead again.
    """
    facts = {fact: _READ[fact](now) for fact in Fact if fact in wanted}
    known: dict[Mark, date] = {fact: day for fact, day in facts.items() if day is not None}
    if wanted - facts.keys():
        known |= {stage: day for stage, day in _entered(now).items() if stage in wanted}
    return known


def _reviewed_on(now: queries.LeadNow) -> date | None:
    contract = now.contracts.signed
    return contract.review.reviewed_on if contract and contract.review else None


def _signed_on(now: queries.LeadNow) -> date | None:
    contract = now.contracts.signed
    return contract.signed_on if contract else None


_READ: dict[Fact, Callable[[queries.LeadNow], date | None]] = {
    Fact.FIRST_TALK: lambda now: now.lead.first_talk_on,
    Fact.MET: lambda now: queries.day_of(Criterion.CONTACT_MADE, now.lead),
    Fact.CONCLUSION: lambda now: now.lead.conclusion_on,
    Fact.REVIEW: _reviewed_on,
    Fact.CONTRACT: _signed_on,
}


def _entered(now: queries.LeadNow) -> dict[LeadStage, date]:
    found: dict[LeadStage, date] = {}
    for entry in now.ledger.counted():
        stage = entry.stage
        if entry.kind is not EntryKind.MOVE or stage not in PATH:
            continue
        for beyond in PATH[PATH.index(stage) + 1 :]:
            found.pop(beyond, None)
        found.setdefault(stage, entry.effective_on)
    return found


def why_not_enter(now: queries.LeadNow, to: LeadStage, day: date, stages: queries.Stages) -> str | None:
    """The sentence that refuses to enter a stage on a day that what opens it contradicts."""
    return _why_not_dated(now, to, day, stages)


def why_not_fact(lead: Lead, fact: Fact, day: date) -> str | None:
    """The sentence that refuses another date for what has opened a stage already, or lies before one."""
    return _why_not_dated(queries.LeadNow(lead), fact, day, queries.stages_on())


def _why_not_dated(now: queries.LeadNow, mark: Mark, day: date, stages: queries.Stages) -> str | None:
    known = marks_of(now, order.held_against(mark, stages.criteria))
    return order.why_not_dated(mark, day, known, stages.labels, stages.criteria)


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


def proposed_day(now: queries.LeadNow, to: LeadStage) -> order.Proposal:
    """The day on which a form or the board proposes to enter a stage."""
    wanted = order.told_by(to)
    if not wanted:
        return order.Proposal(today())
    moved_on = projection.standing_of(now.lead, now.ledger).moved_on
    return order.proposed(to, marks_of(now, wanted), moved_on, today())
