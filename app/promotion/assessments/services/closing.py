"""A period is closed: the rows it counted are kept, and its scores are made of these alone. Issued again, it
keeps one row more.
"""

from datetime import date
from typing import Any

from sqlalchemy import Date, Integer, String, insert, literal, select

from app.core.access.auth import require_actor
from app.core.storage.db import Turn, db, wait_turn
from app.core.values.clock import today
from app.core.values.errors import NotAllowed, RuleBroken
from app.promotion.assessments import policy, queries
from app.promotion.assessments.enums import EntryState
from app.promotion.assessments.models import (
    AssessmentClosing,
    AssessmentEntry,
    AssessmentInput,
    AssessmentObjection,
    AssessmentPoint,
    AssessmentScheme,
    AssessmentScore,
)
from app.promotion.assessments.queries import Group, OpenRows, Ranking
from app.promotion.assessments.rules import Scored, places_of, scored

_KEPT = (
    "scheme_id",
    "first_day",
    "revision",
    "source",
    "group_id",
    "kind",
    "key",
    "public_id",
    "day",
    "credit",
)


def close(scheme: AssessmentScheme, first_day: date) -> AssessmentClosing:
    """Closes the next period of a scheme. Raises NotAllowed, and RuleBroken while it is not over, when
    another one comes before, or while something that was entered for it waits.
    """
    actor = require_actor()
    if not policy.may_set(actor):
        raise NotAllowed
    wait_turn(Turn.ASSESSMENTS, of=scheme.id)
    ranking = _to_close(scheme, first_day)
    closing = AssessmentClosing(
        scheme=scheme,
        of_version=ranking.of_version,
        first_day=ranking.span.first,
        revision=1,
        closed_by_id=actor.person_id,
    )
    db.session.add(closing)
    db.session.flush()
    groups = {line.group.id: line.group for line in ranking.lines}
    for rows in ranking.rows:
        db.session.execute(_keeping(closing, rows, list(groups)))
    db.session.execute(_keeping_entries(closing, list(groups)))
    _score(closing, groups)
    return closing


def _to_close(scheme: AssessmentScheme, first_day: date) -> Ranking:
    closings = queries.closings_of(scheme)
    span = queries.first_open(scheme, list(closings))
    if first_day in closings:
        raise RuleBroken(f"{scheme.span(first_day).label}已经结账")
    if first_day != span.first:
        raise RuleBroken(f"一期一期地结，先结{span.label}")
    if span.last >= today():
        raise RuleBroken(f"{span.label}还没有过完，{span.last} 以后才能结账")
    if number := queries.waiting(scheme, span):
        raise RuleBroken(f"{span.label}还有 {number} 个人工填的数等复核，复核或退回以后再结账")
    ranking = queries.ranking_of(scheme, span, moves=False)
    if ranking is None:
        raise RuleBroken("方案还没有启用，先启用")
    if not ranking.lines:
        raise RuleBroken(f"{span.label}没有要考核的{scheme.by.label}，不用结账")
    return ranking


def _keeping(closing: AssessmentClosing, rows: OpenRows, group_ids: list[int]) -> Any:
    of, condition = rows.source()
    model = rows.measure.model
    kept = select(
        *_told(closing, rows.measure.code),
        of.group_id,
        literal(rows.measure.kind, String(30)),
        of.key,
        model.public_id,
        of.day,
        of.credit,
        of.amount,
    )
    kept = kept.join(model, model.id == of.key).where(condition, of.group_id.in_(group_ids))
    return insert(AssessmentInput).from_select([*_KEPT, "amount"], kept)


def _told(closing: AssessmentClosing, source: str) -> tuple[Any, ...]:
    return (
        literal(closing.scheme_id, Integer),
        literal(closing.first_day, Date),
        literal(closing.revision, Integer),
        literal(source, String(40)),
    )


