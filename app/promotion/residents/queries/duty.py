"""Reads of days: what each was for whom, a month as a grid, days on duty of all teams at once."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import FromClause, func, or_, select
from sqlalchemy.orm import joinedload

from app.core.storage.db import db
from app.core.values.clock import now
from app.core.values.errors import NotFound
from app.core.values.ids import looks_like_public_id
from app.core.values.workdays import is_working_day
from app.promotion.residents.enums import DayKind, DutyKind
from app.promotion.residents.models import DutyCheck, DutyEntry
from app.promotion.residents.rules import ON_DUTY, kind_of_day
from app.register.accounts.models import Person, TeamMembership
from app.register.reference.queries import division_names

DAY = timedelta(days=1)


def on_duty(first: date, last: date, known_at: datetime | None = None) -> FromClause:
    """The days on duty (在岗, 出差) from the first to the last day, one row for a person and a day with the
    team of that day: by the row that was entered last, or had been by an instant.
    """
    entry = DutyEntry.__table__.c
    latest = select(func.max(entry.id)).where(
        entry.day >= first, entry.day <= last, entry.recorded_at <= (known_at or now())
    )
    kept = select(entry.id, entry.team_id, entry.person_id, entry.day, entry.recorded_at)
    return kept.where(
        entry.id.in_(latest.group_by(entry.person_id, entry.day)), entry.kind.in_(ON_DUTY)
    ).subquery()


def days_on_duty(first: date, last: date, known_at: datetime | None = None) -> dict[tuple[int, int], int]:
    """How many such days each member of each team has (inner ids of team and person), in one statement."""
    rows = on_duty(first, last, known_at).c
    query = select(rows.team_id, rows.person_id, func.count()).group_by(rows.team_id, rows.person_id)
    return {(team_id, person_id): number for team_id, person_id, number in db.session.execute(query)}


def entries_of(person_id: int, days: Collection[date]) -> dict[date, DutyEntry]:
    """What counts of some days of somebody."""
    query = select(DutyEntry).where(DutyEntry.person_id == person_id, DutyEntry.day.in_(days))
    return {row.day: row for row in db.session.scalars(query.order_by(DutyEntry.id))}


def terms_between(team_id: int, first: date, last: date) -> Sequence[TeamMembership]:
    """The terms of a team that touch some days, the head's first."""
    query = (
        select(TeamMembership)
        .where(
            TeamMembership.team_id == team_id,
            TeamMembership.starts_on <= last,
            or_(TeamMembership.ends_on.is_(None), TeamMembership.ends_on >= first),
        )
        .options(joinedload(TeamMembership.person), joinedload(TeamMembership.team))
        .order_by(TeamMembership.is_head.desc(), TeamMembership.starts_on, TeamMembership.id)
    )
    return db.session.scalars(query).all()


def is_head_on(team_id: int, person_id: int | None, day: date) -> bool:
    """Whether somebody heads a team on a day."""
    return any(row.is_head and row.person_id == person_id for row in terms_between(team_id, day, day))


# --- a month -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DutyCell:
    """A day of somebody: what counts of it, whether they were in the team, whether something is missing."""

    day: date
    kind: DayKind
    entry: DutyEntry | None
    is_in: bool
    is_missing: bool
    absent: bool = False  # somebody looked and did not find them

    @property
    def words(self) -> str:
        if self.entry is not None:
            return self.entry.kind.label
        return "未记" if self.is_missing else ""

    @property
    def mark(self) -> str:
        if self.entry is not None:
            return self.entry.kind.mark
        return "未" if self.is_missing else ""


@dataclass(frozen=True, slots=True)
class PersonMonth:
    """One member of a team in a month."""

    person: Person
    is_head: bool
    cells: tuple[DutyCell, ...]

    def number(self, *kinds: DutyKind) -> int:
        return sum(cell.entry is not None and cell.entry.kind in kinds for cell in self.cells)

    @property
    def on_duty(self) -> int:
        return self.number(*ON_DUTY)

    @property
    def missing(self) -> int:
        return sum(cell.is_missing for cell in self.cells)


