"""A directed campaign: its companies come from the candidates of a gap, each has a plan, doors are knocked on
by a route, and each company has its result before the end.
"""

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from app.core.access.auth import SYSTEM, acting_as
from app.core.storage.db import db
from app.core.values.clock import today
from app.register.accounts.enums import Role
from app.register.accounts.models import User
from app.register.chains.enums import NodeState
from app.register.reference import services as reference
from tests.factories.accounts import actor_of
from tests.factories.chains import a_chain, a_node, judged
from tests.factories.enterprises import make_enterprise
from tests.journeys.people import LOGINS, in_county, settle_in, signed_in
from tests.services.product import Product

pytestmark = pytest.mark.browser
CAMPAIGN = "隔膜敲门月"
MAKERS = [f"{place}隔膜科技有限公司" for place in ("岚山", "岚水")]
DAY = today().isoformat()


@pytest.fixture
def gap(product: Product) -> str:
    """The page of a link that is missing here, while two companies elsewhere make what it needs."""
    settle_in(product)
    with in_county(product):
        with acting_as(SYSTEM):
            reference.load()
            for name in MAKERS:
                make_enterprise(name, scope="锂电池隔膜制造；隔膜研发、生产", region="330203")
        user = db.session.scalars(select(User).where(User.login == LOGINS[Role.BUREAU_HEAD])).one()
        head = actor_of(user)
        node = a_node(head, a_chain(head), "CELL-05", "隔膜", keywords="隔膜、湿法隔膜")
        judged(head, node, NodeState.MISSING)
        db.session.commit()
        return f"/chains/nodes/{node.public_id}"


def begin(page: Page) -> None:
    page.goto("/campaigns/new")
    page.get_by_label("名称", exact=False).first.fill(CAMPAIGN)
    page.get_by_label("招商方式").select_option(label="产业链招商")
    page.get_by_label("第一天").fill(DAY)
    page.get_by_label("最后一天").fill(DAY)
    page.get_by_role("button", name=re.compile("保存|新建|登记")).last.click()
    expect(page.get_by_role("heading", name=CAMPAIGN)).to_be_visible()


def take_the_candidates(page: Page, gap: str) -> None:
    page.goto(gap)
    page.get_by_role("link", name="找候选企业").first.click()
    for name in MAKERS:
        page.get_by_label(f"选 {name}").check()
    page.get_by_role("button", name="加入定向招商").click()
    page.get_by_label("定向招商").select_option(label=CAMPAIGN)
    page.get_by_role("button", name=re.compile("加入定向招商")).click()
    expect(page.get_by_text("办成 2 家")).to_be_visible()


def open_campaign(page: Page) -> None:
    page.goto("/campaigns")
    page.get_by_role("main").get_by_role("link", name=CAMPAIGN).first.click()


def write_a_plan(page: Page) -> None:
    open_campaign(page)
    page.get_by_role("main").get_by_role("link", name=MAKERS[0]).first.click()
    page.get_by_role("link", name="起草").click()
    page.get_by_label("打算怎么做").fill("先约采购负责人")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("先约采购负责人").first).to_be_visible()


def plan_the_day(page: Page) -> None:
    open_campaign(page)
    page.get_by_role("link", name="敲门路线").click()
    page.get_by_label("哪天").last.fill(DAY)
    for name in MAKERS:
        page.get_by_placeholder("企业的名称").fill(name[:2])
        page.get_by_role("option", name=name).click()
    page.get_by_role("button", name="排上").click()
    expect(page.get_by_text("2 家").first).to_be_visible()


def knock(page: Page) -> None:
    open_campaign(page)
    page.get_by_role("link", name="敲门路线").click()
    page.get_by_role("link", name="记走访").first.click()
    page.get_by_label("谈了什么").fill("想看电池厂的采购量")
    page.get_by_label("下一步做什么").fill("送采购清单")
    page.get_by_role("button", name="下周一").click()
    page.get_by_role("button", name="保存走访").click()
    expect(page.get_by_text("想看电池厂的采购量")).to_be_visible()


def settle(page: Page) -> None:
    open_campaign(page)
    page.get_by_role("link", name="结果", exact=True).click()
    page.get_by_role("button", name="结束这场定向招商").click()
    expect(page.get_by_role("alert")).to_contain_text("还有 2 家没有写结果")
    for name in MAKERS:
        page.get_by_label(f"选 {name}").check()
    page.get_by_label("有意向").check()
    page.get_by_role("button", name="写结果").click()
    expect(page.get_by_text("已写 2 家的结果")).to_be_visible()
    page.get_by_role("button", name="结束这场定向招商").click()
    expect(page.get_by_text("已结束").first).to_be_visible()


@pytest.mark.parametrize("phone", [False, True])
def test_from_the_candidates_of_a_gap_over_a_route_to_results(
    product: Product, gap: str, browser: Browser, phone: bool
) -> None:
    with signed_in(browser, product, Role.OFFICER, phone=phone) as page:
        begin(page)
        take_the_candidates(page, gap)
        write_a_plan(page)
        plan_the_day(page)
        knock(page)
        settle(page)
        met = page.get_by_role("row", name=re.compile("外出"))
        met.get_by_role("link", name="1", exact=True).click()
        expect(page.get_by_text(MAKERS[0]).or_(page.get_by_text(MAKERS[1])).first).to_be_visible()
