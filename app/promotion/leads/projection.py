"""The projections of the lead ledger: spans and first arrivals, and the lead's own current columns.

A room between queries and services: it reads the whole ledger of a lead and rewrites what is derived from
it, in the transaction of the ledger row. Nothing here decides anything; the arithmetic is
`core.records.history`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Delete, Table, bindparam, delete, insert, select

from app.core.records.history import (
    FOREVER,
    Entry,
    Holding,
    Span,
    Standing,
    arrivals,
    effective,
    spans,
    standing,
)
from app.core.records.ledger import Ledger, current, take
from app.core.storage.db import db
from app.promotion.leads.enums import PATH
from app.promotion.leads.models import Lead, LeadEntry, LeadReach, LeadSpan

BATCH = 500
Row = dict[str, Any]


def _table(model: type[LeadSpan] | type[LeadReach]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table


_LEDGERS = (
    select(
        LeadEntry.lead_id,
        LeadEntry.id,
        LeadEntry.kind,
        LeadEntry.effective_on,
        LeadEntry.recorded_at,
        LeadEntry.stage,
        LeadEntry.unit_id,
        LeadEntry.team_id,
        LeadEntry.owner_id,
        LeadEntry.amount,
        LeadEntry.voids,
    )
    .where(LeadEntry.lead_id.in_(bindparam("lead_ids", expanding=True)))
    .order_by(LeadEntry.lead_id, LeadEntry.id)
)


def entries_of(lead_ids: Iterable[int]) -> dict[int, list[Entry]]:
    """The ledgers of some leads as values, corrections included."""
    found: dict[int, list[Entry]] = defaultdict(list)
    for lead_id, *values in db.session.execute(_LEDGERS, {"lead_ids": list(lead_ids)}):
        found[lead_id].append(Entry(*values))
    return found


def standing_of(lead: Lead, ledger: Ledger[LeadEntry] | None = None) -> Standing:
    """Where the ledger says a lead stands now; of one that was registered twice, where it stood. `ledger`:
    from whoever has read it already.
    """
    if _is_void(lead):
        held = Holding(lead.unit_id, lead.team_id, lead.owner_id, lead.amount)
        return Standing(lead.stage, lead.stage_since, None, lead.stage_since, held)
    return _standing(lead, _counted(lead, ledger))


def _counted(lead: Lead, ledger: Ledger[LeadEntry] | None) -> list[Entry]:
    return ledger.entries() if ledger is not None else effective(entries_of([lead.id])[lead.id])


def _seen(lead: Lead) -> Row:
    return {
        "lead_id": lead.id,
        "confidential": lead.confidential,
        "seen_unit_id": lead.unit_id,
        "seen_team_id": lead.team_id,
        "seen_owner_id": lead.owner_id,
        "seen_author_id": lead.author_id,
        "source": lead.source,
        "industry_code": lead.industry_code,
    }


def _held(holding: Holding) -> Row:
    return {
        "unit_id": holding.unit_id,
        "team_id": holding.team_id,
        "owner_id": holding.owner_id,
        "amount": holding.amount,
    }


def _begins_with_move(span: Span, before: Span | None) -> bool:
    return before is None or (before.stage, before.came_from) != (span.stage, span.came_from)


def span_rows(lead: Lead, counted: list[Entry]) -> list[Row]:
    """The rows of lead_span that the effective entries of a lead amount to."""
    rows: list[Row] = []
    before: Span | None = None
    seen = _seen(lead)
    for span in spans(counted):
        when = {"stage": span.stage, "d1": span.d1, "d2": span.d2, "came_from": span.came_from}
        rows.append(seen | when | _held(span.holding) | {"is_entry": _begins_with_move(span, before)})
        before = span
    return rows


def reach_rows(lead: Lead, counted: list[Entry]) -> list[Row]:
    """The rows of lead_reach that the effective entries of a lead amount to."""
    found = arrivals(counted, PATH)
    if not found:
        return []
    first = found[0]
    same = _seen(lead) | {
        "cohort_date": first.first_date,
        "cohort_unit_id": first.holding.unit_id,
        "cohort_team_id": first.holding.team_id,
        "cohort_owner_id": first.holding.owner_id,
    }
    return [
        same
        | _held(arrival.holding)
        | {
            "stage": arrival.stage,
            "first_date": arrival.first_date,
            "next_date": arrival.next_date,
            "days": None if arrival.next_date == FOREVER else (arrival.next_date - arrival.first_date).days,
        }
        for arrival in found
    ]


def _delete(model: type[LeadSpan] | type[LeadReach]) -> Delete:
    table = _table(model)
    return delete(table).where(table.c.lead_id.in_(bindparam("lead_ids", expanding=True)))


_TABLES = tuple((_delete(model), insert(_table(model))) for model in (LeadSpan, LeadReach))


def _rewrite(leads: list[Lead], counted: dict[int, list[Entry]]) -> None:
    ids = [lead.id for lead in leads]
    for (clear, fill), derive in zip(_TABLES, (span_rows, reach_rows), strict=True):
        db.session.execute(clear, {"lead_ids": ids})
        values = [row for lead in leads for row in derive(lead, counted[lead.id])]
        if values:
            db.session.execute(fill, values)


def rewrite(lead: Lead, ledger: Ledger[LeadEntry] | None = None) -> None:
    """Derives the projections of one lead afresh, in the transaction under way; flushes. `ledger`: from
    whoever has read it already.
    """
    db.session.flush()
    _rewrite([lead], {lead.id: _counted(lead, ledger)})


def settle(lead: Lead, ledger: Ledger[LeadEntry]) -> Standing:
    """Makes the lead's current columns say what its ledger says. To be called after every ledger row;
    `rewrite` must follow.
    """
    found = _standing(lead, ledger.entries())
    take(lead, found)
    return found


def settle_all(leads: list[Lead]) -> dict[int, Standing]:
    """Current columns and projections of some leads at once, each from its ledger as stored; standings by
    lead id. One that was registered twice has none: it keeps its columns and is in no projection.
    """
    db.session.flush()
    ledgers = entries_of(lead.id for lead in leads)
    counted = {lead.id: effective(ledgers[lead.id]) for lead in leads}
    stands = {lead.id: _standing(lead, counted[lead.id]) for lead in leads if not _is_void(lead)}
    for lead in (lead for lead in leads if lead.id in stands):
        take(lead, stands[lead.id])
    db.session.flush()
    _rewrite(leads, counted)
    return stands


def _is_void(lead: Lead) -> bool:
    return lead.duplicate_of_id is not None


def _standing(lead: Lead, counted: list[Entry]) -> Standing:
    found = standing(counted)
    assert found is not None, f"lead {lead.id} has no move in its ledger"
    return found


# --- Rebuilding and checking, for the commands ---------------------------------------------------


def batches(size: int = BATCH) -> Iterator[list[Lead]]:
    """All leads by key, a batch at a time; forgets each batch so that memory stays flat."""
    last = 0
    while True:
        query = select(Lead).where(Lead.id > last).order_by(Lead.id).limit(size)
        found = list(db.session.scalars(query))
        if not found:
            return
        last = found[-1].id
        yield found
        db.session.expunge_all()


@dataclass(slots=True)
class LedgerDrift:
    """What a comparison of ledger, projections and current columns found; lists hold 编号."""

    checked: int = 0
    spans: list[str] = field(default_factory=list)
    arrivals: list[str] = field(default_factory=list)
    current: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not (self.spans or self.arrivals or self.current)


def _stored(model: type[LeadSpan] | type[LeadReach], ids: list[int]) -> dict[int, list[tuple[Any, ...]]]:
    table = _table(model)
    columns = sorted(column.name for column in table.c if column.name != "id")
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    query = select(table.c.lead_id, *(table.c[name] for name in columns)).where(table.c.lead_id.in_(ids))
    for lead_id, *values in db.session.execute(query):
        found[lead_id].append(tuple(values))
    return found


def _same(stored: list[tuple[Any, ...]], derived: list[Row]) -> bool:
    expected = [tuple(row[name] for name in sorted(row)) for row in derived]
    return sorted(stored, key=repr) == sorted(expected, key=repr)


def compare(drift: LedgerDrift, leads: list[Lead]) -> None:
    """Adds to `drift` what differs on these leads."""
    ids = [lead.id for lead in leads]
    ledgers = entries_of(ids)
    stored_spans, stored_arrivals = _stored(LeadSpan, ids), _stored(LeadReach, ids)
    for lead in leads:
        counted = effective(ledgers[lead.id])
        now = standing(counted)
        drift.checked += 1
        if not _same(stored_spans[lead.id], span_rows(lead, counted)):
            drift.spans.append(lead.number)
        if not _same(stored_arrivals[lead.id], reach_rows(lead, counted)):
            drift.arrivals.append(lead.number)
        if _is_void(lead):
            drift.current += [lead.number] if counted else []
        elif now is None or any(getattr(lead, name) != value for name, value in current(now).items()):
            drift.current.append(lead.number)
