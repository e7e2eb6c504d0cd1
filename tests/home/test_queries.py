"""Figures of the home page: each counts exactly what its list opens."""

from urllib.parse import urlencode

import pytest
from flask import Flask

from app.core.access.auth import Actor, acting_as
from app.core.records.listed import read_asked
from app.core.values.clock import today
from app.core.web.pages import of_query
from app.figures.reports.enums import Extent
from app.office.home import queries
from app.promotion.leads.listing import LEADS
from app.promotion.visits.listing import VISITS
from app.register.accounts.enums import Role
from tests.factories.leads import ContactMade, a_county, a_lead, a_signed_lead, an_actor
from tests.factories.visits import a_visit

pytestmark = pytest.mark.both_databases


def listed_visits(actor: Actor, view: str) -> int:
    in_month = VISITS.asked({"from": today().replace(day=1), "to": today()}, view=view)
    return VISITS.page(in_month, actor).total


@pytest.mark.parametrize("together", [False, True])
def test_the_month_counts_the_visits_that_its_list_opens(app: Flask, together: bool) -> None:
    with app.app_context():
        county = a_county()
        a_visit(county, county.head)
        a_visit(county, county.resident)
        between_terms = an_actor(county.bureau, Role.RESIDENT)
        for actor in (county.head, county.resident, county.officer, between_terms):
            found = queries.desk(actor, today(), together=together).visits_this_month.count
            assert found.number == listed_visits(actor, "team" if together else "mine")
        assert queries.desk(between_terms, today(), together=True).visits_this_month.count.number == 0


def test_what_is_under_way_opens_to_exactly_those_leads(app: Flask) -> None:
    with app.app_context(), ContactMade():
        county = a_county()
        a_lead(county)
        a_signed_lead(county)
        pipeline = queries.desk(county.officer, today()).pipeline
        with of_query(urlencode(pipeline.total.query)), acting_as(county.officer):
            under_way = read_asked(LEADS)
        assert pipeline.total.count == LEADS.page(under_way, county.officer).total == 1


def test_the_year_says_whose_leads_it_counts(app: Flask) -> None:
    with app.app_context():
        county = a_county()
        assert queries.year(county.leader, today()).extent is Extent.COUNTY