def _keeping_entries(closing: AssessmentClosing, group_ids: list[int]) -> Any:
    of = AssessmentEntry
    scheme_id, first_day, revision, _source = _told(closing, "")
    kind = literal(of.__tablename__, String(30))
    kept = select(
        *(scheme_id, first_day, revision, of.item_code, of.group_id, kind, of.id, of.public_id),
        *(of.first_day, of.quantity, of.quantity.label("amount")),
    ).where(
        of.scheme_id == closing.scheme_id,
        of.first_day == closing.first_day,
        of.state == EntryState.CONFIRMED,
        of.group_id.in_(group_ids),
    )
    return insert(AssessmentInput).from_select([*_KEPT, "amount"], kept)


def _score(closing: AssessmentClosing, groups: dict[int, Group]) -> None:
    """Makes the scores of an issue from what is kept of it."""
    items = [item.as_scored for item in closing.of_version.items]
    found = scored(items, queries.quantities_of(items, queries.kept_totals(closing), list(groups)))
    places = places_of({group: one.total for group, one in found.items()})
    db.session.execute(
        insert(AssessmentScore),
        [
            {
                "closing_id": closing.id,
                "group_id": group,
                "name": groups[group].name,
                "place": places[group],
                "total": one.total,
                "levelled": one.levelled,
            }
            for group, one in found.items()
        ],
    )
    points = [
        {"closing_id": closing.id, "group_id": group, "item_code": line.item.code}
        | {"quantity": line.quantity, "points": line.points}
        for group, one in found.items()
        for line in one.lines
    ]
    db.session.execute(insert(AssessmentPoint), points)


def issue_again(
    before: Ranking, objection: AssessmentObjection, quantity: int, reason: str
) -> AssessmentClosing:
    """A closed period with another number for one item of one of them: a new issue beside the old one."""
    old = before.closing
    assert old is not None
    line = before.line_of(objection.group_id)
    assert line is not None
    was = next(one.quantity for one in line.of.lines if one.item.code == objection.item_code)
    new = AssessmentClosing(
        scheme=old.scheme,
        of_version=old.of_version,
        first_day=old.first_day,
        revision=old.revision + 1,
        closed_by_id=require_actor().person_id,
        reason=reason,
    )
    db.session.add(new)
    db.session.flush()
    difference = quantity - was
    row = {"scheme_id": old.scheme_id, "first_day": old.first_day, "revision": new.revision}
    row |= {"source": objection.item_code, "group_id": objection.group_id, "day": today()}
    row |= {"kind": objection.__tablename__, "key": objection.id, "public_id": objection.public_id}
    db.session.execute(insert(AssessmentInput), [row | {"credit": difference, "amount": difference}])
    _score(new, {each.group.id: each.group for each in before.lines})
    return new


# --- held against what is kept ------------------------------------------------------------------------


def verify(scheme: AssessmentScheme) -> list[str]:
    """What stored scores do not say as the rows that their periods kept do, in words; empty when all do."""
    query = select(AssessmentClosing).where(AssessmentClosing.scheme_id == scheme.id)
    rows = db.session.scalars(query.order_by(AssessmentClosing.first_day, AssessmentClosing.revision))
    return [sentence for closing in rows.all() for sentence in _differences(closing)]


def verify_all() -> list[str]:
    """The same of every scheme."""
    return [f"{scheme.name}，{sentence}" for scheme in queries.list_schemes() for sentence in verify(scheme)]


def _differences(closing: AssessmentClosing) -> list[str]:
    anew = queries.rescored(closing)
    stored = queries.ranking_of(closing.scheme, closing.span, revision=closing.revision, moves=False)
    assert stored is not None
    places = places_of({group: one.total for group, one in anew.items()})
    return [
        f"{closing.span.label}第 {closing.revision} 次公布：{line.group.name}的得分和明细对不上"
        for line in stored.lines
        if not _same(line.of, anew[line.group.id]) or line.place != places[line.group.id]
    ]


def _same(one: Scored, other: Scored) -> bool:
    return (one.lines, one.levelled, one.total) == (other.lines, other.levelled, other.total)
