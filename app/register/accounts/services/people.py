"""People: written down, leaving and coming back, in which resident team."""

from dataclasses import dataclass

from sqlalchemy import select

from app.core.records.versions import claim, claim_whole
from app.core.storage.db import db
from app.core.values.clock import now, today
from app.core.values.errors import RuleBroken
from app.register.accounts.models import (
    Person,
    Unit,
    User,
)
from app.register.accounts.queries import (
    why_no_work,
)
from app.register.accounts.services.handing_over import (
    check_successor,
    claim_leaving,
    held_of_person,
    what_is_held,
)
from app.register.accounts.services.users import disable_user

# `version` is the one that a form was filled from; None stands for who reads and writes in one go. Raises
# Stale when somebody else saved since.


@dataclass(frozen=True, slots=True)
class PersonData:
    """What is kept of a person."""

    name: str
    post: str
    phone: str | None
    unit: Unit


def save_person(person: Person | None, data: PersonData, *, version: int | None = None) -> Person:
    """Adds or changes a person."""
    if person is not None:
        claim(person, version)
    person = person or Person()
    person.name, person.post, person.phone = data.name, data.post, data.phone or None
    person.unit_id = data.unit.id
    db.session.add(person)
    db.session.flush()
    return person


def archive_person(
    person: Person, reason: str, *, successor: Person | None = None, version: int | None = None
) -> None:
    """A person who left: their user is shut out, their past stays, what is still in their name goes over to
    `successor`. Without one it is refused while there is anything.
    """
    claim_leaving(person, version, f"归档：{reason}")
    check_successor(person, held_of_person(person), successor)
    if successor is not None:
        if refusal := why_no_work(successor):
            raise RuleBroken({"successor": refusal})
        for held in what_is_held():
            why = f"{person.name}离开，由{successor.name}接手"
            held.from_person(person.id, successor.id, today(), why)
    user = db.session.scalar(select(User).where(User.person_id == person.id))
    if user is not None and user.disabled_at is None:
        disable_user(user)
    person.archived_at, person.archive_reason = now(), reason or "离开"
    db.session.flush()


def restore_person(person: Person, *, version: int | None = None) -> None:
    """Somebody was archived by mistake, or has come back. What was handed over stays with who took it; their
    account stays shut until the administrator opens it.
    """
    if not person.is_archived:
        return
    claim_whole(person, version, "恢复")
    if person.unit.is_archived:
        raise RuleBroken(f"所在单位「{person.unit.name}」已撤销，先恢复单位")
    person.archived_at = person.archive_reason = None
    db.session.flush()
