"""What stands on the tabs and under the heading of a list that is longer than anybody counts."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session, scoped_session

from app.core.records.filters import Text
from app.core.web import pages
from app.core.web.pages import Count
from app.promotion.leads.listing import LEADS
from tests.factories.leads import County, a_county, a_lead, sign_in

pytestmark = pytest.mark.both_databases
Db = scoped_session[Session]


@pytest.fixture
def county(session: Db, monkeypatch: pytest.MonkeyPatch) -> County:
    """Two leads where two are as many as anybody counts."""
    monkeypatch.setattr(pages.counting, "COUNT_CAP", 2)
    found = a_county()
    for name in ("甲项目", "乙项目"):
        a_lead(found, name=name)
    session.commit()
    return found


def test_as_many_as_are_counted_are_told_exactly_with_their_sum(county: County, client: FlaskClient) -> None:
    totals = LEADS.totals(LEADS.asked(), county.officer)
    assert totals.tabs.views["all"] == totals.tabs.shown == Count(2)
    assert totals.amount == 2 * 260_000_000
    page = sign_in(client, county.officer).get("/leads").text
    assert "2 条" in page and "52,000.00" in page and "未合计" not in page


def test_one_more_is_told_as_more_and_nobody_adds_up(county: County, client: FlaskClient) -> None:
    a_lead(county, name="丙项目")
    totals = LEADS.totals(LEADS.asked(), county.officer)
    assert totals.tabs.views["mine"] == totals.tabs.shown == Count(2, capped=True)
    assert totals.amount is None
    browser = sign_in(client, county.officer)
    page = browser.get("/leads").text
    assert "2+ 条" in page and "未合计" in page and "超过一万条不合计" in page
    assert "已签约、暂缓、流失的，" in browser.get("/leads/board").text


def test_a_tab_is_counted_under_the_other_filters_whatever_tab_is_shown(county: County) -> None:
    shown = LEADS.totals(LEADS.asked({"q": "甲"}, view="week"), county.officer)
    assert shown.tabs.views == {
        "all": Count(1),
        "mine": Count(1),
        "team": Count(1),
        "late": Count(0),
        "overdue": Count(1),
        "week": Count(0),
    }
    assert (shown.tabs.shown, shown.amount) == (Count(0), 0)


def test_what_the_tabs_share_is_asked_for_once(county: County) -> None:
    asked, (words, *rest) = list[str](), LEADS.filters
    assert isinstance(words, Text)

    def noted(text: str) -> ColumnElement[bool]:
        asked.append(text)
        return words.condition(text)

    listing = replace(LEADS, filters=(replace(words, holds=noted), *rest))
    shown = listing.totals(listing.asked({"q": "甲"}, state="lost"), county.officer)
    assert asked == ["甲"]
    assert (shown.tabs.shown, shown.tabs.views["all"], shown.tabs.states["lost"]) == (Count(0),) * 3
    assert shown.tabs.states["all"] == Count(1)
