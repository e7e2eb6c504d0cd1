"""Visits in the states that matter, written down through the services as people do."""

from datetime import date, timedelta
from typing import Any

from app.core.access.auth import Actor, acting_as
from app.core.storage.db import db
from app.core.values.clock import today
from app.promotion.visits import services
from app.promotion.visits.enums import VisitKind
from app.promotion.visits.models import Visit
from app.promotion.visits.services import Todo, VisitData
from app.register.accounts.models import Person
from tests.factories.leads import County


def person_of(actor: Actor) -> Person:
    return db.session.get_one(Person, actor.person_id)


def a_todo(actor: Actor, what: str = "约严总来看厂房", due_on: date | None = None) -> Todo:
    return Todo(what, due_on or today() + timedelta(days=3), person_of(actor))


def visit_data(county: County, actor: Actor, **changed: Any) -> VisitData:
    values: dict[str, Any] = {
        "kind": VisitKind.OUTBOUND,
        "held_on": today(),
        "enterprise": county.enterprise,
        "summary": "明年要扩一条功能膜线，看中离苏州近",
        "place": "江苏无锡",
        "next_step": a_todo(actor),
    }
    return VisitData(**(values | changed))


def a_visit(county: County, actor: Actor | None = None, **changed: Any) -> Visit:
    """Written down by the member of the resident team unless told otherwise; with a next step."""
    actor = actor or county.resident
    with acting_as(actor):
        visit = services.log_visit(visit_data(county, actor, **changed))
    db.session.commit()
    return visit


def a_call(county: County, **changed: Any) -> Visit:
    return a_visit(county, kind=VisitKind.CALL, **changed)


def an_archived_visit(county: County, actor: Actor | None = None, **changed: Any) -> Visit:
    visit = a_visit(county, actor, **changed)
    with acting_as(actor or county.resident):
        services.archive_visit(visit, visit.version, "记重了")
    db.session.commit()
    return visit
