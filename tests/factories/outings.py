"""Outings in the states that matter."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from app.core.access.auth import Actor, acting_as
from app.core.storage.db import db
from app.core.values.clock import today
from app.promotion.outings import services
from app.promotion.outings.enums import OutingDirection
from app.promotion.outings.models import Outing, OutingStop
from app.register.enterprises.models import Enterprise
from tests.factories.visits import person_of


def outing_data(owner: Actor, **told: Any) -> services.OutingData:
    """A leader's outing of today and tomorrow, entered by who also leads it."""
    data = services.OutingData(
        name="外出和来访一",
        direction=OutingDirection.OUT,
        first_on=today(),
        last_on=today() + timedelta(1),
        leader=person_of(owner),
        owner=person_of(owner),
        notes="先看一看",
    )
    return replace(data, **told)


def an_outing(owner: Actor, **told: Any) -> Outing:
    """Entered by its owner, committed."""
    with acting_as(owner):
        outing = services.create_outing(outing_data(owner, **told))
        db.session.commit()
    return outing


def a_stop(outing: Outing, owner: Actor, company: Enterprise | None, day: date | None = None) -> OutingStop:
    """At a company, or at none, on the first day."""
    what = "" if company else "考察产业园"
    data = services.StopData(stop_on=day or outing.first_on, enterprise=company, what=what)
    with acting_as(owner):
        stop = services.add_stop(outing, data)
        db.session.commit()
    return stop


def an_archived_outing(owner: Actor, **told: Any) -> Outing:
    outing = an_outing(owner, **told)
    with acting_as(owner):
        services.ARCHIVING.archive(outing, outing.version, "记重了")
        db.session.commit()
    return outing
