"""On a phone, by keyboard: a second step is begun, and a code from paper opens the door."""

import re
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from app.register.accounts.enums import Role
from tests.factories.accounts import PASSWORD
from tests.journeys.people import LOGINS, settle_in
from tests.services import databases
from tests.services.chromium import opened_page
from tests.services.product import Installation, Product, running_product

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def county(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    folder = tmp_path_factory.mktemp("two_steps")
    databases.sqlite_copy(sqlite_template, folder)
    with running_product(Installation(folder), only=("web",)) as product:
        settle_in(product)
        yield product


def gives_password(page: Page) -> None:
    page.goto("/login")
    expect(page.get_by_label("账号")).to_be_focused()
    page.keyboard.type(LOGINS[Role.LEADER])
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")


def test_a_leader_begins_it_and_signs_in_with_a_code_from_paper(browser: Browser, county: Product) -> None:
    refused: list[str] = []
    with opened_page(browser, county.url, phone=True) as page:
        page.on("console", lambda told: refused.append(told.text) if told.type == "error" else None)
        gives_password(page)
        expect(page).to_have_url(f"{county.url}/")
        page.goto("/account/second-step")
        page.get_by_label("密码", exact=False).first.fill(PASSWORD)
        page.keyboard.press("Enter")
        drawn = page.get_by_role("img", name="二维码").bounding_box()
        assert drawn is not None and 150 < drawn["width"] <= 390
        secret = page.get_by_text(re.compile("^[A-Z2-7 ]{32,}$")).inner_text().replace(" ", "")
        field = page.get_by_label("手机上现在的 6 位数字")
        assert field.get_attribute("autocomplete") == "one-time-code"
        assert field.get_attribute("inputmode") == "numeric"
        field.fill(pyotp.TOTP(secret).now())
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="恢复码")).to_be_visible()
        paper = page.locator("ol strong").all_inner_texts()
        assert len(paper) == 10
        page.get_by_role("button", name="已经收好").press("Enter")
        expect(page).to_have_url(f"{county.url}/")
        page.context.clear_cookies()
        gives_password(page)
        expect(page.get_by_role("heading", name="再输验证码")).to_be_visible()
        expect(page.get_by_label("验证码")).to_be_focused()
        page.keyboard.type(paper[0])
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{county.url}/")
        expect(page.get_by_text("还剩 9 个")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert refused == []
