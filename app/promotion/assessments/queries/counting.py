"""What counts in a period: of an open one the rows of its measures that no closed one has kept, of a closed
one those that it kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from app.core.records.measures import MEASURES, Measure, MeasureAsked
from app.core.storage.db import db
from app.promotion.assessments.enums import Counting, EntryState
from app.promotion.assessments.models import (
    AssessmentClosing,
    AssessmentEntry,
    AssessmentInput,
    AssessmentItem,
    AssessmentScheme,
    AssessmentVersion,
)
from app.promotion.assessments.rules import AssessedSpan, ScoreItem

Quantities = dict[int, dict[str, int]]  # by group and code of the item
Totals = Mapping[tuple[int, str], tuple[int, int]]  # by group and source: credit, amount


@dataclass(frozen=True, slots=True)
class InputRow:
    """One row behind a number: which record, on which day, how much."""

    kind: str
    public_id: str
    day: date
    credit: int
    amount: int
    is_late: bool


@dataclass(frozen=True, slots=True)
class OpenRows:
    """The rows of a measure in an open period: those of its days; of the one that is closed next also what
    was written down too late for an earlier one that counted the same measure.
    """

    measure: Measure
    scheme: AssessmentScheme
    span: AssessedSpan
    closed: tuple[AssessedSpan, ...] = ()

    def source(self) -> tuple[Any, ColumnElement[bool]]:
        first = min((span.first for span in self.closed), default=self.span.first)
        asked = MeasureAsked(self.scheme.by, first, self.span.last)
        rows = self.measure.all_rows(asked).source.c
        of_days = or_(*(rows.day.between(span.first, span.last) for span in (self.span, *self.closed)))
        return rows, and_(of_days, ~self._is_kept(rows)) if self.closed else of_days

    def _is_kept(self, rows: Any) -> ColumnElement[bool]:
        kept = AssessmentInput
        return exists(
            select(kept.id).where(
                kept.scheme_id == self.scheme.id,
                kept.source == self.measure.code,
                kept.group_id == rows.group_id,
                kept.kind == self.measure.kind,
                kept.key == rows.key,
            )
        )


def open_rows(
    scheme: AssessmentScheme,
    version: AssessmentVersion,
    span: AssessedSpan,
    earlier: Sequence[AssessmentClosing],
) -> list[OpenRows]:
    """The rows of each measure of a version in a period that is not closed; `earlier` are the closed ones
    when it is the next to be closed.
    """
    codes = dict.fromkeys(item.measure for item in version.items if item.measure in MEASURES)
    counted_by = _measures_of({row.version_id for row in earlier})
    return [
        OpenRows(
            MEASURES[code],
            scheme,
            span,
            tuple(row.span for row in earlier if code in counted_by.get(row.version_id, ())),
        )
        for code in codes
    ]


def _measures_of(version_ids: set[int]) -> dict[int, set[str]]:
    query = select(AssessmentItem.version_id, AssessmentItem.measure)
    found: dict[int, set[str]] = {}
    for version_id, measure in db.session.execute(query.where(AssessmentItem.version_id.in_(version_ids))):
        found.setdefault(version_id, set()).add(measure)
    return found


def open_totals(rows: Sequence[OpenRows], scheme: AssessmentScheme, span: AssessedSpan) -> Totals:
    """What they come to, with what was entered by hand and confirmed: a statement for each measure."""
    found: dict[tuple[int, str], tuple[int, int]] = {}
    for each in rows:
        of, condition = each.source()
        summed = (func.sum(of.credit), func.sum(of.amount))
        query = select(of.group_id, *summed).where(condition).group_by(of.group_id)
        for group_id, credit, amount in db.session.execute(query):
            found[group_id, each.measure.code] = int(credit), int(amount)
    for group_id, code, quantity in db.session.execute(_entered(scheme, span)):
        found[group_id, code] = int(quantity), int(quantity)
    return found


def _entered(scheme: AssessmentScheme, span: AssessedSpan) -> Any:
    of = AssessmentEntry
    query = select(of.group_id, of.item_code, func.sum(of.quantity)).where(
        of.scheme_id == scheme.id, of.first_day == span.first, of.state == EntryState.CONFIRMED
    )
    return query.group_by(of.group_id, of.item_code)


def kept_totals(closing: AssessmentClosing) -> Totals:
    """What the rows that a closed period kept come to, as of this issue."""
    of = AssessmentInput
    query = select(of.group_id, of.source, func.sum(of.credit), func.sum(of.amount)).where(_kept_by(closing))
    rows = db.session.execute(query.group_by(of.group_id, of.source))
    return {(group_id, source): (int(credit), int(amount)) for group_id, source, credit, amount in rows}


def _kept_by(closing: AssessmentClosing) -> ColumnElement[bool]:
    return and_(
        AssessmentInput.scheme_id == closing.scheme_id,
        AssessmentInput.first_day == closing.first_day,
        AssessmentInput.revision <= closing.revision,
    )


def quantities_of(items: Sequence[ScoreItem], totals: Totals, group_ids: Sequence[int]) -> Quantities:
    """How much each has of each item: of its measure, and of what was entered or ruled for it."""

    def quantity(group_id: int, item: ScoreItem) -> int:
        place = 0 if item.counting is Counting.COUNT else 1
        sources = filter(None, (item.measure, item.code))
        return sum(totals.get((group_id, source), (0, 0))[place] for source in sources)

    return {group: {item.code: quantity(group, item) for item in items} for group in group_ids}


def inputs_of(
    item: ScoreItem, group_id: int, scheme: AssessmentScheme, span: AssessedSpan, rows: Sequence[OpenRows]
) -> list[InputRow]:
    """The rows behind a number of one of them in a period that is open, the earliest first."""
    found = [row for each in rows if each.measure.code == item.measure for row in _of_measure(each, group_id)]
    of = AssessmentEntry
    entered = select(of.public_id, of.first_day, of.quantity).where(
        of.scheme_id == scheme.id,
        of.first_day == span.first,
        of.group_id == group_id,
        of.item_code == item.code,
        of.state == EntryState.CONFIRMED,
    )
    kind = AssessmentEntry.__tablename__
    found += [
        InputRow(kind, one, on, much, much, is_late=False) for one, on, much in db.session.execute(entered)
    ]
    return _in_order(found)


def kept_inputs(item: ScoreItem, group_id: int, closing: AssessmentClosing) -> list[InputRow]:
    """The same of a closed one, as of this issue."""
    of = AssessmentInput
    query = select(of.kind, of.public_id, of.day, of.credit, of.amount).where(
        _kept_by(closing), of.group_id == group_id, of.source.in_([item.measure or item.code, item.code])
    )
    return _in_order(
        [InputRow(*row, is_late=row.day < closing.first_day) for row in db.session.execute(query)]
    )


def _in_order(rows: list[InputRow]) -> list[InputRow]:
    return sorted(rows, key=lambda row: (row.day, -row.credit, row.kind, row.public_id))


def _of_measure(each: OpenRows, group_id: int) -> list[InputRow]:
    of, condition = each.source()
    model = each.measure.model
    query = select(model.public_id, of.day, of.credit, of.amount).join(model, model.id == of.key)
    return [
        InputRow(each.measure.kind, public_id, day, credit, amount, is_late=day < each.span.first)
        for public_id, day, credit, amount in db.session.execute(
            query.where(condition, of.group_id == group_id)
        )
    ]
