"""The door-knocking route: its days lie in the campaign, its cities together, its plans on paper."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import acting_as
from app.core.storage.db import db
from app.promotion.campaigns import queries, services
from app.promotion.campaigns.models import Campaign
from app.promotion.campaigns.rules import by_city, problems_of_stops
from tests.factories.campaigns import a_campaign, a_company_in
from tests.factories.enterprises import make_enterprise
from tests.factories.leads import County, a_county, sign_in

Db = scoped_session[Session]
SUZHOU, NINGBO = "320505", "330203"
_MAKERS = (("甲机电有限公司", SUZHOU), ("乙机电有限公司", NINGBO), ("丙机电有限公司", SUZHOU))
FIRST, LAST = date(2026, 9, 1), date(2026, 9, 30)


@pytest.fixture
def county(session: Db) -> County:
    return a_county()


def a_day_in_two_cities(county: County) -> Campaign:
    """Suzhou, Ningbo and Suzhou again, all on the first day."""
    campaign = a_campaign(county.officer)
    rows = [
        a_company_in(campaign, county.officer, make_enterprise(name, region=region))
        for name, region in (
            ("甲机电有限公司", SUZHOU),
            ("乙机电有限公司", NINGBO),
            ("丙机电有限公司", SUZHOU),
        )
    ]
    with acting_as(county.officer):
        services.plan_day(campaign, campaign.first_on, rows)
    db.session.commit()
    return campaign


def names_on_the_route(campaign: Campaign) -> list[str]:
    return [stop.row.name[:1] for stop in queries.stops_on(campaign, campaign.first_on)]


@pytest.mark.both_databases
def test_one_press_puts_the_doors_of_a_city_together(client: FlaskClient, county: County) -> None:
    campaign = a_day_in_two_cities(county)
    me, page = sign_in(client, county.officer), f"/campaigns/{campaign.public_id}/route"
    at = f"?on={campaign.first_on}"
    assert "同城的排在一起" in me.get(page + at).text
    me.submit(page + at, {}, f"{page}/cities{at}")
    assert names_on_the_route(campaign) == ["甲", "丙", "乙"]
    assert "同城的排在一起" not in me.get(page + at).text


@pytest.mark.both_databases
def test_a_campaign_keeps_the_days_on_which_doors_are_knocked(client: FlaskClient, county: County) -> None:
    campaign = a_day_in_two_cities(county)
    me, page = sign_in(client, county.officer), f"/campaigns/{campaign.public_id}/edit"
    later = {"first_on": (campaign.first_on + timedelta(1)).isoformat()}
    refused = me.submit(page, later)
    assert refused.status_code == 422
    assert f"{campaign.first_on}的敲门路线会落在外面，共 3 家" in refused.text
    assert names_on_the_route(campaign) == ["甲", "乙", "丙"]


def test_all_plans_are_printed_at_once_a_page_each(client: FlaskClient, county: County) -> None:
    campaign = a_day_in_two_cities(county)
    me = sign_in(client, county.officer)
    page = me.get(f"/campaigns/{campaign.public_id}")
    assert f"/campaigns/{campaign.public_id}/plans/print" in page.text
    paper = me.get(f"/campaigns/{campaign.public_id}/plans/print").text
    assert paper.count('class="sheet-part"') == 3
    assert "甲机电有限公司" in paper and "丙机电有限公司" in paper


@pytest.mark.parametrize(
    ("days", "fields"),
    [
        ((), set()),
        ((FIRST, LAST), set()),
        ((date(2026, 8, 31), FIRST), {"first_on"}),
        ((date(2026, 10, 1),), {"last_on"}),
        ((date(2026, 8, 31), date(2026, 10, 1)), {"first_on", "last_on"}),
    ],
)
def test_days_that_fall_out_are_told_at_the_end_that_moved(days: tuple[date, ...], fields: set[str]) -> None:
    assert problems_of_stops(days, FIRST, LAST).keys() == fields


_PLACES = st.dictionaries(st.integers(1, 40), st.sampled_from([SUZHOU, "320582", NINGBO, "110105", None]))


@given(_PLACES)
def test_no_route_goes_back_to_a_city_and_none_loses_a_door(places: dict[int, str | None]) -> None:
    order = by_city(places)
    assert sorted(order) == sorted(places)
    cities = [(places[stop] or "")[:4] for stop in order]
    left = [city for city, following in pairwise(cities) if city != following]
    assert len(left) == len(set(left)) and (not cities or cities[-1] not in left)
    for city in set(cities):
        theirs = [stop for stop in order if (places[stop] or "")[:4] == city]
        assert theirs == [stop for stop in places if (places[stop] or "")[:4] == city]
