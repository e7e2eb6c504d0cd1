"""A sign in a browser, at the desk and on a phone: entered from the page of a company, found there and in the
list, read by everybody.
"""

import pytest
from playwright.sync_api import Browser, Page, expect

from app.core.storage.db import db
from app.register.accounts.enums import Role
from app.register.enterprises.models import Enterprise
from tests.house.looking import grave_faults, small_targets
from tests.journeys.people import in_county, settle_in, signed_in
from tests.services.chromium import DESK, PHONE
from tests.services.product import Product

pytestmark = pytest.mark.browser
COMPANY = "苏州澜川新材料有限公司"


@pytest.fixture
def county(product: Product) -> Product:
    settle_in(product)
    with in_county(product):
        db.session.add(Enterprise(name=COMPANY, name_key="澜川", core_key="澜川"))
        db.session.commit()
    return product


def must_be_readable(page: Page, *, phone: bool) -> None:
    """By everybody, at both widths and in both themes; then at the width of before."""
    assert grave_faults(page) == []
    assert not phone or small_targets(page) == []
    page.set_viewport_size(PHONE if phone else DESK)


def enter(page: Page, *, phone: bool) -> None:
    page.locator("summary[aria-label=更多]").first.click()
    page.get_by_role("link", name="登记扩张迹象").last.click()
    expect(page.get_by_label("企业", exact=False).first).to_have_value(COMPANY)
    page.get_by_label("类别").select_option("funding")
    page.get_by_label("内容").fill("完成 B 轮融资，用于二期厂房")
    page.get_by_label("金额").first.fill("1.2亿")
    page.get_by_label("来源").fill("公司公告")
    page.get_by_label("链接").fill("https://example.com/notice")
    must_be_readable(page, phone=phone)
    page.get_by_role("button", name="登记", exact=True).click()


@pytest.mark.parametrize("phone", [False, True])
def test_an_officer_enters_what_they_read_of_a_company_and_it_stands_there(
    browser: Browser, county: Product, phone: bool
) -> None:
    with signed_in(browser, county, Role.OFFICER, phone=phone) as page:
        with in_county(county):
            address = db.session.query(Enterprise).filter_by(name=COMPANY).one().public_id
        page.goto(f"/enterprises/{address}")
        enter(page, phone=phone)
        expect(page.get_by_text("完成 B 轮融资，用于二期厂房")).to_be_visible()
        expect(page.get_by_role("link", name="https://example.com/notice")).to_be_visible()
        must_be_readable(page, phone=phone)
        page.goto("/signs")
        page.get_by_role("link", name=COMPANY).first.click()
        expect(page.get_by_text("完成 B 轮融资，用于二期厂房")).to_be_visible()
        page.goto(f"/enterprises/{address}")
        expect(page.get_by_text("完成 B 轮融资，用于二期厂房").first).to_be_visible()
