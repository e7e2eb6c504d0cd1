"""Who sees a row: own → team → unit → county, whoever is charged with what it belongs to, and of what is
confidential those named on it alone.

The rule has two forms. `Scope` is what one person may see, `Access` what one table says of its rows; a row is
seen in SQL where `Access.visible` holds, and as an object or in the index where both hold one of the same
tokens. A property test keeps the two together for every table.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, joinedload, selectinload

from app.core.access.auth import Actor
from app.core.access.reach import Reach

R = TypeVar("R")
_COUNTY = "county"  # the token that whoever sees the whole county holds
PEOPLE = ("owner_id", "author_id")  # each is named on the row
# The columns that the rule reads, where a table has them. Covering indexes carry them along.
HELD_BY = ("confidential", "unit_id", "team_id", *PEOPLE)


@dataclass(frozen=True, slots=True)
class Scope:
    """What one person may see of any kind of record: what they are named on, and of what is not confidential
    that of these teams, of these units, what belongs to these charges, or the whole county. Nobody sees
    nothing. What somebody is charged with is asked of the day at each request, and rows name their charge
    whoever has it: so a charge that begins or ends by its date does so at midnight, also in the index.
    """

    person_id: int | None = None
    team_ids: frozenset[int] = frozenset()
    unit_ids: frozenset[int] = frozenset()
    is_county: bool = False
    charge_ids: frozenset[int] = frozenset()

    @classmethod
    def of(cls, actor: Actor) -> "Scope":
        reach = Reach(actor.reach)
        if reach is Reach.NONE or actor.person_id is None:
            return cls()
        return cls(
            actor.person_id,
            actor.team_ids if reach in (Reach.TEAM, Reach.UNIT) else frozenset(),
            actor.unit_ids if reach is Reach.UNIT else frozenset(),
            reach is Reach.COUNTY,
            actor.charge_ids if reach is not Reach.COUNTY else frozenset(),
        )

    def tokens(self) -> tuple[str, ...]:
        """What this person holds: whoever holds one token of a record sees it."""
        if self.person_id is None:
            return ()
        county = (_COUNTY,) if self.is_county else ()
        return (
            *county,
            *_tokens("p", [self.person_id]),
            *_tokens("u", self.unit_ids),
            *_tokens("t", self.team_ids),
            *_tokens("c", self.charge_ids),
        )


def _tokens(kind: str, ids: Iterable[int]) -> list[str]:
    return sorted(f"{kind}:{each}" for each in ids)


class Columns(NamedTuple):
    """The columns that the rule reads: those of a table, or of what repeats them."""

    id: Any
    confidential: Any
    unit_id: Any
    team_id: Any
    people: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Members:
    """The table of the people who are named on a row beside its owner and author, with `person_id`. With
    `in_teams` it keeps their unit and team of that day, which see the row as its own do; one that names a
    unit or team alone has no person.
    """

    rows: InstrumentedAttribute[Any]
    row_id: InstrumentedAttribute[int]
    in_teams: bool = False

    def of(self, name: str, ids: list[int]) -> Select[int]:
        """The ids of the rows with a member among these people, of these units or of these teams."""
        return select(self.row_id).where(getattr(self.row_id.class_, name).in_(ids))

    def among(self, at: Columns, name: str, ids: list[int]) -> ColumnElement[bool]:
        """Whether a row has one. A unit has members on very many rows, which are looked at one by one; where
        it has none, a look per row cost a third of the funnel on SQLite.
        """
        rows = self.of(name, ids)
        return exists(rows.where(self.row_id == at.id)) if self.in_teams else at.id.in_(rows)


@dataclass(frozen=True, slots=True)
class Above:
    """The record that a row hangs on: whoever is named there is named here, too. With `if_confidential` only
    while this row is confidential.
    """

    record: InstrumentedAttribute[Any]
    record_id: InstrumentedAttribute[int | None]
    access: "Access[Any]"
    if_confidential: bool = False


@dataclass(frozen=True, slots=True)
class Belonging:
    """What belongs to what people are charged with, by the id that rows share with it, such as that of their
    company: `ids_of` these charges, and the same the other way round, `charges_of` all ids there are.
    """

    ids_of: Callable[[list[int]], Select[int]]
    charges_of: Callable[[], Mapping[int, frozenset[int]]]


@dataclass(frozen=True, slots=True)
class Charged:
    """By which column the rows of a table belong to a charge."""

    by: InstrumentedAttribute[int] | InstrumentedAttribute[int | None]
    belonging: Belonging

    def among(self, at: Columns, charge_ids: list[int]) -> ColumnElement[bool]:
        """Whether a row belongs to one of them. The ids of such rows are found by the index of `by` and held
        against the id, which every covering index carries along and every projection repeats: the column
        itself would be looked up row by row.
        """
        row: Any = self.by.class_
        belonging = select(row.id).where(self.by.in_(self.belonging.ids_of(charge_ids)))
        is_among: ColumnElement[bool] = at.id.in_(belonging)
        return is_among

    def of(self, row: Any) -> frozenset[int]:
        return self.belonging.charges_of().get(getattr(row, self.by.key), frozenset())


@dataclass(frozen=True, slots=True)
class Access(Generic[R]):
    """What decides who sees the rows of one table, declared once."""

    model: type[R]
    members: Members | None = None
    above: Above | None = None
    charged: Charged | None = None

    @property
    def columns(self) -> tuple[InstrumentedAttribute[Any], ...]:
        """Those of the table itself: once one of them changes, others see the row."""
        return tuple(getattr(self.model, name) for name in HELD_BY if hasattr(self.model, name))

    # --- in SQL

    def visible(self, actor: Actor, at: Columns | None = None) -> ColumnElement[bool]:
        """The rows that somebody sees; `at` other columns that repeat those of the table."""
        scope, at = Scope.of(actor), at or self._at()
        if scope.person_id is None:
            return false()
        # the cheap half first: who is named may stand in another table
        return or_(and_(~at.confidential, self._within(scope, at)), *self._named(scope.person_id, at))

    def hidden(self, actor: Actor) -> ColumnElement[bool]:
        """The ordinary rows that somebody does not see. A row without a unit or a team is unknown to
        `visible`, and the opposite of unknown would be unknown again.
        """
        return and_(~self._at().confidential, func.coalesce(self.visible(actor), false()).is_(False))

    def _at(self) -> Columns:
        model: Any = self.model
        people = tuple(getattr(model, name) for name in PEOPLE if hasattr(model, name))
        return Columns(
            model.id, getattr(model, "confidential", false()), model.unit_id, model.team_id, people
        )

    def _within(self, scope: Scope, at: Columns) -> ColumnElement[bool]:
        if scope.is_county:
            return true()
        held = (("unit_id", sorted(scope.unit_ids)), ("team_id", sorted(scope.team_ids)))
        ways = [way for name, ids in held if ids for way in self._of(at, name, ids)]
        if self.charged and scope.charge_ids:
            ways.append(self.charged.among(at, sorted(scope.charge_ids)))
        return or_(*ways) if ways else false()

    def _of(self, at: Columns, name: str, ids: list[int]) -> Iterator[ColumnElement[bool]]:
        yield getattr(at, name).in_(ids)
        if self.members and self.members.in_teams:
            yield self.members.among(at, name, ids)

    def _named(self, person_id: int, at: Columns) -> Iterator[ColumnElement[bool]]:
        yield from (column == person_id for column in at.people)
        if self.members:
            yield self.members.among(at, "person_id", [person_id])
        if self.above:
            yield self._named_above(self.above, person_id, at)

    @staticmethod
    def _named_above(above: Above, person_id: int, at: Columns) -> ColumnElement[bool]:
        rows = above.access.named_rows(person_id)
        named = or_(*(above.record_id.in_(each) for each in rows))
        return and_(at.confidential, named) if above.if_confidential else named

    def named_rows(self, person_id: int) -> Iterator[Select[int]]:
        """The ids of the rows that somebody is named on: one reading for each index that finds some."""
        at = self._at()
        if self.members:
            yield self.members.of("person_id", [person_id])
        yield select(at.id).where(or_(*(column == person_id for column in at.people)))
        if self.above:
            yield select(at.id).where(self._named_above(self.above, person_id, at))

    # --- of one row

    def may_see(self, actor: Actor, row: R) -> bool:
        """The same for one row. What stands on the row itself is asked before the people named elsewhere."""
        scope = Scope.of(actor)
        held = set(scope.tokens())
        if any(token in held for token in self._tokens_of(row)):
            return True
        return bool(scope.charge_ids) and any(token in held for token in self._tokens_of_charges(row))

    def tokens(self, row: R) -> tuple[str, ...]:
        """The same for the index: who holds one of these tokens sees the row."""
        return tuple(sorted({*self._tokens_of(row), *self._tokens_of_charges(row)}))

    def _tokens_of(self, row: Any) -> Iterator[str]:
        if not getattr(row, "confidential", False):
            yield _COUNTY
            yield from self._tokens_of_holding(row)
        yield from (f"p:{person}" for person in self.people_of(row))

    def _tokens_of_holding(self, row: Any) -> Iterator[str]:
        for each in chain((row,), self._members_of(row) if self.members and self.members.in_teams else ()):
            yield from (f"u:{each.unit_id}",) if each.unit_id is not None else ()
            yield from (f"t:{each.team_id}",) if each.team_id is not None else ()

    def _tokens_of_charges(self, row: Any) -> list[str]:
        if self.charged is None or getattr(row, "confidential", False):
            return []
        return _tokens("c", self.charged.of(row))

    def people_of(self, row: Any) -> Iterator[int]:
        yield from (person for name in PEOPLE if (person := getattr(row, name, None)) is not None)
        yield from (one.person_id for one in self._members_of(row) if one.person_id is not None)
        if self.above and (row.confidential or not self.above.if_confidential):
            record = getattr(row, self.above.record.key)
            yield from self.above.access.people_of(record) if record else ()

    def _members_of(self, row: Any) -> list[Any]:
        return getattr(row, self.members.rows.key) if self.members else []

    def loads(self) -> list[Any]:
        """What `tokens` reads beside a row, to be read for many rows at once."""
        members = [selectinload(self.members.rows)] if self.members else []
        above = self.above
        return [*members, *([joinedload(above.record).options(*above.access.loads())] if above else [])]
