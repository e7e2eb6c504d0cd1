"""Months, quarters and years that are scored. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

from app.promotion.assessments.enums import SpanKind

_MONTHS = {SpanKind.MONTH: 1, SpanKind.QUARTER: 3, SpanKind.YEAR: 12}


@dataclass(frozen=True, slots=True, order=True)
class AssessedSpan:
    """One period, from its first to its last day."""

    first: date
    last: date
    kind: SpanKind

    @property
    def label(self) -> str:
        if self.kind is SpanKind.YEAR:
            return f"{self.first.year} 年"
        if self.kind is SpanKind.QUARTER:
            return f"{self.first.year} 年 {(self.first.month + 2) // 3} 季度"
        return f"{self.first.year} 年 {self.first.month} 月"

    @property
    def before(self) -> "AssessedSpan":
        return span_of(self.kind, self.first - timedelta(days=1))

    @property
    def after(self) -> "AssessedSpan":
        return span_of(self.kind, self.last + timedelta(days=1))


def span_of(kind: SpanKind, day: date) -> AssessedSpan:
    """The period that a day lies in."""
    months = _MONTHS[kind]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    beyond = first.month - 1 + months
    end = date(first.year + beyond // 12, beyond % 12 + 1, 1) - timedelta(days=1)
    return AssessedSpan(first, end, kind)


def span_from(kind: SpanKind, first: date, last: date) -> list[AssessedSpan]:
    """All periods from the one of a day to the one of another, the earliest first."""
    found, span = [], span_of(kind, first)
    while span.first <= last:
        found.append(span)
        span = span.after
    return found
