"""Measures: metrics that are counted for many teams, people or units at once, so that these can be compared.

A measure gives its rows, one for each record and whoever it is credited to, as of the row's own day: who
changes team or unit afterwards takes nothing along (ADR 24).
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, func, literal, select

from app.core.access.auth import Actor
from app.core.records.metrics import Metric, Rows
from app.core.storage.db import db
from app.core.storage.subjects import Lines
from app.core.values.credit import WHOLE, By
from app.core.values.registries import Registry

__all__ = ["MEASURES", "WHOLE", "By", "Measure", "MeasureAsked", "Tally", "measured", "tallied"]


@dataclass(frozen=True, slots=True)
class MeasureAsked:
    """Which days, for whom; `known_at`: only what had been written down by then."""

    by: By
    first: date
    last: date
    group_id: int | None = None
    known_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """What a measure comes to for one team, person or unit: credit in thousandths, amount in 元."""

    credit: int = 0
    amount: int = 0


def measured(
    group_id: Any,
    key: Any,
    day: Any,
    recorded_at: Any,
    *,
    credit: Any = WHOLE,
    amount: Any = 0,
) -> Select[Any]:
    """The columns that every measure has. `group_id` and `key` are inner ids: of whoever is credited, and of
    the record that is counted.
    """
    return select(
        group_id.label("group_id"),
        key.label("key"),
        day.label("day"),
        recorded_at.label("recorded_at"),
        (literal(credit) if isinstance(credit, int) else credit).label("credit"),
        (literal(amount) if isinstance(amount, int) else amount).label("amount"),
    ).where(group_id.is_not(None))


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure(Metric[MeasureAsked]):
    """A metric for many at once. `counted` gives its rows of some days, both included, whoever may see them;
    `model` is the kind of record they count, `visible` which of these somebody may open. `holders` are those
    for whom it can be counted; `lines` shows records that are no subjects, by public id.
    """

    counted: Callable[[By, date, date], Select[Any]]
    model: type[Any]
    visible: Callable[[Actor], ColumnElement[bool]]
    has_amount: bool = False
    holders: frozenset[By] = frozenset(By)
    lines: Callable[[Collection[str], Actor], Lines] | None = None

    @property
    def kind(self) -> str:
        """The name of the kind of record, as a subject has it."""
        return str(self.model.__tablename__)

    def all_rows(self, asked: MeasureAsked) -> Rows:
        """Every row, whoever may open it: what scores are made of."""
        source = self.counted(asked.by, asked.first, asked.last).subquery()
        of_group = [source.c.group_id == asked.group_id] if asked.group_id is not None else []
        known = [source.c.recorded_at <= asked.known_at] if asked.known_at is not None else []
        within = source.c.day.between(asked.first, asked.last)
        return Rows(source, and_(within, *of_group, *known), source.c.amount)

    def rows(self, actor: Actor, question: MeasureAsked) -> Rows:
        """Those of them whose record this person may open."""
        asked = self.all_rows(question)
        open_to = select(self.model.id).where(self.visible(actor))
        return asked.within(asked.source.c.key.in_(open_to))

    def tallies(self, asked: MeasureAsked) -> dict[int, Tally]:
        """What it comes to for each of them, by inner id, in one statement."""
        rows = self.all_rows(asked)
        return tallied(rows.source, rows.condition)


def tallied(source: FromClause, condition: ColumnElement[bool]) -> dict[int, Tally]:
    """Credit and amount of the rows for which something holds, by group."""
    credit, amount = func.sum(source.c.credit), func.sum(source.c.amount)
    query = select(source.c.group_id, credit, amount).where(condition).group_by(source.c.group_id)
    return {group: Tally(int(some), int(money)) for group, some, money in db.session.execute(query)}


MEASURES: Registry[Measure] = Registry("measures")  # by code
