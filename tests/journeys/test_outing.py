"""A leader's outing: the schedule, a sheet for each company, visits on the way, minutes and who does what."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from app.core.access.auth import SYSTEM, acting_as
from app.core.storage.db import db
from app.core.values.clock import today
from app.register.accounts.enums import Role
from tests.factories.enterprises import make_enterprise
from tests.journeys.people import NAMES, in_county, settle_in, signed_in
from tests.services.product import Product

pytestmark = pytest.mark.browser
OUTING = "副县长带队外出敲门"
MAKERS = [f"{place}隔膜科技有限公司" for place in ("岚山", "岚水")]
DAY = today().isoformat()


@pytest.fixture
def county(product: Product) -> Product:
    settle_in(product)
    with in_county(product):
        with acting_as(SYSTEM):
            for name in MAKERS:
                make_enterprise(name, scope="锂电池隔膜制造")
        db.session.commit()
    return product


def pick_person(page: Page, label: str, name: str) -> None:
    box = page.get_by_label(label, exact=False).first
    box.fill(name)
    page.get_by_role("option", name=re.compile(name)).first.click()


def begin(page: Page) -> None:
    page.goto("/outings/new")
    page.get_by_label("带队外出", exact=True).check()
    page.get_by_label("名称", exact=False).first.fill(OUTING)
    page.get_by_label("第一天").fill(DAY)
    page.get_by_label("最后一天").fill(DAY)
    pick_person(page, "带队或接待的领导", NAMES[Role.LEADER])
    page.get_by_label("领导职务").fill("副县长")
    pick_person(page, "同行人员", NAMES[Role.BUREAU_HEAD])
    page.get_by_label("去哪里或看哪里").fill("苏州、宁波")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_role("heading", name=OUTING)).to_be_visible()


def put_on(page: Page, name: str, time: str) -> None:
    page.get_by_role("link", name="排日程").first.click()
    page.get_by_label("几点").fill(time)
    page.get_by_label("企业", exact=False).first.fill(name[:2])
    page.get_by_role("option", name=re.compile(name)).click()
    page.get_by_role("button", name="排上").click()
    expect(page.get_by_role("link", name=name)).to_be_visible()


def write_a_sheet(page: Page) -> None:
    page.get_by_role("link", name=MAKERS[0]).click()
    expect(page.get_by_text("第一次见：做什么、卖给谁")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="改").first.click()
    page.get_by_label("要谈什么").fill("先谈隔膜二期放哪里")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("先谈隔膜二期放哪里")).to_be_visible()


def look_at_the_paper(page: Page, outing: str) -> None:
    page.goto(f"{outing}/print")
    expect(page.get_by_role("heading", name=f"会前要点：{MAKERS[1]}")).to_be_visible()
    expect(page.get_by_text("先谈隔膜二期放哪里")).to_be_visible()


def visit(page: Page, outing: str) -> None:
    page.goto(outing)
    page.get_by_role("link", name=MAKERS[0]).click()
    page.get_by_role("link", name="记走访").first.click()
    page.get_by_label("谈了什么").fill("二期想放在县里")
    page.get_by_label("下一步做什么").fill("寄用地方案")
    page.get_by_role("button", name="下周一").click()
    page.get_by_role("button", name="保存走访").click()
    expect(page.get_by_text("二期想放在县里")).to_be_visible()


def close_the_rest(page: Page, outing: str) -> None:
    page.goto(outing)
    row = page.get_by_role("row", name=re.compile(MAKERS[1]))
    row.get_by_role("link", name="改").click()
    page.get_by_label("没有谈成的原因").fill("对方改到下月")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("对方改到下月")).to_be_visible()
    page.goto(outing)
    expect(page.get_by_text("对方改到下月")).to_be_visible()
    page.locator("#minutes").get_by_role("link", name="写").click()
    page.get_by_label("纪要").fill("用地方案三天内寄出")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("用地方案三天内寄出")).to_be_visible()


def hand_out_work(page: Page) -> None:
    page.get_by_role("main").get_by_role("link", name="下一步").first.click()
    page.get_by_label("做什么", exact=False).first.fill("把用地方案送到苏州")
    page.get_by_role("button", name="下周一").click()
    page.get_by_role("button", name=re.compile("保存|记上|登记")).last.click()
    expect(page.get_by_text("把用地方案送到苏州").first).to_be_visible()


@pytest.mark.parametrize("phone", [False, True])
def test_from_the_schedule_over_the_sheets_to_visits_minutes_and_work(
    county: Product, browser: Browser, phone: bool
) -> None:
    with signed_in(browser, county, Role.OFFICER, phone=phone) as page:
        begin(page)
        outing = page.url
        put_on(page, MAKERS[0], "9:30")
        put_on(page, MAKERS[1], "14:00")
        write_a_sheet(page)
        look_at_the_paper(page, outing)
        visit(page, outing)
        close_the_rest(page, outing)
        hand_out_work(page)
        page.goto(outing)
        expect(page.get_by_text("已记走访 1 家")).to_be_visible()
        expect(page.get_by_text("没有谈成 1 家")).to_be_visible()
