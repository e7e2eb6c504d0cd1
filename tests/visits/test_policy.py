"""One visibility rule: SQL, object and search tokens agree for everybody and every visit."""

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.accounts.enums import Role, UnitKind
from app.core.auth import acting_as
from app.core.db import db
from app.core.errors import NotFound
from app.visits import policy, queries
from app.visits.models import Visit
from tests.factories.accounts import make_team, make_unit
from tests.factories.leads import a_confidential_lead, a_county, a_lead, an_actor, an_enterprise, person_id
from tests.factories.visits import a_visit, person_of

pytestmark = pytest.mark.both_databases

PEOPLE = 4
PLACE = st.integers(0, PEOPLE - 1)
VISITS = st.lists(
    st.fixed_dictionaries(
        {
            "author": PLACE,
            "people": st.sets(PLACE, max_size=2),
            "lead": st.one_of(
                st.none(),
                st.fixed_dictionaries(
                    {"owner": PLACE, "members": st.sets(PLACE, max_size=1), "confidential": st.booleans()}
                ),
            ),
        }
    ),
    min_size=1,
    max_size=4,
)
ROLES = st.lists(st.sampled_from(list(Role)), min_size=PEOPLE, max_size=PEOPLE)
HOMES = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from([None, 0, 1])), min_size=PEOPLE, max_size=PEOPLE
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=VISITS, roles=ROLES, homes=HOMES)
def test_sql_object_and_tokens_agree(app: Flask, drawn: list[dict], roles: list[Role], homes: list) -> None:
    with app.app_context():
        top = make_unit(kind=UnitKind.DEPARTMENT)
        units = [top, make_unit(parent=top), make_unit(parent=top), make_unit(kind=UnitKind.BUREAU)]
        teams = [make_team(parent=units[3]), make_team(parent=units[3])]
        actors = [
            an_actor(units[unit], role, None if team is None else teams[team])
            for role, (unit, team) in zip(roles, homes, strict=True)
        ]
        county = a_county()
        ids = []
        for one in drawn:
            company, lead = an_enterprise(), None
            if one["lead"]:
                lead = a_lead(
                    county,
                    actors[one["author"]],
                    enterprise_id=company.id,
                    owner_id=person_id(actors[one["lead"]["owner"]]),
                    member_ids=tuple(person_id(actors[place]) for place in one["lead"]["members"]),
                    confidential=one["lead"]["confidential"],
                )
            people = [person_of(actors[place]) for place in sorted(one["people"])]
            visit = a_visit(county, actors[one["author"]], enterprise=company, lead=lead, people=people)
            ids.append(visit.id)
        rows = [db.session.get_one(Visit, visit_id) for visit_id in ids]
        for actor in [*actors, county.leader, county.resident]:
            scope = policy.scope(actor)
            by_object = {row.id for row in rows if scope.allows(policy.facts(row))}
            by_token = {row.id for row in rows if set(scope.tokens()) & set(policy.facts(row).tokens())}
            query = select(Visit.id).where(Visit.id.in_(ids), scope.where(policy.COLUMNS))
            assert by_object == by_token == set(db.session.scalars(query))


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
        filters = queries.Filters()
        assert queries.list_visits(filters, county.head).rows == []
        assert not any(queries.count_views(filters, county.head).values())
