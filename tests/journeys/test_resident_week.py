"""A member's week: days on duty in two taps, a visit, the report that is drafted from it, sent on the phone
and taken by the bureau at its desk.
"""

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from app.core.access.auth import acting_as
from app.core.storage.db import db
from app.core.values.clock import today
from app.promotion.visits import services as visits
from app.promotion.visits.enums import VisitKind
from app.register.accounts.enums import Role
from app.register.accounts.models import Person, User
from tests.factories.accounts import actor_of
from tests.factories.enterprises import make_enterprise
from tests.journeys.people import LOGINS, in_county, settle_in, signed_in
from tests.services.product import Product

pytestmark = pytest.mark.browser
COMPANY = "苏州岚溪功能膜有限公司"


@pytest.fixture
def county(product: Product) -> Product:
    """A member of a team has met a company today."""
    settle_in(product)
    with in_county(product):
        company = make_enterprise(COMPANY)
        user = db.session.scalars(select(User).where(User.login == LOGINS[Role.RESIDENT])).one()
        me = db.session.get_one(Person, user.person_id)
        with acting_as(actor_of(user)):
            visits.log_visit(
                visits.VisitData(
                    kind=VisitKind.OUTBOUND,
                    held_on=today(),
                    enterprise=company,
                    summary="明年要扩一条功能膜线",
                    next_step=visits.Todo("约总经理来看厂房", today(), me),
                )
            )
        db.session.commit()
    return product


def tell_the_days(page: Page) -> None:
    page.goto("/teams")
    page.get_by_role("main").get_by_role("link", name="驻长三角组").first.click()
    page.get_by_role("button", name=re.compile("在岗，补")).first.click()
    expect(page.get_by_role("status").filter(has_text="天")).to_be_visible()


def write_the_report(page: Page, summary: str) -> None:
    page.goto("/team_reports/new")
    page.get_by_role("button", name="整理草稿").click()
    expect(page.get_by_text(COMPANY).first).to_be_visible()
    page.get_by_role("link", name="写", exact=True).click()
    page.get_by_label("文字说明").fill(summary)
    page.get_by_role("button", name="保存").click()
    page.get_by_role("button", name="报送").click()
    expect(page.get_by_text("已报送").first).to_be_visible()


@pytest.mark.parametrize("phone", [False, True])
def test_from_days_on_duty_to_a_report_that_the_bureau_took(
    county: Product, browser: Browser, phone: bool
) -> None:
    with signed_in(browser, county, Role.RESIDENT, phone=phone) as page:
        tell_the_days(page)
        write_the_report(page, "企业要在年底前定址")
    with signed_in(browser, county, Role.BUREAU_HEAD) as page:
        page.get_by_role("link", name=re.compile("驻长三角组.*周报")).first.click()
        expect(page.get_by_text("企业要在年底前定址")).to_be_visible()
        page.get_by_label("办理意见").fill("请经开区备好厂房清单")
        page.get_by_role("button", name="收下").click()
        expect(page.get_by_text("已收下").first).to_be_visible()
    with signed_in(browser, county, Role.RESIDENT, phone=phone) as page:
        page.goto("/team_reports?view=team")
        page.get_by_role("main").get_by_role("link", name="驻长三角组").first.click()
        expect(page.get_by_text("请经开区备好厂房清单")).to_be_visible()
