"""What came of a campaign: numbers and their rows, results, the end; and the route from door to door."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import Actor, acting_as
from app.core.storage.db import db
from app.core.values.clock import today
from app.core.values.errors import RuleBroken
from app.promotion.campaigns import metrics, queries, services
from app.promotion.campaigns.enums import CampaignFigure as F
from app.promotion.campaigns.enums import CampaignResult
from app.promotion.campaigns.models import Campaign, RouteStop
from app.promotion.campaigns.queries.figures import CampaignsAsked
from app.promotion.visits.enums import VisitKind
from tests.factories.campaigns import a_campaign, a_company_in, campaign_data
from tests.factories.enterprises import make_contact
from tests.factories.leads import County, a_county, sign_in
from tests.factories.visits import a_visit

Db = scoped_session[Session]
pytestmark = pytest.mark.both_databases
DAY = timedelta(days=1)


@pytest.fixture
def county(session: Db) -> County:
    return a_county()


@pytest.fixture
def campaign(county: County) -> Campaign:
    """Of the last ten days, with two companies."""
    made = a_campaign(county.officer, first_on=today() - 10 * DAY, goals=services.Goals(visits=4))
    a_company_in(made, county.officer, county.enterprise)
    a_company_in(made, county.officer)
    return made


def counted(campaign: Campaign, actor: Actor) -> dict[F, int]:
    asked = CampaignsAsked((campaign.id,), today())
    return {one.told.metric.figure: one.count for one in metrics.outcomes(campaign, asked, actor)}


def test_numbers_are_counted_from_visits_within_the_days(campaign: Campaign, county: County) -> None:
    for days, kind in ((20, VisitKind.OUTBOUND), (5, VisitKind.OUTBOUND), (1, VisitKind.RECEPTION)):
        a_visit(county, county.officer, held_on=today() - days * DAY, kind=kind)
    a_visit(county, county.officer, held_on=today(), kind=VisitKind.CALL)
    found = counted(campaign, county.officer)
    assert (found[F.VISITS], found[F.OUT], found[F.IN]) == (2, 1, 1)
    assert (found[F.MET], found[F.MET_FIRST], found[F.MET_BEFORE]) == (1, 0, 1)


def test_each_number_opens_to_exactly_its_rows(
    client: FlaskClient, campaign: Campaign, county: County
) -> None:
    a_visit(county, county.officer, held_on=today())
    me = sign_in(client, county.officer)
    page = me.get(f"/campaigns/{campaign.public_id}/results").text
    assert 'data-metric="campaign.visits"' in page and "25%" in page
    asked = CampaignsAsked((campaign.id,), today())
    for metric in metrics.OWN:
        shown = metrics.shown_rows(metric, asked, county.officer, 1)
        assert len(shown.page.rows) == metric.rows(county.officer, asked).total().count
        opened = me.get(f"/campaigns/{campaign.public_id}/figure?figure={metric.figure.value}")
        assert opened.status_code == 200 and metric.words in opened.text


def test_a_campaign_ends_once_every_company_has_a_result(
    client: FlaskClient, campaign: Campaign, county: County
) -> None:
    me, at = sign_in(client, county.officer), f"/campaigns/{campaign.public_id}"
    rows = queries.rows_of(campaign)
    with acting_as(county.officer), pytest.raises(RuleBroken, match="还有 2 家没有写结果"):
        services.close(campaign, campaign.version)
    refused = me.submit(f"{at}/results", {"result": "declined", "result_note": "不扩产"})
    assert refused.status_code == 422 and "还没有勾企业" in refused.text
    me.submit(f"{at}/results", {"ids": [row.public_id for row in rows], "result": "declined"})
    assert {row.result for row in queries.rows_of(campaign)} == {CampaignResult.DECLINED}
    me.submit(f"{at}/results", {}, f"{at}/close")
    db.session.refresh(campaign)
    assert campaign.closed_at is not None
    assert "已经结束" in me.get(f"{at}/companies/new").text
    with acting_as(county.officer):
        with pytest.raises(RuleBroken, match="已经结束"):
            services.settle(campaign, rows, CampaignResult.SIGNED)
        with pytest.raises(RuleBroken, match="已经结束"):
            services.change_campaign(campaign, campaign.version, campaign_data(county.officer))
        services.reopen(campaign, campaign.version)
        assert campaign.closed_at is None


def test_a_route_has_its_stops_in_order_and_tells_what_was_said_before(
    client: FlaskClient, campaign: Campaign, county: County
) -> None:
    a_visit(county, county.officer, held_on=today() - DAY, summary="说好下月来看厂房")
    make_contact(county.enterprise, "韩立群", phone="13800001234")
    db.session.commit()
    first, second = queries.rows_of(campaign)
    me, at = sign_in(client, county.officer), f"/campaigns/{campaign.public_id}/route"
    chosen = [second.public_id, first.public_id]
    typed = {"stop_on": today().isoformat(), "companies": chosen, "note": "上午"}
    assert me.submit(at, typed).location.endswith(f"/route?on={today()}")
    page = me.get(at).text
    assert "说好下月来看厂房" in page and "138****1234" in page and "13800001234" not in page
    assert page.index(second.name) < page.index(first.name)
    stop = db.session.scalars(select(RouteStop).where(RouteStop.row_id == first.id)).one()
    me.submit(at, {}, f"/campaigns/stops/{stop.public_id}/earlier")
    assert [one.row_id for one in queries.stops_on(campaign, today())] == [first.id, second.id]
    paper = me.get(f"{at}/print").text
    assert first.name in paper and "13800001234" not in paper
    me.submit(at, {}, f"/campaigns/stops/{stop.public_id}/drop")
    assert [one.row_id for one in queries.stops_on(campaign, today())] == [second.id]


def test_a_stop_outside_the_days_or_twice_on_one_is_refused(
    client: FlaskClient, campaign: Campaign, county: County
) -> None:
    row = queries.rows_of(campaign)[0]
    me, at = sign_in(client, county.officer), f"/campaigns/{campaign.public_id}/route"
    typed = {"stop_on": (campaign.last_on + DAY).isoformat(), "companies": [row.public_id]}
    refused = me.submit(at, typed)
    assert refused.status_code == 422 and "路线的日子要在这场定向招商之内" in refused.text
    typed["stop_on"] = today().isoformat()
    me.submit(at, typed)
    refused = me.submit(at, typed)
    assert refused.status_code == 422 and "都已经在路线上" in refused.text
