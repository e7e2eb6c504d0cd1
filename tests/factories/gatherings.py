"""Events in the states that matter, with guests."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from app.core.access.auth import Actor, acting_as
from app.core.storage.db import db
from app.core.values.clock import today
from app.promotion.gatherings import services
from app.promotion.gatherings.enums import GatheringKind
from app.promotion.gatherings.models import Gathering, Guest
from app.register.enterprises.models import Enterprise
from tests.factories.visits import person_of


def gathering_data(owner: Actor, **told: Any) -> services.GatheringData:
    """An event of today."""
    data = services.GatheringData(
        name="招商活动一",
        kind=GatheringKind.PROMOTION,
        first_on=today(),
        last_on=today(),
        owner=person_of(owner),
        notes="先看一看",
    )
    return replace(data, **told)


def a_gathering(owner: Actor, **told: Any) -> Gathering:
    """Entered by its owner, committed."""
    with acting_as(owner):
        gathering = services.create_gathering(gathering_data(owner, **told))
        db.session.commit()
    return gathering


def a_guest(gathering: Gathering, owner: Actor, company: Enterprise | None = None, **told: Any) -> Guest:
    """On the list, of a company of the library if one is given."""
    data = {"name": "严文舟", "phone": "13800000001", "company": company.name if company else ""} | told
    with acting_as(owner):
        guest = services.add_guest(gathering, services.GuestData(**data))
        db.session.commit()
    return guest


def a_past_gathering(owner: Actor, days_ago: int, **told: Any) -> Gathering:
    """One that was over so many days ago."""
    day: date = today() - timedelta(days_ago)
    return a_gathering(owner, first_on=day, last_on=day, **told)


def an_archived_gathering(owner: Actor, **told: Any) -> Gathering:
    gathering = a_gathering(owner, **told)
    with acting_as(owner):
        services.ARCHIVING.archive(gathering, gathering.version, "记重了")
        db.session.commit()
    return gathering
