"""In a browser: no network, an ended session, a refusal, a wrong file. What was typed and chosen stays."""

import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import select

from app.core.access.auth import Actor
from app.core.storage.db import db, reading
from app.promotion.visits.models import Visit
from app.register.accounts import session as browsing
from app.register.accounts.models import User
from tests.factories.accounts import PASSWORD
from tests.factories.leads import PDF, a_county, a_lead
from tests.journeys.people import in_county
from tests.services import databases
from tests.services.chromium import opened_page
from tests.services.product import Installation, Product, running_product

pytestmark = pytest.mark.browser

A_VISIT = re.compile(r"/visits/(?!new)\w+$")
A_MOMENT = 700  # ms: longer than a draft waits for the next letter, and than a page takes to ask on leaving


@dataclass(frozen=True, slots=True)
class County:
    """A running county for this file: who works there, by login, a company and a lead of the officer."""

    product: Product
    resident: str
    officer: str
    company: str
    lead: str


def login_of(actor: Actor) -> str:
    return db.session.get_one(User, actor.user_id).login


@pytest.fixture(scope="module")
def county(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    folder = tmp_path_factory.mktemp("typed")
    databases.sqlite_copy(sqlite_template, folder)
    with running_product(Installation(folder), only=("web",)) as product, in_county(product):
        people = a_county()
        logins = [
            db.session.get_one(User, actor.user_id).login for actor in (people.resident, people.officer)
        ]
        made = County(product, *logins, people.enterprise.name, a_lead(people).public_id)
        db.session.commit()  # nothing is read after it: an open transaction would keep others from writing
        yield made


@dataclass(frozen=True, slots=True)
class Visiting:
    """A visit that no other test writes."""

    county: County
    typed: str

    def times_saved(self) -> int:
        with reading():
            found = db.session.query(Visit).filter_by(summary=self.typed).count()
            db.session.rollback()
        return found


@pytest.fixture
def visit(county: County) -> Visiting:
    return Visiting(county, f"看中离苏州近，想要 60 亩地（{secrets.token_hex(4)}）")


@pytest.fixture
def page(browser: Browser, county: County) -> Iterator[Page]:
    """The phone of somebody of a resident team."""
    with signed_in(browser, county, county.resident, phone=True) as opened:
        yield opened


@contextmanager
def signed_in(browser: Browser, county: County, login: str, *, phone: bool = False) -> Iterator[Page]:
    with opened_page(browser, county.product.url, phone=phone) as opened:
        opened.goto("/login")
        signs_in(opened, login)
        opened.wait_for_url("**/")
        yield opened


def write(page: Page, visit: Visiting) -> None:
    page.goto("/visits/new")
    page.locator("#enterprise").fill(visit.county.company)
    page.locator("#summary").fill(visit.typed)
    page.locator("#next_what").fill("约严总来看厂房")
    page.locator("#next_due_on").fill("2099-12-01")


def save(page: Page) -> None:
    page.get_by_role("button", name="保存走访").click()


def signs_in(page: Page, login: str) -> None:
    page.get_by_label("账号").fill(login)
    page.get_by_role("textbox", name="密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()


def end_session_of(login: str) -> None:
    browsing.end_all(db.session.scalars(select(User.id).where(User.login == login)).one())
    db.session.commit()


def drafts_of(page: Page) -> list[str]:
    page.wait_for_timeout(A_MOMENT)
    kept: list[str] = page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('draft:'))")
    return kept


def told(page: Page) -> Locator:
    return page.locator("[data-told]")


def is_warned_on_leaving(page: Page) -> bool:
    """Whether the browser asks before it leaves; the answer is to stay."""
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.evaluate("setTimeout(() => location.assign('/visits'))")
    page.wait_for_timeout(A_MOMENT)
    return asked == ["beforeunload"]


def test_without_network_the_page_stays_and_the_next_press_saves(page: Page, visit: Visiting) -> None:
    write(page, visit)
    page.context.set_offline(True)
    save(page)
    expect(told(page)).to_have_text("没有保存。网络断了，内容还在，请再点保存")
    expect(page.locator("#summary")).to_have_value(visit.typed)
    page.context.set_offline(False)
    save(page)
    page.wait_for_url(A_VISIT)
    expect(page.get_by_text("已保存")).to_be_visible()
    assert visit.times_saved() == 1
    assert drafts_of(page) == []
    page.go_back()
    expect(page.get_by_role("heading", name="记走访")).to_be_visible()


def test_a_draft_is_offered_when_the_form_is_opened_again(page: Page, visit: Visiting) -> None:
    write(page, visit)
    page.context.set_offline(True)
    save(page)
    expect(told(page)).to_be_visible()
    page.context.set_offline(False)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/visits/new")
    offer = page.locator("[data-draft]")
    expect(offer).to_contain_text("有一份没有保存的草稿")
    offer.get_by_role("button", name="恢复").click()
    expect(page.locator("#summary")).to_have_value(visit.typed)
    expect(page.locator("#enterprise")).to_have_value(visit.county.company)
    expect(page.get_by_text("还没有保存。内容还在")).to_be_visible()
    assert visit.times_saved() == 0
    save(page)
    page.wait_for_url(A_VISIT)
    assert visit.times_saved() == 1


def test_what_was_saved_right_after_the_last_letter_leaves_no_draft(page: Page, visit: Visiting) -> None:
    write(page, visit)
    page.route(A_VISIT, lambda route: (time.sleep(A_MOMENT / 1000), route.continue_()))  # a slow answer
    page.evaluate(
        """() => {
            const field = document.getElementById("summary");
            field.dispatchEvent(new Event("input", { bubbles: true }));
            field.form.requestSubmit();
        }"""
    )
    page.wait_for_url(A_VISIT)
    assert visit.times_saved() == 1
    assert drafts_of(page) == []


def test_a_draft_that_is_dropped_is_gone(page: Page, visit: Visiting) -> None:
    write(page, visit)
    assert len(drafts_of(page)) == 1
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    page.get_by_role("button", name="丢掉").click()
    expect(page.locator("[data-draft]")).to_have_count(0)
    assert drafts_of(page) == []


def test_nothing_stays_on_the_device_after_signing_out(page: Page, visit: Visiting) -> None:
    write(page, visit)
    assert len(drafts_of(page)) == 1
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/account")
    page.get_by_label("账号：").click()
    page.get_by_role("button", name="退出", exact=True).click()
    page.wait_for_url("**/login")
    assert drafts_of(page) == []
    assert visit.typed not in page.evaluate("JSON.stringify(localStorage)")


def test_somebody_else_who_signs_in_here_finds_no_draft(page: Page, visit: Visiting) -> None:
    write(page, visit)
    assert len(drafts_of(page)) == 1
    end_session_of(visit.county.resident)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/login")
    signs_in(page, visit.county.officer)
    page.wait_for_url("**/")
    page.goto("/visits/new")
    expect(page.locator("[data-draft]")).to_have_count(0)
    assert drafts_of(page) == []


def test_after_an_ended_session_one_signs_in_in_another_window_and_presses_again(
    page: Page, visit: Visiting
) -> None:
    write(page, visit)
    end_session_of(visit.county.resident)
    save(page)
    expect(told(page)).to_contain_text("离开太久，或者在别处退出了登录，内容还在")
    with page.context.expect_page() as opened:
        told(page).get_by_role("link", name="去登录").click()
    signs_in(opened.value, visit.county.resident)
    opened.value.wait_for_url("**/")
    opened.value.close()
    save(page)
    expect(page.get_by_text("页面放得太久，没有提交。内容还在，请再点保存")).to_be_visible()
    expect(page.locator("#summary")).to_have_value(visit.typed)
    save(page)
    page.wait_for_url(A_VISIT)
    assert visit.times_saved() == 1


def test_a_browser_without_script_finds_its_form_filled_after_signing_in(
    browser: Browser, visit: Visiting
) -> None:
    context = browser.new_context(
        base_url=visit.county.product.url, java_script_enabled=False, locale="zh-CN"
    )
    page = context.new_page()
    page.goto("/login")
    signs_in(page, visit.county.resident)
    write(page, visit)
    end_session_of(visit.county.resident)
    save(page)
    expect(page.get_by_text("刚才写的还没有保存，登录以后原样回来")).to_be_visible()
    signs_in(page, visit.county.resident)
    page.get_by_role("button", name="打开填好的表单").click()
    expect(page.locator("#summary")).to_have_value(visit.typed)
    assert page.url.endswith("/visits/new")
    save(page)
    page.wait_for_url(A_VISIT)
    context.close()
    assert visit.times_saved() == 1


def test_after_a_refusal_the_browser_still_warns_on_leaving(page: Page, visit: Visiting) -> None:
    write(page, visit)
    page.locator("#next_what").fill("")
    save(page)
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.locator("#next_what")).to_be_focused()
    expect(page.locator("#summary")).to_have_value(visit.typed)
    assert is_warned_on_leaving(page)


