"""One visibility rule: SQL, object and search tokens agree for everybody and every project."""

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.accounts.enums import Role, UnitKind
from app.core.auth import acting_as
from app.core.db import db
from app.core.errors import NotFound
from app.core.registries import Moved
from app.leads.enums import LeadStage
from app.projects import listing, policy, queries, services
from app.projects.models import Project
from tests.factories.accounts import make_team, make_unit
from tests.factories.leads import a_county, a_lead, an_actor, an_enterprise, person_id
from tests.factories.projects import a_confidential_project, a_project

pytestmark = pytest.mark.both_databases

PEOPLE = 4
PLACE = st.integers(0, PEOPLE - 1)
PROJECTS = st.lists(
    st.fixed_dictionaries(
        {
            "author": PLACE,
            "owner": PLACE,
            "members": st.sets(PLACE, max_size=2),
            "unit": st.integers(0, 3),
            "team": st.sampled_from([None, 0, 1]),
            "confidential": st.booleans(),
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
@given(drawn=PROJECTS, roles=ROLES, homes=HOMES)
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
            lead = a_lead(
                county,
                actors[one["author"]],
                enterprise_id=an_enterprise().id,
                owner_id=person_id(actors[one["owner"]]),
                unit_id=units[one["unit"]].id,
                team_id=None if one["team"] is None else teams[one["team"]].id,
                member_ids=tuple(person_id(actors[place]) for place in one["members"]),
                confidential=one["confidential"],
            )
            with acting_as(actors[one["owner"]]):
                signed = Moved("lead", lead, LeadStage.APPROVED, LeadStage.SIGNED, lead.registered_on)
                ids.append(services.create_from_lead(signed).id)
            db.session.commit()
        rows = [db.session.get_one(Project, project_id) for project_id in ids]
        for actor in [*actors, county.leader, county.resident]:
            scope = policy.scope(actor)
            by_object = {row.id for row in rows if scope.allows(policy.facts(row))}
            by_token = {row.id for row in rows if set(scope.tokens()) & set(policy.facts(row).tokens())}
            query = select(Project.id).where(Project.id.in_(ids), scope.where(policy.COLUMNS))
            assert by_object == by_token == set(db.session.scalars(query))


def test_a_hidden_project_answers_like_a_missing_one_in_every_query(app: Flask) -> None:
    with app.app_context():
        county = a_county()
        project = a_confidential_project(county)
        with acting_as(county.head), pytest.raises(NotFound):
            queries.get_project(project.public_id)
        everything = listing.PROJECTS.asked()
        assert listing.PROJECTS.page(everything, county.head).rows == []
        totals = listing.PROJECTS.totals(everything, county.head)
        assert (totals.tabs.shown.number, totals.amount) == (0, 0)
        assert not any(totals.tabs.views.values())
        assert queries.projects_of(county.enterprise.id, county.head) == []


def test_an_archived_project_is_read_only_and_only_the_head_corrects(app: Flask) -> None:
    with app.app_context():
        county = a_county()
        project = a_project(county)
        assert policy.may_change(county.officer, project)
        assert not policy.may_change(county.leader, project)
        assert not policy.may_change(county.resident, project)
        assert policy.may_correct(county.head, project)
        assert not policy.may_correct(county.officer, project)