@dataclass(frozen=True, slots=True)
class DutyMonth:
    """The days of a team in a month: people by days, what was entered more than once, who looked."""

    first: date
    last: date
    days: tuple[tuple[date, DayKind], ...]
    rows: tuple[PersonMonth, ...]
    corrected: tuple[tuple[DutyEntry, ...], ...]  # of each day with several rows all of them, oldest first
    checks: Sequence[DutyCheck]
    cities: Mapping[str, str]

    @property
    def working(self) -> int:
        return sum(is_working_day(day) for day, _kind in self.days)


def month_of(team_id: int, first: date, last: date, today: date) -> DutyMonth:
    """A team in a month, by four questions."""
    query = select(DutyEntry).where(
        DutyEntry.team_id == team_id, DutyEntry.day >= first, DutyEntry.day <= last
    )
    both = (joinedload(DutyEntry.person), joinedload(DutyEntry.author))
    told: dict[tuple[int, date], list[DutyEntry]] = defaultdict(list)
    for entry in db.session.scalars(query.options(*both).order_by(DutyEntry.id)):
        told[entry.person_id, entry.day].append(entry)
    checks = checks_between(team_id, first, last)
    absent = {(row.person_id, row.day) for row in checks if not row.found_present}
    days = tuple((day, kind_of_day(day)) for day in _each(first, last))
    terms: dict[int, list[TeamMembership]] = defaultdict(list)
    people = {entries[0].person_id: entries[0].person for entries in told.values()}
    for term in terms_between(team_id, first, last):
        terms[term.person_id].append(term)
        people = {term.person_id: term.person} | people
    rows = [_person(person, terms[person.id], days, told, absent, today) for person in people.values()]
    several = sorted((each for each in told.values() if len(each) > 1), key=lambda each: each[0].day)
    codes = {entry.city_code for entries in told.values() for entry in entries}
    return DutyMonth(
        first,
        last,
        days,
        tuple(sorted(rows, key=lambda row: (not row.is_head, row.person.id))),
        tuple(map(tuple, several)),
        checks,
        division_names(codes),
    )


def _each(first: date, last: date) -> list[date]:
    return [first + offset * DAY for offset in range((last - first).days + 1)]


def _person(
    person: Person,
    terms: Sequence[TeamMembership],
    days: Sequence[tuple[date, DayKind]],
    told: Mapping[tuple[int, date], Sequence[DutyEntry]],
    absent: Collection[tuple[int, date]],
    today: date,
) -> PersonMonth:
    cells = []
    for day, kind in days:
        entries = told.get((person.id, day))
        is_in = any(term.term.covers(day) for term in terms)
        is_due = is_in and day <= today and is_working_day(day)
        entry = entries[-1] if entries else None
        cells.append(DutyCell(day, kind, entry, is_in, is_due and not entries, (person.id, day) in absent))
    return PersonMonth(person, any(term.is_head for term in terms), tuple(cells))


# --- spot checks -------------------------------------------------------------------------------------


def checks_between(team_id: int, first: date, last: date) -> Sequence[DutyCheck]:
    """The spot checks of a team, the latest first."""
    query = (
        select(DutyCheck)
        .where(DutyCheck.team_id == team_id, DutyCheck.day >= first, DutyCheck.day <= last)
        .options(joinedload(DutyCheck.person), joinedload(DutyCheck.author))
        .order_by(DutyCheck.day.desc(), DutyCheck.at.desc(), DutyCheck.id.desc())
    )
    return db.session.scalars(query).all()


def checks_of(person_id: int, day: date) -> list[tuple[date, str]]:
    """When somebody was looked for on a day."""
    query = select(DutyCheck.day, DutyCheck.at).where(DutyCheck.person_id == person_id, DutyCheck.day == day)
    return [(row.day, row.at) for row in db.session.execute(query)]


def get_check(public_id: str) -> DutyCheck:
    """One of them; NotFound otherwise."""
    query = select(DutyCheck).where(DutyCheck.public_id == public_id)
    found = (
        db.session.scalar(query.options(joinedload(DutyCheck.person)))
        if looks_like_public_id(public_id)
        else None
    )
    if found is None:
        raise NotFound
    return found
