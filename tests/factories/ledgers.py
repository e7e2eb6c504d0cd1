"""Leads with a ledger of any shape: drawn at random, or written row by row."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from hypothesis import strategies as st

from app.core.records.history import Cause, EntryKind
from app.promotion.leads import projection
from app.promotion.leads.enums import LeadSource, LeadStage
from app.promotion.leads.models import Lead, LeadEntry
from app.promotion.leads.queries import stages_on
from tests.factories.counties import County

DAY = date(2025, 1, 1)
NOON = datetime(2025, 1, 1, 4, tzinfo=UTC)
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Row:
    """A ledger row to be written; days count from DAY. Units, teams and people are places in the county's
    lists, `voids` the place of an earlier row of the same ledger.
    """

    kind: EntryKind
    day: int
    entered: int
    values: dict[str, Any] = field(default_factory=dict)
    cause: Cause = Cause.BY_HAND


@dataclass(frozen=True, slots=True)
class History:
    """A lead to be written: what does not change, and its ledger."""

    rows: tuple[Row, ...]
    source: LeadSource = LeadSource.RESIDENT
    industry_code: str | None = "3841"
    confidential: bool = False
    author: int = 0


def move(stage: LeadStage, day: int, entered: int | None = None) -> Row:
    return Row(EntryKind.MOVE, day, day if entered is None else entered, {"stage": stage})


def assign(
    day: int, entered: int | None = None, *, unit: int = 0, team: int | None = None, owner: int = 0
) -> Row:
    values = {"unit": unit, "team": team, "owner": owner}
    return Row(EntryKind.ASSIGN, day, day if entered is None else entered, values)


def amount(yuan: int, day: int, entered: int | None = None) -> Row:
    return Row(EntryKind.AMOUNT, day, day if entered is None else entered, {"amount": yuan})


def correct(voids: int, entered: int) -> Row:
    return Row(EntryKind.CORRECT, entered, entered, {"voids": voids})


def registration(
    day: int = 0, *, unit: int = 0, team: int | None = None, owner: int = 0, yuan: int = 0
) -> tuple[Row, ...]:
    """The three rows every ledger begins with."""
    rows = (move(LeadStage.LEAD, day), assign(day, unit=unit, team=team, owner=owner), amount(yuan, day))
    return tuple(replace(row, cause=Cause.REGISTRATION) for row in rows)


@st.composite
def _later_row(draw, written: int, begun: int, entered: int) -> Row:
    day = draw(st.integers(begun, begun + 12))
    kind = draw(st.sampled_from(["move", "move", "move", "assign", "assign", "amount", "correct"]))
    if kind == "move":
        return move(draw(st.sampled_from([*LeadStage, LeadStage.LOST, LeadStage.LOST])), day, entered)
    if kind == "assign":
        holder = {"unit": draw(st.integers(0, 1)), "owner": draw(st.integers(0, 2))}
        return assign(day, entered, team=draw(st.sampled_from([None, 0])), **holder)
    if kind == "amount" or written == 3:
        return amount(draw(st.integers(0, 9)) * 10_000_000, day, entered)
    return correct(draw(st.integers(3, written - 1)), entered)


@st.composite
def histories(draw) -> History:
    """Any ledger that begins with a registration: forward, back, on hold, lost and back again, new holders
    and sums, late entries and corrections, several of them on one day.
    """
    begun = draw(st.integers(0, 10))
    first = registration(
        begun,
        unit=draw(st.integers(0, 1)),
        team=draw(st.sampled_from([None, 0])),
        owner=draw(st.integers(0, 2)),
        yuan=draw(st.integers(0, 9)) * 10_000_000,
    )
    late = draw(st.integers(0, 5))
    rows = [replace(row, entered=begun + late) for row in first]
    for place in range(draw(st.integers(0, 7))):
        rows.append(draw(_later_row(len(rows), begun, begun + late + place * 2)))
    return History(
        tuple(rows),
        source=draw(st.sampled_from([LeadSource.RESIDENT, LeadSource.FUND])),
        industry_code=draw(st.sampled_from([None, "3841", "3985"])),
        confidential=draw(st.booleans()),
        author=draw(st.integers(0, 2)),
    )


def write(session, county: County, history: History) -> Lead:
    """The lead with its ledger and projections; flushed, not committed."""
    units, teams, people = [county.bureau, county.township], [county.team], county.people
    begun = DAY + timedelta(days=history.rows[0].day)
    lead = Lead(
        number=f"XS-2025-{next(_numbers):05d}",
        name="澄明电子模组项目",
        enterprise_id=county.enterprise.id,
        stage=LeadStage.LEAD,
        stage_since=begun,
        registered_on=begun,
        source=history.source,
        industry_code=history.industry_code,
        unit_id=units[0].id,
        owner_id=people[0].id,
        author_id=people[history.author].id,
        confidential=history.confidential,
    )
    session.add(lead)
    session.flush()
    written: list[LeadEntry] = []
    for row in history.rows:
        written.append(_entry(lead, row, written, units, teams, people))
        session.add(written[-1])
        session.flush()
    projection.settle_all([lead])
    return lead


def _entry(lead, row: Row, written, units, teams, people) -> LeadEntry:
    entry = LeadEntry(
        lead_id=lead.id,
        kind=row.kind,
        cause=row.cause,
        effective_on=DAY + timedelta(days=row.day),
        recorded_at=NOON + timedelta(days=row.entered),
        stage_set_id=stages_on().id,
        stage=row.values.get("stage"),
        amount=row.values.get("amount"),
    )
    if row.kind is EntryKind.ASSIGN:
        team = row.values["team"]
        entry.unit_id = units[row.values["unit"]].id
        entry.team_id = None if team is None else teams[team].id
        entry.owner_id = people[row.values["owner"]].id
    if row.kind is EntryKind.CORRECT:
        entry.voids = written[row.values["voids"]].id
    return entry
