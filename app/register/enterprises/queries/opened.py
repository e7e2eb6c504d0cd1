"""Who has opened numbers of contacts, and who confirmed whose visits on the day."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.core.access.auth import Actor
from app.core.storage.audit import AuditEvent
from app.core.storage.db import db
from app.core.values.clock import start_of, today
from app.core.values.registries import VOUCHED
from app.core.web.budgets import amount_of, spent_by_day
from app.register.accounts.models import Person, User
from app.register.enterprises import policy
from app.register.enterprises.models import Contact
from app.register.enterprises.rules import (
    MANY_NUMBERS,
)


@dataclass(frozen=True, slots=True)
class NumbersOpened:
    """How many people's numbers somebody has opened: today, of how many, and in the week that today ends."""

    person: Person
    today: int
    most: int
    week: int

    @property
    def is_many(self) -> bool:
        return self.today >= self.most * MANY_NUMBERS


_BEFORE_TODAY = timedelta(days=6)


def numbers_opened() -> list[NumbersOpened]:
    """Who has opened numbers in the week that today ends, who opened most today first. How many, and not of
    whom: that would tell who works with which company, also where that is confidential.
    """
    day = today()
    spent = spent_by_day(policy.REVEALS, day - _BEFORE_TODAY)
    query = select(User).where(User.id.in_(spent)).options(joinedload(User.person).joinedload(Person.unit))
    users = db.session.scalars(query.options(selectinload(User.grants)))
    found = [
        NumbersOpened(
            user.person,
            spent[user.id].get(day, 0),
            amount_of(policy.REVEALS, [grant.role for grant in user.grants]),
            sum(spent[user.id].values()),
        )
        for user in users
    ]
    return sorted(found, key=lambda one: (-one.today, -one.week, one.person.name))


@dataclass(frozen=True, slots=True)
class Vouched:
    """How often one person wrote work down in the week that today ends and another confirmed it that day."""

    wrote: Person
    confirmed: Person
    number: int


def vouched_for() -> list[Vouched]:
    """Who opened numbers at once for whom, the pair that did so most often first: two who agree could do so
    without ever having called anybody.
    """
    pairs: Counter[tuple[int, int]] = Counter()
    for ask in VOUCHED.values():
        pairs.update(ask(today() - _BEFORE_TODAY))
    ids = {person for pair in pairs for person in pair}
    query = select(Person).where(Person.id.in_(ids)).options(joinedload(Person.unit))
    people = {person.id: person for person in db.session.scalars(query)}
    found = [Vouched(people[wrote], people[by], number) for (wrote, by), number in pairs.items()]
    return sorted(found, key=lambda one: (-one.number, one.wrote.name, one.confirmed.name))


def was_opened_today(contact: Contact, actor: Actor) -> bool:
    """Whether this person has read the number of a contact on this day before."""
    query = select(AuditEvent.id).where(
        AuditEvent.subject_kind == "contact",
        AuditEvent.subject_id == contact.public_id,
        AuditEvent.action == "contact.reveal",
        AuditEvent.actor_user_id == actor.user_id,
        AuditEvent.at >= start_of(today()),
    )
    return db.session.scalar(query.limit(1)) is not None
