"""Resident teams as states."""

from datetime import date, timedelta

from app.core.access.auth import Actor, acting_as
from app.core.storage.db import db
from app.core.values.clock import today
from app.promotion.residents import services
from app.promotion.residents.models import TeamProfile
from app.register.accounts.models import Unit
from app.register.reference import services as reference


def places_known() -> None:
    """The divisions of GB/T 2260, without which no place is understood."""
    reference.load()
    db.session.commit()


def a_profile(head: Actor, team: Unit, opened_on: date | None = None, **more: object) -> TeamProfile:
    """What is kept of a team, written by a head of the bureau and committed."""
    told = {"city": "", "zone": (), "tasks": "", "equipment": ()} | more
    told["opened_on"] = opened_on or today() - timedelta(days=4000)
    with acting_as(head):
        profile = services.save_profile(team, 0, services.ProfileData(**told))  # type: ignore[arg-type]
        db.session.commit()
    return profile
