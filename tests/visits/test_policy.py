"""Who sees a visit, and that to all others it is missing."""

import pytest
from flask import Flask

from app.core.access.auth import acting_as
from app.core.values.errors import NotFound
from app.promotion.visits import policy, queries
from app.promotion.visits.listing import VISITS
from app.register.accounts.enums import Role
from tests.factories.leads import a_confidential_lead, a_county, an_actor
from tests.factories.visits import a_visit, person_of

pytestmark = pytest.mark.both_databases


def test_whoever_took_part_sees_the_visit_and_so_does_their_team(app: Flask) -> None:
    with app.app_context():
        county = a_county()
        visit = a_visit(
            county, county.officer, people=[person_of(county.officer), person_of(county.resident)]
        )
        mate = an_actor(county.bureau, Role.RESIDENT, county.team)
        assert all(policy.may_see(actor, visit) for actor in (county.officer, county.resident, mate))
        assert not policy.may_see(county.outsider, visit)


def test_a_hidden_visit_answers_like_a_missing_one_in_every_query(app: Flask) -> None:
    with app.app_context():
        county = a_county()
        visit = a_visit(county, county.officer, lead=a_confidential_lead(county))
        with acting_as(county.head), pytest.raises(NotFound):
            queries.get_visit(visit.public_id)
        everything = VISITS.asked()
        assert VISITS.page(everything, county.head).rows == []
        assert not any(VISITS.totals(everything, county.head).tabs.views.values())
