"""One visibility rule: SQL, object and search tokens agree for everybody and every lead."""

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.accounts.enums import Role, UnitKind
from app.core.auth import acting_as
from app.core.db import db
from app.core.errors import NotFound
from app.core.pages import Count
from app.leads import policy, queries
from app.leads.models import Lead, LeadReach, LeadSpan
from tests.factories.accounts import make_team, make_unit
from tests.factories.leads import a_confidential_lead, a_county, a_lead, an_actor, an_enterprise, person_id

pytestmark = pytest.mark.both_databases

PEOPLE = 5
LEADS = st.lists(
    st.fixed_dictionaries(
        {
            "author": st.integers(0, PEOPLE - 1),
            "owner": st.integers(0, PEOPLE - 1),
            "members": st.sets(st.integers(0, PEOPLE - 1), max_size=2),
            "unit": st.integers(0, 3),
            "team": st.sampled_from([None, 0, 1]),
            "confidential": st.booleans(),
        }
    ),
    min_size=1,
    max_size=5,
)
ROLES = st.lists(st.sampled_from(list(Role)), min_size=PEOPLE, max_size=PEOPLE)
PLACES = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from([None, 0, 1])), min_size=PEOPLE, max_size=PEOPLE
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(leads=LEADS, roles=ROLES, places=PLACES)
def test_sql_object_and_tokens_agree(app: Flask, leads: list[dict], roles: list[Role], places: list) -> None:
    with app.app_context():
        top = make_unit(kind=UnitKind.DEPARTMENT)
        units = [top, make_unit(parent=top), make_unit(parent=top), make_unit(kind=UnitKind.BUREAU)]
        teams = [make_team(parent=units[3]), make_team(parent=units[3])]
        actors = [
            an_actor(units[unit], role, None if team is None else teams[team])
            for role, (unit, team) in zip(roles, places, strict=True)
        ]
        county = a_county()
        ids = []
        for drawn in leads:
            lead = a_lead(
                county,
                actors[drawn["author"]],
                enterprise_id=an_enterprise().id,
                owner_id=person_id(actors[drawn["owner"]]),
                unit_id=units[drawn["unit"]].id,
                team_id=None if drawn["team"] is None else teams[drawn["team"]].id,
                member_ids=tuple(person_id(actors[place]) for place in drawn["members"]),
                confidential=drawn["confidential"],
            )
            ids.append(lead.id)
        rows = [db.session.get_one(Lead, lead_id) for lead_id in ids]
        for actor in [*actors, county.leader, county.resident]:
            scope = policy.scope(actor)
            by_object = {lead.id for lead in rows if scope.allows(policy.facts(lead))}
            by_token = {lead.id for lead in rows if set(scope.tokens()) & set(policy.facts(lead).tokens())}
            in_sql = set(
                db.session.scalars(select(Lead.id).where(Lead.id.in_(ids), scope.where(policy.COLUMNS)))
            )
            assert by_object == by_token == in_sql
            for model in (LeadSpan, LeadReach):
                seen = scope.where(policy.columns_of(model.__table__))
                query = select(model.lead_id).where(model.lead_id.in_(ids), seen).distinct()
                assert set(db.session.scalars(query)) == in_sql


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
        filters = queries.LeadFilters()
        assert queries.list_leads(filters, actor).rows == []
        totals = queries.totals_of(filters, actor)
        assert (any(totals.tabs.views.values()), totals.tabs.shown, totals.amount) == (False, Count(0), 0)
        assert {column.count for column in queries.board(filters, actor, queries.stages_on())} == {0}
        assert queries.find_leads("储能", actor) == []
        assert queries.leads_of(county.enterprise.id, actor) == []
        assert not queries.may_see_lead(actor, lead.id)
