"""本组 means the same in the lists of leads, projects and visits, and in who is offered as a companion."""

import re

import pytest

from app.core.storage.db import db
from app.core.values.clock import today
from app.delivery.projects.listing import PROJECTS
from app.promotion.leads.listing import LEADS
from app.promotion.visits import queries as visits
from app.promotion.visits.listing import VISITS
from app.register.accounts.enums import UnitKind
from tests.factories.accounts import make_unit
from tests.factories.leads import a_county, an_actor, sign_in
from tests.factories.projects import a_project
from tests.factories.visits import a_visit, person_of

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("session")]


@pytest.fixture
def county():
    return a_county()


def ours(actor):
    """(leads, projects, visits) of 本组."""
    return (
        LEADS.page(LEADS.asked(view="team"), actor).total,
        PROJECTS.page(PROJECTS.asked(view="team"), actor).total,
        VISITS.page(VISITS.asked(view="team"), actor).total,
    )


def test_the_units_below_belong_to_ours_for_leads_projects_and_visits(county):
    project = a_project(county)
    office = make_unit("园区招商科", UnitKind.DEPARTMENT, county.park)
    below = an_actor(office)
    a_project(county, actor=below)
    a_visit(county, below)
    a_visit(county, county.officer)
    park_head = an_actor(county.park)
    assert project.unit_id == county.park.id
    assert ours(park_head) == (2, 2, 2)
    assert ours(below) == (1, 1, 1)


def test_a_resident_has_the_team_whatever_the_unit(county):
    a_project(county)
    assert ours(county.resident) == (0, 0, 0)


@pytest.mark.parametrize("path", ["/leads", "/projects", "/visits", "/steps", "/"])
def test_every_list_and_the_home_page_call_it_what_it_is_to_each_person(county, client, path):
    for actor, called, other in ((county.resident, "本组", "本单位"), (county.officer, "本单位", "本组")):
        page = sign_in(client, actor).get(f"{path}?view=team").text
        assert re.search(rf">{called}\b", page) and other not in page


@pytest.mark.parametrize("path", ["/leads/print", "/projects/print", "/visits/print", "/steps/print"])
def test_paper_calls_it_the_same(county, client, path):
    page = sign_in(client, county.officer).get(f"{path}?view=team").text
    assert "本单位" in page and "本组" not in page


def test_colleagues_of_the_units_below_are_offered_on_a_visit_after_those_of_the_own_unit(county):
    office = make_unit("园区招商科", UnitKind.DEPARTMENT, county.park)
    below, head = an_actor(office, name="阿一"), an_actor(county.park, name="祝一")
    db.session.commit()
    offered = visits.team_mates(head, today())
    assert offered[0] == person_of(head)
    assert offered[-1] == person_of(below)
    assert person_of(county.outsider) not in offered
