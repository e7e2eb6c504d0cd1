"""An outing is entered, changed, archived, and goes over when somebody leaves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.core.access.auth import require_actor
from app.core.records.archiving import Archiving, must_be_live
from app.core.records.holding import held
from app.core.records.versions import archived, claim
from app.core.storage import audit
from app.core.storage.db import db
from app.core.storage.subjects import subject_of
from app.core.values.clock import now
from app.core.values.errors import NotAllowed, RuleBroken
from app.promotion.outings import policy, queries, rules
from app.promotion.outings.enums import OutingDirection
from app.promotion.outings.models import Outing, OutingMember
from app.promotion.steps.services import drop_if_archived, give, hand_over
from app.register.accounts.enums import Permission
from app.register.accounts.models import Person

_NOT_THEIRS = "只有看得到这次外出和来访、又能登记外出和来访的人可以改、归档和恢复"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutingData:
    """What is typed about an outing."""

    name: str
    direction: OutingDirection
    first_on: date
    last_on: date
    leader: Person
    owner: Person
    leader_post: str = ""
    companions: Sequence[Person] = ()
    place: str = ""
    letter: str = ""
    heads: int | None = None
    notes: str = ""


def create_outing(data: OutingData) -> Outing:
    """Enters an outing in the name of who acts. Raises NotAllowed, RuleBroken."""
    actor = require_actor()
    if actor.person_id is None or not actor.may(Permission.OUTINGS_WRITE):
        raise NotAllowed
    outing = Outing(author_id=actor.person_id)
    _write(outing, data)
    db.session.add(outing)
    db.session.flush()
    return outing


def change_outing(outing: Outing, version: int | None, data: OutingData) -> None:
    """Changes an outing; its steps go with it to a new owner. Raises NotAllowed, RuleBroken, and Stale when
    somebody else saved since `version`.
    """
    if not policy.may_write(require_actor(), outing):
        raise NotAllowed(_NOT_THEIRS)
    claim(outing, version or 0, fixed=lambda: archived(outing))
    must_be_live(outing)
    days = [stop.stop_on for stop in queries.stops_of(outing)]
    if problems := rules.problems_of_stops(days, data.first_on, data.last_on):
        raise RuleBroken(problems)
    _write(outing, data)
    outing.updated_at = now()  # who goes along are rows of their own: its version must move all the same
    db.session.flush()


def _write(outing: Outing, data: OutingData) -> None:
    if problems := rules.problems_of(data.direction, data.first_on, data.last_on, data.letter, data.heads):
        raise RuleBroken(problems)
    outing.name, outing.direction, outing.notes = data.name, data.direction, data.notes
    outing.first_on, outing.last_on = data.first_on, data.last_on
    outing.leader, outing.leader_post = data.leader, data.leader_post
    outing.place, outing.letter, outing.heads = data.place, data.letter, data.heads
    give(outing, data.owner)
    _go_along(outing, data)


def _go_along(outing: Outing, data: OutingData) -> None:
    """The leader and whoever goes along: they see it from now on."""
    wanted = {person.id: person for person in (data.leader, *data.companions)}
    before = {row.person_id: row for row in outing.members}
    if before.keys() == wanted.keys():
        return
    told = ["、".join(row.person.name for row in before.values())]
    told.append("、".join(person.name for person in wanted.values()))
    kept = [row for person_id, row in before.items() if person_id in wanted]
    new = [OutingMember(person=person) for key, person in wanted.items() if key not in before]
    outing.members = kept + new
    if outing.id is not None:
        audit.record("outing.update", subject_of(outing), "改外出和来访：同行人员", members=told)


def write_minutes(outing: Outing, version: int | None, words: str) -> None:
    """What was agreed, all companies together. Raises NotAllowed, RuleBroken, Stale."""
    must_be_theirs(outing)
    claim(outing, version or 0, fixed=lambda: archived(outing))
    outing.minutes = words
    db.session.flush()


def must_be_theirs(outing: Outing) -> None:
    """Raises where nobody may change what an outing has: not theirs, or put away."""
    must_be_live(outing)
    if not policy.may_change(require_actor(), outing):
        raise NotAllowed(_NOT_THEIRS)


ARCHIVING = Archiving(
    right=Permission.OUTINGS_WRITE,
    found=queries.get_outing,
    may=policy.may_write,
    refusal=_NOT_THEIRS,
    follow=drop_if_archived,
)
HELD_OUTINGS = held(Outing, "次外出和来访", hand_over)
