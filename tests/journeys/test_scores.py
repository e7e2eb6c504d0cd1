"""The score of a target in a browser: opened to its facts, changed by what somebody enters, weighed anew."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from app.core.storage.db import db
from app.core.values.clock import today
from app.promotion.leads.enums import LeadSource
from app.promotion.targets.models import TargetEnterprise, TargetNode
from app.register.accounts.enums import Role
from app.register.accounts.models import User
from app.register.chains.enums import ChainTier, NodeState
from app.register.chains.models import Chain, ChainNode, NodeJudgement
from app.register.enterprises.models import Enterprise
from tests.journeys.people import LOGINS, in_county, settle_in, signed_in
from tests.services.product import Product

pytestmark = pytest.mark.browser
COMPANY = "苏州澜川新材料有限公司"


@pytest.fixture
def address(product: Product) -> str:
    """The page of a target for a link that was judged."""
    settle_in(product)
    with in_county(product):
        who = db.session.query(User).filter_by(login=LOGINS[Role.OFFICER]).one().person
        chain = Chain(code="CELL", name="动力电池")
        company = Enterprise(name=COMPANY, name_key="澜川", core_key="澜川", capital=60_000_000)
        db.session.add_all([chain, company])
        db.session.flush()
        link = ChainNode(
            code="SEP",
            live_code="SEP",
            name="隔膜",
            chain_id=chain.id,
            tier=ChainTier.MIDSTREAM,
            importance=4,
        )
        db.session.add(link)
        db.session.flush()
        judged = {"reason": "县内没有企业做", "effective_on": today(), "actor_id": who.id, "local_rate": 0}
        target = TargetEnterprise(
            enterprise_id=company.id,
            open_enterprise_id=company.id,
            stage_since=today(),
            registered_on=today(),
            method=LeadSource.CHAIN,
            owner_id=who.id,
            unit_id=who.unit_id,
            author_id=who.id,
        )
        db.session.add_all([NodeJudgement(node_id=link.id, state=NodeState.MISSING, **judged), target])
        db.session.flush()
        db.session.add(TargetNode(target_id=target.id, node_id=link.id))
        db.session.commit()
        return f"/targets/{target.public_id}"


@pytest.mark.parametrize("phone", [False, True])
def test_each_part_opens_to_its_facts_and_what_is_entered_counts_at_once(
    product: Product, browser: Browser, address: str, phone: bool
) -> None:
    with signed_in(browser, product, Role.OFFICER, phone=phone) as page:
        page.goto(address)
        expect(page.get_by_role("heading", name="评分 24.8–93.8", exact=False)).to_be_visible()
        page.get_by_text("环节匹配").click()
        expect(page.get_by_text("隔膜：缺口指数 4.00")).to_be_visible()
        page.get_by_text("扩张意愿").click()
        expect(page.get_by_text("近 24 个月没有人记过它的扩张迹象")).to_be_visible()
        page.get_by_role("link", name="记依据或否决").click()
        page.get_by_label("哪一类").select_option("taken")
        page.get_by_label("具体情况").fill("邻县上月已经首谈")
        page.get_by_label("出处").fill("市投促局通报")
        page.get_by_role("button", name="今天").click()
        page.get_by_role("button", name="保存").click()
        expect(page.get_by_role("heading", name="评分 一票否决：被他县首谈")).to_be_visible()
        expect(page.get_by_text("市投促局通报").first).to_be_visible()
        page.goto("/targets")
        expect(page.get_by_text("一票否决：被他县首谈").first).to_be_visible()


def test_the_head_looks_at_other_weights_before_they_are_kept(
    product: Product, browser: Browser, address: str
) -> None:
    with signed_in(browser, product, Role.BUREAU_HEAD) as page:
        page.goto("/target_weights/new")
        page.get_by_label("从哪天起").fill((today() + timedelta(days=1)).isoformat())
        page.get_by_label("为什么改").fill("常务会议定的")
        page.get_by_label("环节匹配").fill("30")
        page.get_by_role("button", name="先看会变什么").click()
        expect(page.get_by_text("六项分值加起来是 105，要正好是 100").first).to_be_visible()
        page.get_by_label("人脉可达").fill("5")
        page.get_by_role("button", name="先看会变什么").click()
        expect(page.get_by_text("今天在库的 1 家目标企业里有 1 家评分会变：升 1 家，降 0 家")).to_be_visible()