def a_scan(folder: Path, name: str, size: int) -> Path:
    path = folder / name
    path.write_bytes(PDF + b"0" * size)
    return path


def open_agreement(page: Page, lead: str) -> None:
    """登记协议, half filled in."""
    page.goto(f"/leads/{lead}/agreements/new")
    page.locator("#title").fill("投资协议")
    page.locator("#kind").select_option("intent")
    page.locator("#amount").fill("2.6亿")


def test_a_file_that_is_too_large_is_said_before_it_is_sent(
    browser: Browser, county: County, tmp_path: Path
) -> None:
    with signed_in(browser, county, county.officer) as page:
        open_agreement(page, county.lead)
        page.locator("#file").set_input_files(a_scan(tmp_path, "扫描件.pdf", 33 * 1024 * 1024))
        sentence = page.get_by_text("「扫描件.pdf」有 33.0 MB，最大 20 MB，请压缩或拆开后再选")
        expect(sentence).to_be_visible()
        page.get_by_role("button", name="保存").click()
        expect(page.locator("#amount")).to_have_value("2.6亿")
        page.locator("#file").set_input_files(a_scan(tmp_path, "小的.pdf", 9))
        expect(sentence).to_have_count(0)


def test_a_chosen_scan_survives_a_refused_field(browser: Browser, county: County, tmp_path: Path) -> None:
    with signed_in(browser, county, county.officer) as page:
        open_agreement(page, county.lead)
        page.locator("#title").fill("")
        page.locator("#file").set_input_files(a_scan(tmp_path, "协议扫描件.pdf", 9))
        page.get_by_role("button", name="保存").click()
        expect(page.locator(".kept-file")).to_contain_text("协议扫描件.pdf")
        page.locator("#title").fill("投资意向书")
        page.get_by_role("button", name="保存").click()
        page.wait_for_url("**tab=agreements**")
        expect(page.get_by_role("link", name="协议扫描件.pdf")).to_be_visible()
