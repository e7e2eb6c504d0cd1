"""Who sees a lead, and that to all others it is missing."""

import pytest
from flask import Flask

from app.core.access.auth import acting_as
from app.core.values.errors import NotFound
from app.core.web.pages import Count
from app.promotion.leads import policy, queries
from app.promotion.leads.listing import LEADS
from tests.factories.leads import a_confidential_lead, a_county, a_lead, person_id

pytestmark = pytest.mark.both_databases


def test_an_ordinary_lead_is_seen_along_own_team_unit_county(app: Flask) -> None:
    with app.app_context():
        county = a_county()
        lead = a_lead(county)
        who = {
            "head": county.head,
            "officer": county.officer,
            "colleague": county.colleague,
            "leader": county.leader,
        }
        assert all(policy.may_see(actor, lead) for actor in who.values())
        assert not policy.may_see(county.outsider, lead)
        assert not policy.may_see(county.resident, lead)


def test_a_confidential_lead_is_seen_only_by_the_people_named(app: Flask) -> None:
    with app.app_context():
        county = a_county()
        lead = a_confidential_lead(county, member_ids=(person_id(county.outsider),))
        named = [actor for actor in (county.officer, county.outsider) if policy.may_see(actor, lead)]
        others = [county.head, county.leader, county.colleague, county.resident]
        assert len(named) == 2
        assert not any(policy.may_see(actor, lead) for actor in others)


def test_a_hidden_lead_answers_like_a_missing_one_in_every_query(app: Flask) -> None:
    with app.app_context():
        county = a_county()
        lead = a_confidential_lead(county)
        actor = county.head
        with acting_as(actor), pytest.raises(NotFound):
            queries.get_lead(lead.public_id)
        everything = LEADS.asked()
        assert LEADS.page(everything, actor).rows == []
        totals = LEADS.totals(everything, actor)
        assert (any(totals.tabs.views.values()), totals.tabs.shown, totals.amount) == (False, Count(0), 0)
        assert {
            column.count for column in queries.board(LEADS.rows(everything, actor), queries.stages_on())
        } == {0}
        assert queries.find_leads("储能", actor) == []
        assert queries.leads_of([county.enterprise.id], actor) == []
        assert not queries.may_see_lead(actor, lead.id)
