"""drafts.js: what is being written stays in the browser of whoever writes it, until it is saved."""

import json
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.js.conftest import Stage

pytestmark = pytest.mark.browser

FORM = """<form method="post" action="/visits" data-guard><input name="csrf_token" type="hidden" value="t">
<input name="what" id="what"><input type="file" name="scan"><button>保存</button></form>"""
SECRET = (
    '<form action="/account" data-guard><span class="password-box"><input id="secret" name="p"></span></form>'
)
FILTER = '<form action="/leads"><input id="filter" name="q"></form>'
START = """({ startDrafts }) => startDrafts((form, fields) => { window.restored = fields; })"""
WAITS = 500  # ms, longer than a draft waits for the next letter
DAY = 86_400_000
KEY = "draft:wang:/visits"


def put(stage: Stage, key: str, draft: object) -> None:
    stage.page.evaluate("([key, draft]) => localStorage.setItem(key, draft)", [key, json.dumps(draft)])


def a_draft(stage: Stage, words: str, age: int = 0) -> dict[str, Any]:
    at = stage.page.evaluate("Date.now()") - age
    return {"at": at, "fields": [["what", words]]}


def kept(stage: Stage) -> dict[str, Any]:
    stage.page.wait_for_timeout(WAITS)
    drafts = "Object.entries(localStorage).filter(([key]) => key.startsWith('draft:'))"
    return {key: json.loads(draft)["fields"] for key, draft in stage.page.evaluate(drafts)}


def write(stage: Stage, words: str) -> None:
    stage.page.locator("#what").fill(words)


def test_what_is_typed_is_kept_under_whoever_typed_it_without_tokens_and_files(stage: Stage) -> None:
    stage.show(FORM)
    stage.run("drafts", START)
    write(stage, "看中离苏州近")
    assert kept(stage) == {KEY: [["what", "看中离苏州近"]]}


def test_no_password_and_no_filter_is_ever_kept(stage: Stage) -> None:
    stage.show(SECRET + FILTER)
    stage.run("drafts", START)
    stage.page.locator("#secret").fill("s3cret")
    stage.page.locator("#filter").fill("储能")
    assert kept(stage) == {}


def test_of_nobody_who_is_signed_in_nothing_is_kept(stage: Stage) -> None:
    stage.show(FORM, user="")
    stage.run("drafts", START)
    write(stage, "看中离苏州近")
    assert kept(stage) == {}


def test_drafts_of_others_broken_ones_and_those_of_last_week_are_cleared_away(stage: Stage) -> None:
    stage.show("")
    put(stage, "draft:li:/visits", a_draft(stage, "别人的"))
    put(stage, "draft:wang:/leads", a_draft(stage, "上周的", 8 * DAY))
    put(stage, "draft:wang:/projects", {"at": 1})
    put(stage, "draft:wang:/steps", a_draft(stage, "还在", 6 * DAY))
    put(stage, "theme", "dark")
    stage.run("drafts", START)
    assert list(kept(stage)) == ["draft:wang:/steps"]
    assert stage.page.evaluate("localStorage.getItem('theme')") == '"dark"'


def test_a_draft_that_is_offered_is_not_written_over_before_it_is_decided(stage: Stage) -> None:
    stage.show(FORM)
    put(stage, KEY, a_draft(stage, "上午写的"))
    stage.run("drafts", START)
    write(stage, "现在写的")
    assert kept(stage) == {KEY: [["what", "上午写的"]]}
    stage.page.get_by_role("button", name="恢复").click()
    assert stage.page.evaluate("window.restored") == [["what", "上午写的"]]


def test_after_it_is_dropped_what_is_typed_now_takes_its_place(stage: Stage) -> None:
    stage.show(FORM)
    put(stage, KEY, a_draft(stage, "上午写的"))
    stage.run("drafts", START)
    stage.page.get_by_role("button", name="丢掉").click()
    expect(stage.page.locator("[data-draft]")).to_have_count(0)
    assert kept(stage) == {}
    write(stage, "现在写的")
    assert kept(stage) == {KEY: [["what", "现在写的"]]}


def test_the_offer_tells_when_it_was_written_by_the_county_s_clock(stage: Stage) -> None:
    stage.page.clock.set_fixed_time("2026-11-28T16:30:00Z")
    stage.show(FORM)
    put(stage, KEY, a_draft(stage, "夜里写的"))
    stage.run("drafts", START)
    expect(stage.page.locator("[data-draft]")).to_contain_text("（11月29日 00:30）")


def test_on_a_page_that_came_back_with_what_was_typed_no_draft_is_offered(stage: Stage) -> None:
    stage.show(FORM)
    stage.page.evaluate("document.getElementById('main').dataset.unsaved = ''")
    put(stage, KEY, a_draft(stage, "刚才写的"))
    stage.run("drafts", START)
    expect(stage.page.locator("[data-draft]")).to_have_count(0)


def test_whoever_signs_out_takes_their_drafts_along_from_every_window(stage: Stage) -> None:
    stage.show(FORM + '<form action="/logout" data-forget><button id="out">退出</button></form>')
    stage.run("drafts", START)
    stage.page.evaluate(
        "document.querySelector('[data-forget]').addEventListener('submit', (e) => e.preventDefault())"
    )
    with stage.page.context.expect_page() as opened:
        stage.page.evaluate("window.open('/')")
    beside = Stage(opened.value)
    opened.value.wait_for_load_state()
    beside.run("drafts", START)
    write(beside, "还没保存")
    assert list(kept(beside)) == [KEY]
    stage.page.locator("#out").click()
    assert kept(stage) == {}
    write(beside, "还在写")
    assert kept(beside) == {}


def test_a_form_on_its_way_leaves_no_later_draft(stage: Stage) -> None:
    stage.show(FORM)
    stage.run("drafts", START)
    stage.page.evaluate(
        """() => {
            const form = document.querySelector("form");
            form.addEventListener("submit", (event) => { event.preventDefault(); });
            form.elements.what.value = "已经在路上";
            form.elements.what.dispatchEvent(new Event("input", { bubbles: true }));
            form.dataset.sent = "1";
            form.requestSubmit();
        }"""
    )
    assert kept(stage) == {}


def test_a_browser_that_stores_nothing_still_takes_what_is_typed(stage: Stage) -> None:
    stage.show(FORM)
    stage.page.evaluate(
        """() => {
            Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };
            Storage.prototype.getItem = () => { throw new DOMException("off", "SecurityError"); };
        }"""
    )
    stage.run("drafts", START)
    write(stage, "看中离苏州近")
    assert kept(stage) == {}
    expect(stage.page.locator("#what")).to_have_value("看中离苏州近")
