"""A chain leader in a browser: from the first page to the month of their chain, to chains side by side."""

import pytest
from playwright.sync_api import Browser, expect

from app.core.storage.db import db
from app.core.values.clock import today
from app.register.accounts.enums import Role
from app.register.accounts.models import User
from app.register.accounts.queries import actor_for_user
from app.register.chains.enums import NodeState
from tests.factories.chains import a_chain, a_node, judged
from tests.factories.posts import a_post
from tests.journeys.people import LOGINS, in_county, settle_in, signed_in
from tests.services.product import Product

pytestmark = pytest.mark.browser


def _user(role: Role) -> User:
    return db.session.query(User).filter_by(login=LOGINS[role]).one()


@pytest.fixture
def county(product: Product) -> Product:
    """动力电池 with 隔膜 missing and 正极 strong, in the charge of the county's leader."""
    settle_in(product)
    with in_county(product):
        head, leader = actor_for_user(_user(Role.BUREAU_HEAD).id), _user(Role.LEADER).person
        assert head is not None
        chain = a_chain(head)
        for code, name, state in (("A", "隔膜", NodeState.MISSING), ("B", "正极", NodeState.STRONG)):
            judged(head, a_node(head, chain, code, name), state)
        a_post(head, chain, leader)
    return product


@pytest.mark.parametrize("phone", [False, True])
def test_a_chain_leader_looks_at_the_month_opens_a_figure_and_prints(
    county: Product, browser: Browser, phone: bool
) -> None:
    with signed_in(browser, county, Role.LEADER, phone=phone) as page:
        page.get_by_role("link", name="动力电池").click()
        expect(page.get_by_role("heading", name="动力电池，链长要看的")).to_be_visible()
        gaps = page.get_by_role("region", name="没有目标的缺口").first
        expect(gaps.get_by_role("link", name="隔膜")).to_be_visible()
        gaps.locator("[data-metric] a").first.click()
        expect(page.get_by_text("共 1 个")).to_be_visible()
        page.get_by_role("link", name="产业链并排看").click()
        page.locator("[data-metric='chain.missing'] a").click()
        expect(page.locator("[data-row]")).to_have_count(1)
        page.get_by_role("link", name="链长要看的").click()
        page.get_by_role("link", name="打印").click()
        expect(page.get_by_role("button", name="打印")).to_be_visible()
        expect(page.get_by_text(f"数据截至 {today().isoformat()}")).to_be_visible()
