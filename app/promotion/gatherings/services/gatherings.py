"""An event is entered, changed, archived, and goes over when somebody leaves."""

from dataclasses import dataclass
from datetime import date

from app.core.access.auth import require_actor
from app.core.records.archiving import Archiving, must_be_live
from app.core.records.holding import held
from app.core.records.versions import archived, claim
from app.core.storage.db import db
from app.core.values.errors import NotAllowed, RuleBroken
from app.promotion.gatherings import policy, queries, rules
from app.promotion.gatherings.enums import GatheringKind
from app.promotion.gatherings.models import Gathering
from app.promotion.steps.services import drop_if_archived, give, hand_over
from app.register.accounts.enums import Permission
from app.register.accounts.models import Person

_NOT_THEIRS = "只有看得到这场招商活动、又能登记招商活动的人可以改、归档和恢复"


@dataclass(frozen=True, slots=True, kw_only=True)
class GatheringData:
    """What is typed about an event."""

    name: str
    kind: GatheringKind
    first_on: date
    last_on: date
    owner: Person
    place: str = ""
    agenda: str = ""
    goal_guests: int | None = None
    notes: str = ""


def create_gathering(data: GatheringData) -> Gathering:
    """Enters an event in the name of who acts. Raises NotAllowed, RuleBroken."""
    actor = require_actor()
    if actor.person_id is None or not actor.may(Permission.GATHERINGS_WRITE):
        raise NotAllowed
    gathering = Gathering(author_id=actor.person_id)
    _write(gathering, data)
    db.session.add(gathering)
    db.session.flush()
    return gathering


def change_gathering(gathering: Gathering, version: int | None, data: GatheringData) -> None:
    """Changes an event; its steps go with it to a new owner. Raises NotAllowed, RuleBroken, and Stale when
    somebody else saved since `version`.
    """
    if not policy.may_write(require_actor(), gathering):
        raise NotAllowed(_NOT_THEIRS)
    claim(gathering, version or 0, fixed=lambda: archived(gathering))
    must_be_live(gathering)
    _write(gathering, data)
    db.session.flush()


def _write(gathering: Gathering, data: GatheringData) -> None:
    if problems := rules.problems_of_days(data.first_on, data.last_on):
        raise RuleBroken(problems)
    gathering.name, gathering.kind, gathering.notes = data.name, data.kind, data.notes
    gathering.first_on, gathering.last_on = data.first_on, data.last_on
    gathering.place, gathering.agenda, gathering.goal_guests = data.place, data.agenda, data.goal_guests
    give(gathering, data.owner)


def must_be_theirs(gathering: Gathering) -> None:
    """Raises where nobody may change what an event has: not theirs, or put away."""
    must_be_live(gathering)
    if not policy.may_change(require_actor(), gathering):
        raise NotAllowed(_NOT_THEIRS)


ARCHIVING = Archiving(
    right=Permission.GATHERINGS_WRITE,
    found=queries.get_gathering,
    may=policy.may_write,
    refusal=_NOT_THEIRS,
    follow=drop_if_archived,
)
HELD_GATHERINGS = held(Gathering, "场招商活动", hand_over)
