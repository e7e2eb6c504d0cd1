"""An event: its guests pasted, checked in on their own phones, what was signed, who was followed up."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from app.core.access.auth import SYSTEM, acting_as
from app.core.storage.db import db
from app.core.values.clock import now, today
from app.promotion.gatherings.rules import door_code
from app.register.accounts.enums import Role
from tests.factories.enterprises import make_enterprise
from tests.journeys.people import in_county, settle_in, signed_in
from tests.services.chromium import opened_page
from tests.services.product import Product

pytestmark = pytest.mark.browser
EVENT = "长三角储能产业推介会"
MAKER = "岚山隔膜科技有限公司"
DAY = today().isoformat()
LIST = f"姓名\t单位\t职务\t电话\n严文舟\t{MAKER}\t副总\t13800000001\n苏岚\t远望储能\t总监\t13800000002"


@pytest.fixture
def county(product: Product) -> Product:
    settle_in(product)
    with in_county(product):
        with acting_as(SYSTEM):
            make_enterprise(MAKER)
        db.session.commit()
    return product


def begin(page: Page) -> None:
    page.goto("/gatherings/new")
    page.get_by_label("名称", exact=False).first.fill(EVENT)
    page.get_by_label("活动种类").select_option(label="推介会")
    page.get_by_label("第一天").fill(DAY)
    page.get_by_label("最后一天").fill(DAY)
    page.get_by_label("地点").fill("苏州会议中心")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_role("heading", name=EVENT)).to_be_visible()


def paste_the_list(page: Page) -> None:
    page.get_by_role("link", name="加客商").first.click()
    page.get_by_label("客商，一行一位").fill(LIST.replace("13800000002", "13800000001"))
    page.get_by_role("button", name="加上").click()
    expect(page.get_by_role("alert")).to_contain_text("第 2、3 行的电话相同")
    page.get_by_label("客商，一行一位").fill(LIST)
    page.get_by_role("button", name="加上").click()
    expect(page.get_by_text("加上 2 位")).to_be_visible()


def on_the_screen(page: Page, event: str) -> str:
    """The address that the code on the screen leads to: of now, since a picture is not read here."""
    page.goto(f"{event}/door")
    expect(page.locator(".door-code svg")).to_be_visible()
    return re.sub(r"/gatherings/", "/checkin/", event)


def check_in(browser: Browser, county: Product, door: str, code: str) -> None:
    """On the guest's own phone, without an account."""
    with opened_page(browser, county.url, phone=True) as phone:
        phone.goto(f"{door}?code={'0' * 20}")
        expect(phone.get_by_text("二维码已过期，请重新扫现场屏幕上的码")).to_be_visible()
        phone.goto(f"{door}?code={code}")
        phone.get_by_label("姓名").fill("严文舟")
        phone.get_by_label("电话").fill("138 0000 0001")
        phone.get_by_label("单位").fill("岚山隔膜")
        phone.get_by_role("button", name="签到").click()
        expect(phone.get_by_role("heading", name="已签到")).to_be_visible()


def sign_an_intent(page: Page, event: str) -> None:
    page.goto(event)
    page.get_by_role("link", name="登记签约").click()
    page.get_by_label("意向").check()
    page.get_by_label("签约企业").fill(MAKER)
    page.get_by_label("签约项目").fill("隔膜二期")
    page.get_by_label("计划总投资").fill("1.2亿")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_role("table", name="意向").get_by_text("隔膜二期")).to_be_visible()


@pytest.mark.parametrize("phone", [False, True])
def test_from_the_list_over_the_door_to_who_was_followed_up(
    county: Product, browser: Browser, phone: bool
) -> None:
    with signed_in(browser, county, Role.OFFICER, phone=phone) as page:
        begin(page)
        event = page.url
        paste_the_list(page)
        door = on_the_screen(page, event)
        secret = (county.installation.instance / "secret_key").read_text(encoding="utf-8").strip()
        code = door_code(secret, event.rpartition("/")[2], now())
        check_in(browser, county, door, code)
        sign_an_intent(page, event)
        came = page.get_by_role("row", name=re.compile("签到的客商"))
        came.get_by_role("link", name="1", exact=True).click()
        expect(page.get_by_role("link", name=MAKER)).to_be_visible()
        page.goto(event)
        followed = page.get_by_role("row", name=re.compile("30 天内跟进的"))
        expect(followed).to_contain_text("0%")
