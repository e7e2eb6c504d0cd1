"""Filters of lists by whose work it is: a unit with all below it, a resident team, a person."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from app.core.records.filters import Choices, Column, Condition, Filter
from app.core.storage.db import read_once
from app.core.values.labels import label_of
from app.core.web import pages
from app.register.accounts import queries
from app.register.accounts.models import Person, Unit


def itself(condition: Condition) -> Condition:
    """For a column of the record."""
    return condition


@dataclass(frozen=True, kw_only=True, slots=True)
class ByUnit(Filter):
    """The unit and every unit below it. Called like the column that it narrows."""

    name: str = "unit"
    label: str = ""
    column: Column
    within: Callable[[Condition], Condition] = itself  # where the column is that of a part of the record

    field: ClassVar[str] = "select"

    def __post_init__(self) -> None:
        object.__setattr__(self, "label", self.label or label_of(self.column))

    def read(self) -> Unit | None:
        asked = pages.read_text(self.name, 16)
        return queries.get_unit(asked) if asked else None

    def condition(self, value: Unit) -> Condition:
        return self.within(self.column.in_(queries.unit_ids_below(value.id)))

    def words(self, value: Unit) -> str:
        return value.name

    def written(self, value: Unit) -> str:
        return value.public_id

    def choices(self, value: Any) -> Choices:
        return queries.units_to_narrow_by()


@dataclass(frozen=True, kw_only=True, slots=True)
class ByTeam(ByUnit):
    """One resident team."""

    name: str = "team"
    folded: bool = True

    def condition(self, value: Unit) -> Condition:
        return self.within(self.column == value.id)

    def choices(self, value: Any) -> Choices:
        return queries.teams_to_narrow_by()


@dataclass(frozen=True, kw_only=True, slots=True)
class ByPerson(Filter):
    """One person, also one who has left. Called like the column that it narrows."""

    name: str = "owner"
    label: str = ""
    column: Column
    within: Callable[[Condition], Condition] = itself

    field: ClassVar[str] = "person"

    def __post_init__(self) -> None:
        object.__setattr__(self, "label", self.label or label_of(self.column))

    def read(self) -> Person | None:
        asked = pages.read_text(self.name, 16)
        return queries.get_person(asked) if asked else None

    def condition(self, value: Person) -> Condition:
        return self.within(self.column == value.id)

    def words(self, value: Person) -> str:
        return dict(self.choices(value))[value.public_id]

    def written(self, value: Person) -> str:
        return value.public_id

    def choices(self, _value: Person | None) -> Choices:
        return read_once("people to narrow by", queries.people_to_narrow_by)  # the field and its chip
