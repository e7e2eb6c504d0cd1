"""How everybody stands in a period: open, computed from what counts by now; closed, as it was kept."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app.core.storage.db import db
from app.core.values.clock import today
from app.promotion.assessments.enums import ItemPart
from app.promotion.assessments.models import (
    AssessmentClosing,
    AssessmentPoint,
    AssessmentScheme,
    AssessmentScore,
    AssessmentVersion,
)
from app.promotion.assessments.queries.counting import (
    OpenRows,
    Quantities,
    kept_totals,
    open_rows,
    open_totals,
    quantities_of,
)
from app.promotion.assessments.queries.groups import Group, groups_of, named
from app.promotion.assessments.queries.schemes import closings_of, first_open, version_for
from app.promotion.assessments.rules import (
    AssessedSpan,
    Scored,
    ScoredLine,
    ScoreItem,
    places_of,
    scored,
    span_from,
)


@dataclass(frozen=True, slots=True)
class RankLine:
    """One of those who are compared. `moved`: how many places up since the period before, None when they were
    not scored then.
    """

    group: Group
    place: int
    moved: int | None
    of: Scored

    @property
    def activity(self) -> int:
        return self.of.part(ItemPart.ACTIVITY)

    @property
    def outcome(self) -> int:
        return self.of.part(ItemPart.OUTCOME)


@dataclass(frozen=True, slots=True)
class Ranking:
    """A period of a scheme: who comes where, by which version; `closing` is None while it is open."""

    scheme: AssessmentScheme
    span: AssessedSpan
    of_version: AssessmentVersion
    items: tuple[ScoreItem, ...]
    lines: tuple[RankLine, ...]
    closing: AssessmentClosing | None
    rows: tuple[OpenRows, ...]
    is_next: bool  # to be closed

    @property
    def quantities(self) -> Quantities:
        return {line.group.id: {one.item.code: one.quantity for one in line.of.lines} for line in self.lines}

    def line_of(self, group_id: int) -> RankLine | None:
        return next((line for line in self.lines if line.group.id == group_id), None)


def spans_of(scheme: AssessmentScheme) -> list[AssessedSpan]:
    """The periods that a scheme scores so far, the newest first."""
    last = min(today(), scheme.ended_on or date.max)
    return span_from(scheme.kind, scheme.starts_on, last)[::-1]


def ranking_of(
    scheme: AssessmentScheme, span: AssessedSpan, *, revision: int | None = None, moves: bool = True
) -> Ranking | None:
    """How everybody stands; of a closed period as it was issued last, or in the given issue. None before any
    version holds.
    """
    closings = closings_of(scheme)
    closing = closings.get(span.first)
    if closing is not None and revision is not None:
        closing = _issue(closing, revision)
    of_version = closing.of_version if closing else version_for(scheme, span)
    if of_version is None:
        return None
    items = tuple(item.as_scored for item in of_version.items)
    is_next = closing is None and span == first_open(scheme, list(closings))
    earlier = list(closings.values()) if is_next else []
    rows = () if closing else tuple(open_rows(scheme, of_version, span, earlier))
    if closing:
        groups, found = _kept(closing, items)
        places = _kept_places(closing)
    else:
        groups = groups_of(scheme.by, span)
        found = scored(items, quantities_of(items, open_totals(rows, scheme, span), list(groups)))
        places = places_of({group: one.total for group, one in found.items()})
    before = _places_before(scheme, span, closings.get(span.before.first)) if moves else {}
    lines = [
        RankLine(
            groups[group], places[group], before[group] - places[group] if group in before else None, one
        )
        for group, one in found.items()
    ]
    ordered = tuple(sorted(lines, key=lambda line: (line.place, line.group.id)))
    return Ranking(scheme, span, of_version, items, ordered, closing, rows, is_next)


def _issue(closing: AssessmentClosing, revision: int) -> AssessmentClosing:
    query = select(AssessmentClosing).where(
        AssessmentClosing.scheme_id == closing.scheme_id,
        AssessmentClosing.first_day == closing.first_day,
        AssessmentClosing.revision == revision,
    )
    return db.session.scalar(query) or closing


def _places_before(
    scheme: AssessmentScheme, span: AssessedSpan, closing: AssessmentClosing | None
) -> dict[int, int]:
    if closing is not None:
        return _kept_places(closing)
    if span.before.last < scheme.starts_on:
        return {}
    ranking = ranking_of(scheme, span.before, moves=False)
    return {line.group.id: line.place for line in ranking.lines} if ranking else {}


def _kept_places(closing: AssessmentClosing) -> dict[int, int]:
    query = select(AssessmentScore.group_id, AssessmentScore.place)
    rows = db.session.execute(query.where(AssessmentScore.closing_id == closing.id))
    return {group_id: place for group_id, place in rows}


def _kept(
    closing: AssessmentClosing, items: tuple[ScoreItem, ...]
) -> tuple[dict[int, Group], dict[int, Scored]]:
    """Scores as they were stored, nothing computed anew."""
    scores = db.session.scalars(select(AssessmentScore).where(AssessmentScore.closing_id == closing.id)).all()
    points = {
        (row.group_id, row.item_code): row
        for row in db.session.scalars(select(AssessmentPoint).where(AssessmentPoint.closing_id == closing.id))
    }
    by_now = named(closing.scheme.by, [row.group_id for row in scores])
    groups = {row.group_id: Group(row.group_id, by_now[row.group_id].public_id, row.name) for row in scores}
    found = {
        row.group_id: Scored(
            tuple(_line(item, points[row.group_id, item.code]) for item in items), row.levelled, row.total
        )
        for row in scores
    }
    return groups, found


def _line(item: ScoreItem, row: AssessmentPoint) -> ScoredLine:
    return ScoredLine(item, row.quantity, row.points)


def rescored(closing: AssessmentClosing) -> dict[int, Scored]:
    """The scores of a closed period computed anew from the rows that it kept."""
    items = [item.as_scored for item in closing.of_version.items]
    query = select(AssessmentScore.group_id).join(
        AssessmentClosing, AssessmentClosing.id == AssessmentScore.closing_id
    )
    of_first = (
        AssessmentClosing.scheme_id == closing.scheme_id,
        AssessmentClosing.first_day == closing.first_day,
        AssessmentClosing.revision == 1,
    )
    group_ids = list(db.session.scalars(query.where(*of_first).order_by(AssessmentScore.group_id)))
    return scored(items, quantities_of(items, kept_totals(closing), group_ids))
