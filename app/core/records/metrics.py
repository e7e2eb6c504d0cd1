"""Metrics of the county: what a number is called and how it is defined, and the rows it counts, in one value.
A page tells what a metric was asked, and opens what the same metric counted. The figures for machines,
`core.work.figures`, are something else.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Generic, Self, TypeVar

from sqlalchemy import ColumnElement, FromClause, and_, func, literal, select, union_all

from app.core.access.auth import Actor
from app.core.storage.db import db
from app.core.values.enums import LabelledEnum
from app.core.values.registries import Registry
from app.core.web.pages import Count

Q = TypeVar("Q")


class Basis(LabelledEnum):
    """Whose numbers they are; the two are never mixed, and neither overwrites the other."""

    PROMOTION = "promotion", "招商口径"
    STATISTICAL = "statistical", "统计口径"


@dataclass(frozen=True, slots=True)
class Amounted:
    """How many, and how much in 元."""

    count: int = 0
    amount: int = 0


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows that a metric counts for somebody: which rows of which table, and the column in 元 that is
    summed up, where one is.
    """

    source: FromClause
    condition: ColumnElement[bool]
    amount: Any = None

    def within(self, *conditions: ColumnElement[bool]) -> Self:
        """Those of them for which more holds."""
        return replace(self, condition=and_(self.condition, *conditions))

    def total(self) -> Amounted:
        """All of them, in one statement."""
        query = select(func.count(), self._sum()).select_from(self.source).where(self.condition)
        count, amount = db.session.execute(query).one()
        return Amounted(int(count), int(amount))

    def by(self, *columns: Any) -> dict[Any, Amounted]:
        """The same for each value of a column, or for each values of several, in one statement."""
        query = select(*columns, func.count(), self._sum()).select_from(self.source)
        found = db.session.execute(query.where(self.condition).group_by(*columns))
        return {
            values[0] if len(values) == 1 else tuple(values): Amounted(int(count), int(amount))
            for *values, count, amount in found
        }

    def _sum(self) -> ColumnElement[int]:
        return literal(0) if self.amount is None else func.coalesce(func.sum(self.amount), 0)


def counted_together(asked: Mapping[str, Rows], column: str) -> dict[str, dict[Any, int]]:
    """How many of several metrics' rows there are for each value of a column that all of them have, by their
    keys, in one statement.
    """
    if not asked:
        return {}
    parts = []
    for key, rows in asked.items():
        of = rows.source.c[column]
        query = select(literal(key).label("key"), of.label("value"), func.count().label("number"))
        parts.append(query.select_from(rows.source).where(rows.condition).group_by(of))
    found: dict[str, dict[Any, int]] = {key: {} for key in asked}
    for key, value, number in db.session.execute(union_all(*parts)):
        found[key][value] = int(number)
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Metric(ABC, Generic[Q]):
    """One number as the page 统计口径 defines it. A definition that changes is a new version."""

    code: str  # lead.stock
    name: str
    of: str  # what is counted: 线索
    words: str
    formula: str
    unit: str
    cohort: str
    cut_off: str
    basis: Basis = Basis.PROMOTION
    version: int = 1
    reads: StrEnum  # the right to see it

    @abstractmethod
    def rows(self, actor: Actor, question: Q) -> Rows:
        """What this person is told of: counted for the number, and opened from it."""


@dataclass(frozen=True, slots=True)
class Told:
    """A number as a page prints it: the metric that was asked, its answer, and the page that opens its rows,
    by endpoint and query.
    """

    metric: Metric[Any]
    count: int | Count
    amount: int | None
    endpoint: str
    query: Mapping[str, Any]


METRICS: Registry[Metric[Any]] = Registry("metrics")  # by code, in the order of the page 统计口径
