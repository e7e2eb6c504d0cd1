"""The companies that may be the one in hand: by code, any name, or a near name in the same place."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from app.core.storage.db import db
from app.register.enterprises.models import Enterprise, EnterpriseName
from app.register.enterprises.queries.companies import ids_with_other_name, last_contacts
from app.register.enterprises.rules import (
    HEAD_LENGTH,
    Likeness,
    check_credit_code,
    codes_differ,
    core_key,
    likeness_of_cores,
    name_key,
    places_agree,
    places_of,
)

SHOWN_DUPLICATES = 3
_CANDIDATES = 500  # near names compared one by one; a head shared by more says little
_LAST = "\U0010ffff"  # sorts after every text with the same beginning, in byte order


@dataclass(frozen=True, slots=True)
class Suspect:
    """A company that may be the one in hand; an archived one is brought back rather than doubled."""

    enterprise: Enterprise
    likeness: Likeness
    last_contact: date | None

    @property
    def words(self) -> str:
        row = self.enterprise
        return (
            f"{self.likeness.words}，已归档（{row.archive_reason}）"
            if row.is_archived
            else self.likeness.words
        )


@dataclass(frozen=True, slots=True)
class Suspects:
    """The nearest of `total` companies that may be the one in hand, the surest first."""

    nearest: tuple[Suspect, ...] = ()
    total: int = 0

    @property
    def more(self) -> int:
        return self.total - len(self.nearest)


@dataclass(frozen=True, slots=True)
class LookedFor:
    """What duplicates are looked for by. `others` are aliases and former names, compared as they are."""

    name: str = ""
    code: str | None = None
    region_code: str | None = None
    others: tuple[str, ...] = ()
    exclude_id: int | None = None


def find_duplicates(
    name: str, code: str | None, exclude_id: int | None = None, region_code: str | None = None
) -> Suspects:
    """The companies that may be the one with this name and code."""
    return find_suspects(LookedFor(name, code, region_code, exclude_id=exclude_id))


def find_suspects(asked: LookedFor) -> Suspects:
    """The one search for duplicates: live companies by code, any name, or a near name in the same place;
    archived ones by code or name. Indexed keys only. Companies with another credit code are near to nothing.
    """
    found: dict[int, Likeness] = {}
    for likeness, ids in _exact_matches(asked):
        for row_id in ids:
            found.setdefault(row_id, likeness)
    for row_id, likeness in _near_matches(asked):
        found[row_id] = min(likeness, found.get(row_id, likeness))
    found.pop(asked.exclude_id or 0, None)
    nearest = sorted(found.items(), key=lambda entry: (entry[1], entry[0]))[:SHOWN_DUPLICATES]
    return Suspects(tuple(_suspects(dict(nearest))), len(found))


def _ids(condition: ColumnElement[bool]) -> list[int]:
    return list(db.session.scalars(select(Enterprise.id).where(condition).limit(_CANDIDATES)))


def _holding_code(code: str | None) -> str | None:
    """A credit code that says who a company is."""
    checked = check_credit_code(code)
    return checked.code if checked.problem is None or checked.may_override else None


def _exact_matches(asked: LookedFor) -> Iterator[tuple[Likeness, list[int]]]:
    keys = sorted({key for name in (asked.name, *asked.others) if (key := name_key(name))})
    code = _holding_code(asked.code)
    if code:
        yield Likeness.SAME_CODE, _ids(Enterprise.credit_code == code)
    if keys:
        yield Likeness.SAME_NAME, _ids(Enterprise.name_key.in_(keys))
        other = ids_with_other_name(EnterpriseName.name_key.in_(keys))
        yield Likeness.SAME_OTHER_NAME, _ids(Enterprise.id.in_(other))


def _near_matches(asked: LookedFor) -> Iterator[tuple[int, Likeness]]:
    core = core_key(asked.name)
    if len(core) < HEAD_LENGTH:
        return
    columns = select(
        Enterprise.id,
        Enterprise.core_key,
        Enterprise.name,
        Enterprise.region_code,
        Enterprise.credit_code,
        # Asked afterwards: in the condition SQLite walks all live rows by the index over it instead of
        # looking the key up (42 ms against 1 at 100k rows).
        Enterprise.archived_at,
    ).limit(_CANDIDATES)
    same = db.session.execute(columns.where(Enterprise.core_key == core))
    near = db.session.execute(columns.where(_begins(Enterprise.core_key, core[:HEAD_LENGTH])))
    code, places = _holding_code(asked.code), places_of(asked.region_code, asked.name)
    for row in (*same, *near):
        likeness = likeness_of_cores(core, row.core_key)
        if likeness is None or row.archived_at is not None or codes_differ(code, row.credit_code):
            continue
        if places_agree(places, places_of(row.region_code, row.name)):
            yield row.id, likeness


def _begins(column: InstrumentedAttribute[str], head: str) -> ColumnElement[bool]:
    return column.between(head, head + _LAST)


def _suspects(found: dict[int, Likeness]) -> list[Suspect]:
    if not found:
        return []
    query = select(Enterprise).where(Enterprise.id.in_(found)).options(joinedload(Enterprise.author))
    contacts = last_contacts(list(found))
    rows = {row.id: row for row in db.session.scalars(query)}
    return [Suspect(rows[row_id], likeness, contacts.get(row_id)) for row_id, likeness in found.items()]
