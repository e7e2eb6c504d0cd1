"""Several people at once: one move wins, numbers never repeat."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from app.core.access.auth import acting_as
from app.core.storage.db import db
from app.core.values.clock import today
from app.core.values.errors import Stale
from app.promotion.leads import services
from app.promotion.leads.enums import LeadStage
from app.promotion.leads.models import Lead, LeadEntry
from tests.factories.leads import a_county, a_lead, new_lead

pytestmark = pytest.mark.both_databases


def _at_once(app: Flask, people: int, act: Callable[[Barrier], str]) -> Counter[str]:
    barrier = Barrier(people, timeout=30)

    def one() -> str:
        with app.app_context():
            return act(barrier)

    with ThreadPoolExecutor(people) as pool:
        return Counter(future.result() for future in [pool.submit(one) for _ in range(people)])


def test_of_two_who_move_a_lead_at_once_one_wins_and_the_other_is_told(app: Flask) -> None:
    with app.app_context():
        county = a_county()
        lead = a_lead(county)
        lead_id, seen = lead.id, lead.version
        db.session.remove()

    def act(barrier: Barrier) -> str:
        barrier.wait()
        try:
            with acting_as(county.officer):
                own = db.session.get_one(Lead, lead_id)
                services.advance_stage(own, LeadStage.ASSESSED, today(), version=seen)
                db.session.commit()
        except (Stale, StaleDataError):
            db.session.rollback()
            return "told"
        return "moved"

    assert _at_once(app, 2, act) == {"moved": 1, "told": 1}
    with app.app_context():
        moves = select(LeadEntry).where(LeadEntry.lead_id == lead_id, LeadEntry.stage == LeadStage.ASSESSED)
        assert len(list(db.session.scalars(moves))) == 1


def test_leads_registered_at_once_get_numbers_of_their_own(app: Flask) -> None:
    with app.app_context():
        county = a_county()
        data = new_lead(county)
        db.session.commit()
        db.session.remove()

    def act(barrier: Barrier) -> str:
        barrier.wait()
        with acting_as(county.officer):
            number = services.create_lead(data).number
            db.session.commit()
        return number

    numbers = _at_once(app, 6, act)
    assert len(numbers) == 6
