"""A target in a browser, at the desk and on a phone: taken up on the page of a link, met, spoken with."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from app.core.storage.db import db
from app.register.accounts.enums import Role
from app.register.chains.enums import ChainTier
from app.register.chains.models import Chain, ChainNode
from app.register.enterprises.models import Enterprise
from tests.journeys.people import in_county, settle_in, signed_in
from tests.services.product import Product

pytestmark = pytest.mark.browser
COMPANY = "苏州澜川新材料有限公司"


@pytest.fixture
def county(product: Product) -> Product:
    settle_in(product)
    with in_county(product):
        chain = Chain(code="CELL", name="动力电池")
        db.session.add_all([chain, Enterprise(name=COMPANY, name_key="澜川", core_key="澜川")])
        db.session.flush()
        link = {"chain_id": chain.id, "tier": ChainTier.MIDSTREAM}
        db.session.add_all(
            [
                ChainNode(code="CELL-05", live_code="CELL-05", name="隔膜", **link),
                ChainNode(code="CELL-06", live_code="CELL-06", name="电解液", **link),
            ]
        )
        db.session.commit()
    return product


@contextmanager
def the_link(browser: Browser, county: Product, *, phone: bool = False) -> Iterator[Page]:
    with signed_in(browser, county, Role.OFFICER, phone=phone) as page:
        with in_county(county):
            address = db.session.query(ChainNode).filter_by(code="CELL-05").one().public_id
        page.goto(f"/chains/nodes/{address}")
        yield page


def take_up(page: Page) -> None:
    page.get_by_role("link", name="列一家").first.click()
    expect(page.get_by_role("button", name="去掉 动力电池 / 隔膜")).to_be_visible()
    company = page.get_by_label("企业", exact=False).first
    company.fill(COMPANY[:4])
    page.get_by_role("option", name=COMPANY).click()
    page.get_by_label("招商方式").select_option("referral")
    page.get_by_label("来源").fill("链主推荐")
    page.get_by_role("button", name="列为目标企业").click()
    expect(page.get_by_role("heading", name=COMPANY)).to_be_visible()


@pytest.mark.parametrize("phone", [False, True])
def test_from_a_link_to_a_target_to_a_visit_to_a_lead(county: Product, browser: Browser, phone: bool) -> None:
    with the_link(browser, county, phone=phone) as page:
        take_up(page)
        target = page.url
        page.get_by_role("link", name="记走访").first.click()
        page.get_by_label("谈了什么").fill("明年要扩一条线")
        page.get_by_label("下一步做什么").fill("约严总来看厂房")
        page.get_by_role("button", name="下周一").click()
        page.get_by_role("button", name="保存走访").click()
        expect(page.get_by_text("明年要扩一条线")).to_be_visible()
        page.goto(target)
        expect(page.locator("[aria-current=step]")).to_contain_text("已接触")
        page.get_by_role("link", name="登记线索").first.click()
        assert page.get_by_label("企业", exact=False).first.input_value() == COMPANY
        assert page.get_by_label("线索名称").input_value() == "隔膜项目"
        page.get_by_role("button", name="登记线索").click()
        expect(page.get_by_text("已登记，编号")).to_be_visible()
        page.goto(target)
        expect(page.locator("[aria-current=step]")).to_contain_text("在谈")
        expect(page.get_by_role("link", name="隔膜项目").first).to_be_visible()


def test_a_link_is_found_by_typing_and_taken_away_again(county: Product, browser: Browser) -> None:
    with signed_in(browser, county, Role.OFFICER) as page:
        page.goto("/targets/new")
        box = page.get_by_placeholder("环节或产业链的名称")
        box.fill("电解")
        page.get_by_role("option", name="动力电池 / 电解液").click()
        chip = page.get_by_role("button", name="去掉 动力电池 / 电解液")
        chip.click()
        expect(chip).to_have_count(0)
        box.fill("没有的")
        expect(page.get_by_text("没有这个环节")).to_be_visible()
