"""On a phone: the empty box offers what was searched for before; a search is saved; all can be cleared."""

import re
import time

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import func, select

from app.core.storage.db import db
from app.core.storage.outbox import OutboxEntry
from app.register.accounts.enums import Role
from tests.factories.counties import a_company
from tests.journeys.people import in_county, settle_in, signed_in
from tests.journeys.test_main_job import SLOW, shoot
from tests.services.product import Product

SEARCHES = ("锂电", "光伏 宁波")


COMPANIES = ("宁波澜川光伏有限公司", "青岚景榕锂电有限公司")
PATIENCE = 60  # seconds until the indexer has taken the companies up


@pytest.fixture
def county(product: Product) -> Product:
    """A search that finds nothing is not offered again, so there is something to find."""
    settle_in(product)
    with in_county(product):
        for name in COMPANIES:
            a_company(name)
        db.session.commit()
        deadline = time.monotonic() + PATIENCE
        while db.session.scalar(select(func.count()).select_from(OutboxEntry)):
            assert time.monotonic() < deadline, product.log("indexer")
            db.session.rollback()
            time.sleep(0.2)
    return product


def search_for(page: Page, words: str) -> None:
    box = page.get_by_role("combobox", name="全局搜索")
    box.fill(words)
    box.press("Enter")
    expect(page).to_have_title(re.compile(f"搜索「{words}」"), timeout=SLOW)


def no_wider_than_the_screen(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_recent_searches_are_offered_in_the_empty_box_and_can_be_saved(
    county: Product, browser: Browser
) -> None:
    with signed_in(browser, county, Role.OFFICER, phone=True) as page:
        box, options = page.get_by_role("combobox", name="全局搜索"), page.get_by_role("option")
        page.goto("/enterprises")
        box.focus()
        expect(box).to_have_attribute("aria-expanded", "false")
        for words in SEARCHES:
            search_for(page, words)

        page.goto("/enterprises")
        box.focus()
        expect(options).to_have_text(["光伏 宁波", "锂电", "整理"], timeout=SLOW)
        expect(box).to_have_attribute("aria-expanded", "true")
        shoot(page, "recent")
        assert no_wider_than_the_screen(page)
        box.press("ArrowDown")
        box.press("ArrowDown")
        chosen = options.nth(1)
        expect(chosen).to_have_attribute("aria-selected", "true")
        expect(box).to_have_attribute("aria-activedescendant", chosen.get_attribute("id") or "none")
        box.press("Enter")
        expect(page).to_have_title(re.compile("搜索「锂电」"), timeout=SLOW)

        page.get_by_role("link", name="收藏这个查询").click()
        page.get_by_label("有新结果时提醒我").check()
        page.get_by_role("button", name="收藏").click()
        expect(page.get_by_role("link", name="已收藏：锂电")).to_be_visible(timeout=SLOW)
        page.goto("/searches")
        expect(page.get_by_role("rowheader", name="锂电")).to_be_visible()
        shoot(page, "saved-searches")
        assert no_wider_than_the_screen(page)

        page.goto("/search")
        shoot(page, "recent-page")
        assert no_wider_than_the_screen(page)
        page.get_by_role("button", name="全部清空").click()
        expect(page.get_by_role("heading", name="最近搜索")).to_have_count(0, timeout=SLOW)


def test_what_is_typed_while_the_recent_searches_still_come_is_answered(
    county: Product, browser: Browser
) -> None:
    with signed_in(browser, county, Role.OFFICER) as page:
        box, held_up = page.get_by_role("combobox", name="全局搜索"), list[Route]()
        page.clock.install(time=0)
        page.goto("/enterprises")
        page.route("**/searches/recent**", lambda route: held_up.append(route))
        page.route("**/search/suggest**", lambda route: route.fulfill(body="<p>来了</p>"))
        with page.expect_request("**/searches/recent**"):
            box.focus()
        page.clock.pause_at(3_600_000)  # ms; the page now waits for the typing to pause
        box.fill("锂电")
        held_up.pop().fulfill(body="")
        page.wait_for_timeout(300)  # for the empty answer to arrive
        page.clock.run_for(1_000)
        expect(page.get_by_text("来了")).to_be_visible(timeout=SLOW)
