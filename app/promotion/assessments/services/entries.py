"""Numbers that nobody counts are entered by one and confirmed by another one."""

from dataclasses import dataclass
from datetime import date

from app.core.access.auth import require_actor
from app.core.records.versions import claim
from app.core.storage.db import Turn, db, wait_turn
from app.core.values.clock import now
from app.core.values.errors import NotAllowed, RuleBroken
from app.promotion.assessments import policy, queries
from app.promotion.assessments.enums import EntryState
from app.promotion.assessments.models import AssessmentEntry, AssessmentScheme

CLOSED = "这一期已经结账，不能再填。有出入的，由被考核的提异议"


@dataclass(frozen=True, slots=True)
class EntryData:
    """What is typed of a number: how much of which item, for whom, and what shows it."""

    item_code: str
    group_id: int
    first_day: date
    quantity: int
    why: str


def enter(scheme: AssessmentScheme, data: EntryData) -> AssessmentEntry:
    """A number that waits for somebody to confirm it. Raises NotAllowed and RuleBroken."""
    actor = require_actor()
    if not policy.may_enter(actor) or actor.person_id is None:
        raise NotAllowed
    _must_be_open(scheme, data.first_day)
    span = scheme.span(data.first_day)
    version = queries.version_for(scheme, span)
    if version is None or data.item_code not in {item.code for item in version.items if not item.measure}:
        raise RuleBroken({"item": f"{span.label}的方案里没有这一项，重新选"})
    if data.group_id not in queries.groups_of(scheme.by, span):
        raise RuleBroken({"group": f"不在{span.label}的考核名单里，重新选"})
    if data.quantity <= 0:
        raise RuleBroken({"quantity": "要大于 0；扣分的项也写件数，由方案去扣"})
    entry = AssessmentEntry(
        scheme_id=scheme.id,
        item_code=data.item_code,
        group_id=data.group_id,
        first_day=span.first,
        quantity=data.quantity,
        why=data.why,
        author_id=actor.person_id,
    )
    db.session.add(entry)
    db.session.flush()
    return entry


def _must_be_open(scheme: AssessmentScheme, first_day: date) -> None:
    wait_turn(Turn.ASSESSMENTS, of=scheme.id)
    if scheme.span(first_day).first in queries.closings_of(scheme):
        raise RuleBroken(CLOSED)


def confirm(entry: AssessmentEntry, seen: int) -> None:
    """By anybody who enters numbers but who entered this one. Raises NotAllowed, RuleBroken and Stale."""
    _decide(entry, seen, EntryState.CONFIRMED)


def refuse(entry: AssessmentEntry, seen: int) -> None:
    """The same the other way; also by who entered it, to take it back."""
    _decide(entry, seen, EntryState.REFUSED)


def _decide(entry: AssessmentEntry, seen: int, state: EntryState) -> None:
    actor = require_actor()
    if not policy.may_enter(actor):
        raise NotAllowed
    if state is EntryState.CONFIRMED and entry.author_id == actor.person_id:
        raise NotAllowed("自己填的数不能自己复核，请另一个人来")
    _must_be_open(entry.scheme, entry.first_day)
    claim(entry, seen)
    if entry.state is not EntryState.WAITING:
        raise RuleBroken(
            f"已经由{entry.decided_by.name if entry.decided_by else '别人'}处理过：{entry.state.label}"
        )
    entry.state, entry.decided_by_id, entry.decided_at = state, actor.person_id, now()
    db.session.flush()
