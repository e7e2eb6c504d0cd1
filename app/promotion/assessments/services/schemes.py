"""Schemes are made from what is shipped, their items written in a draft, the draft put in force."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app.core.access.auth import require_actor
from app.core.records.measures import MEASURES
from app.core.records.versions import claim
from app.core.storage.db import Turn, db, wait_turn
from app.core.values.clock import now, today
from app.core.values.credit import By
from app.core.values.errors import NotAllowed, RuleBroken
from app.core.values.ids import new_public_id
from app.promotion.assessments import policy, queries, rules
from app.promotion.assessments.enums import SpanKind
from app.promotion.assessments.models import AssessmentItem, AssessmentScheme, AssessmentVersion
from app.promotion.assessments.rules import ScoreItem, ShippedScheme, written_steps

IN_FORCE = "这一版已经启用，按它算过分，不能再改。要改，点「改一版」"
EARLIEST = date(2015, 1, 1)


@dataclass(frozen=True, slots=True)
class SchemeData:
    """What is typed about a scheme."""

    name: str
    kind: SpanKind
    by: By
    starts_on: date
    note: str = ""


def measured(by: By) -> dict[str, bool]:
    """What can be counted for these, and whether each has an amount."""
    return {code: measure.has_amount for code, measure in MEASURES.items() if by in measure.holders}


def create_scheme(data: SchemeData, shipped: ShippedScheme | None) -> AssessmentScheme:
    """A scheme with a draft of its items. Raises NotAllowed, and RuleBroken for a name that is taken."""
    _must_set()
    if data.starts_on < EARLIEST:
        raise RuleBroken({"starts_on": f"早于 {EARLIEST.year} 年，看看年份"})
    if db.session.scalar(select(AssessmentScheme.id).where(AssessmentScheme.name == data.name)):
        raise RuleBroken({"name": "已经有一个方案叫这个名称，换一个"})
    first = rules.span_of(data.kind, data.starts_on).first
    scheme = AssessmentScheme(name=data.name, kind=data.kind, by=data.by, starts_on=first, note=data.note)
    draft = AssessmentVersion()
    scheme.versions.append(draft)
    db.session.add(scheme)
    for place, item in enumerate(shipped.items if shipped else (), 1):
        _add(draft, place, item, new_public_id())
    db.session.flush()
    return scheme


def _must_set() -> None:
    if not policy.may_set(require_actor()):
        raise NotAllowed


def _add(version: AssessmentVersion, place: int, item: ScoreItem, code: str) -> AssessmentItem:
    row = AssessmentItem(position=place, code=code)
    _write(row, item)
    version.items.append(row)
    return row


def _write(row: AssessmentItem, item: ScoreItem) -> None:
    for name in (
        "name",
        "part",
        "rule",
        "measure",
        "counting",
        "weight",
        "goal",
        "each",
        "most",
        "least",
        "digits",
    ):
        setattr(row, name, getattr(item, name))
    row.steps = written_steps(item.steps, item.counting)


def begin_draft(scheme: AssessmentScheme) -> AssessmentVersion:
    """The next version, with the items of the last one; the one there is, where somebody began it."""
    _must_set()
    wait_turn(Turn.ASSESSMENTS, of=scheme.id)
    found = queries.draft_of(scheme)
    if found is not None:
        return found
    last = max(scheme.versions, key=lambda version: version.valid_from or date.min)
    draft = AssessmentVersion()
    scheme.versions.append(draft)
    for row in last.items:
        _add(draft, row.position, row.as_scored, row.code)
    db.session.flush()
    return draft


def drop_draft(version: AssessmentVersion, seen: int) -> None:
    """A draft that is not wanted after all; the first one of a scheme stays."""
    _must_set()
    claim(version, seen)
    _must_be_draft(version)
    if len(version.scheme.versions) == 1:
        raise RuleBroken("这是方案的第一版，改好了启用；不删")
    version.scheme.versions.remove(version)
    db.session.flush()


def _must_be_draft(version: AssessmentVersion) -> None:
    if not version.is_draft:
        raise NotAllowed(IN_FORCE)


def add_item(version: AssessmentVersion, item: ScoreItem, position: int) -> AssessmentItem:
    """One more item. Raises RuleBroken for what cannot be scored."""
    _must_set()
    _must_be_draft(version)
    _must_be_good(item, version)
    row = _add(version, position, item, new_public_id())
    db.session.flush()
    return row


def change_item(row: AssessmentItem, seen: int, item: ScoreItem, position: int) -> None:
    """Raises as `add_item` does, and Stale."""
    _must_set()
    claim(row, seen)
    _must_be_draft(row.of_version)
    _must_be_good(item, row.of_version)
    _write(row, item)
    row.position = position
    db.session.flush()


def remove_item(row: AssessmentItem, seen: int) -> None:
    _must_set()
    claim(row, seen)
    _must_be_draft(row.of_version)
    row.of_version.items.remove(row)
    db.session.flush()


def _must_be_good(item: ScoreItem, version: AssessmentVersion) -> None:
    if problems := rules.problem_of_item(item, measured(version.scheme.by)):
        raise RuleBroken(problems)


def put_in_force(version: AssessmentVersion, seen: int, day: date, note: str) -> None:
    """A draft holds from a day on. Raises RuleBroken where its items or the day do not fit."""
    _must_set()
    wait_turn(Turn.ASSESSMENTS, of=version.scheme_id)
    claim(version, seen)
    _must_be_draft(version)
    if problem := rules.problem_of_items(
        [row.as_scored for row in version.items], measured(version.scheme.by)
    ):
        raise RuleBroken(problem)
    if problem := _why_not_from(version.scheme, day):
        raise RuleBroken({"valid_from": problem})
    version.valid_from, version.note = day, note
    version.entered_by, version.updated_at = require_actor().name, now()
    db.session.flush()


def _why_not_from(scheme: AssessmentScheme, day: date) -> str:
    begun = [version.valid_from for version in scheme.versions if version.valid_from is not None]
    first = scheme.span(scheme.starts_on)
    if not begun:
        return "" if day <= first.last else f"第一版要管到第一期（{first.label}），最晚从 {first.last} 起"
    if day <= max(begun):
        return f"{max(begun)} 起已经有一版，要在它以后"
    closed = queries.closings_of(scheme)
    if closed and day <= scheme.span(max(closed)).last:
        return f"{scheme.span(max(closed)).label}已经结账，要从它以后的日子起"
    return "" if day >= today() else f"最早从今天（{today()}）起"
