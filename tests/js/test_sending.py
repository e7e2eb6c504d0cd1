"""sending.js: every form goes by fetch, and the page stays until the server has taken it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.js.conftest import Stage, a_page

pytestmark = pytest.mark.browser

FORM = """<h1>记走访</h1><form method="post" action="/visits" data-guard>
<input type="hidden" name="csrf_token" value="old"><input name="what" id="what">
<div class="form-actions">
<button name="then" value="stay" data-saving="正在保存…"><b>保存</b></button></div></form>"""
UPLOAD = """<form method="post" action="/files" enctype="multipart/form-data" data-guard>
<input type="hidden" name="csrf_token" value="t"><input name="what" id="what">
<div class="field{fault}"><input type="file" name="scan" id="scan" data-most="2097152"></div>
<button>保存</button></form>"""
START = """async ({ startSending }) => {
    (await import("/js/leaving.js")).startLeaving();
    startSending((part) => { window.enlivened = part.id; });
}"""
MINUTE = 60_000


@pytest.fixture
def sending(stage: Stage) -> Stage:
    stage.page.clock.install()
    stage.show(FORM)
    stage.run("sending", START)
    return stage


def save(stage: Stage, words: str = "看中离苏州近") -> None:
    stage.page.locator("#what").fill(words)
    stage.page.locator("button").click()


def told(stage: Stage) -> Locator:
    return stage.page.locator("[data-told]")


def kept(stage: Stage) -> list[str]:
    found: list[str] = stage.page.evaluate("Object.keys(localStorage)")
    return found


def is_warned(stage: Stage) -> bool:
    asked: bool = stage.page.evaluate(
        "!window.dispatchEvent(new Event('beforeunload', { cancelable: true }))"
    )
    return asked


def test_a_form_goes_once_with_its_button_however_often_it_is_pressed(sending: Stage) -> None:
    sending.answers["/visits"] = lambda _route: None  # no answer yet
    save(sending)
    button = sending.page.locator("button")
    expect(button).to_have_text("正在保存…")
    expect(button).to_be_disabled()
    sending.page.evaluate("document.querySelector('form').requestSubmit()")
    (request,) = sending.sent
    assert (
        request.post_data
        == "csrf_token=old&what=%E7%9C%8B%E4%B8%AD%E7%A6%BB%E8%8B%8F%E5%B7%9E%E8%BF%91&then=stay"
    )
    assert request.headers["x-sent-by"] == "page"


def test_without_network_it_says_so_and_the_button_works_again(sending: Stage) -> None:
    sending.answers["/visits"] = lambda route: route.abort("internetdisconnected")
    save(sending)
    expect(told(sending)).to_have_text("没有保存。网络断了，内容还在，请再点保存")
    expect(sending.page.locator("button b")).to_have_text("保存")
    expect(sending.page.locator("button")).to_be_enabled()
    expect(sending.page.locator("#what")).to_have_value("看中离苏州近")
    assert kept(sending) == ["draft:wang:/visits"] and is_warned(sending)
    save(sending)
    expect(told(sending)).to_have_count(1)  # not one on top of the other


def test_after_a_minute_without_answer_nobody_waits_any_longer(sending: Stage) -> None:
    sending.answers["/visits"] = lambda _route: None
    save(sending)
    expect(sending.page.locator("button")).to_be_disabled()
    sending.page.clock.run_for(MINUTE - 1000)
    expect(told(sending)).to_have_count(0)
    sending.page.clock.run_for(2000)
    expect(told(sending)).to_have_text("没有保存。等了很久没有应答，内容还在，请再点保存")


def test_a_form_with_a_file_may_take_a_quarter_of_an_hour(stage: Stage) -> None:
    stage.page.clock.install()
    stage.show(UPLOAD.format(fault=""))
    stage.run("sending", START)
    stage.answers["/files"] = lambda _route: None
    save(stage)
    stage.page.clock.run_for(14 * MINUTE)
    expect(told(stage)).to_have_count(0)
    stage.page.clock.run_for(2 * MINUTE)
    expect(told(stage)).to_contain_text("等了很久没有应答")


def test_whose_session_ended_signs_in_beside_and_loses_nothing(sending: Stage) -> None:
    sending.answer("/visits", 401)
    save(sending)
    expect(told(sending)).to_contain_text("离开太久，或者在别处退出了登录，内容还在")
    link = told(sending).get_by_role("link")
    assert [link.get_attribute(name) for name in ("href", "target", "rel")] == ["/login", "_blank", "opener"]
    expect(sending.page.locator("#what")).to_have_value("看中离苏州近")


def test_what_was_saved_leads_on_without_a_draft_and_without_a_warning(sending: Stage) -> None:
    sending.answer("/visits", X_Location="/visits/1")
    save(sending)
    sending.page.wait_for_url("**/visits/1")
    assert kept(sending) == []


def test_an_address_that_differs_in_its_place_alone_is_fetched_anew(sending: Stage) -> None:
    sending.answer("/visits", X_Location="/#steps")
    sending.document = a_page("<p>新的</p>")
    save(sending)
    expect(sending.page.locator("main")).to_have_text("新的")
    assert sending.page.url.endswith("/#steps")


def test_a_refused_form_takes_the_place_of_the_page_and_begins_at_its_mistake(sending: Stage) -> None:
    refused = FORM.replace("old", "new").replace('id="what"', 'id="what" aria-invalid="true" value="看中"')
    whole = a_page(refused).replace("<body", """<body hx-headers='{"X-CSRFToken": "new"}'""")
    sending.answer("/visits", 422, whole.replace("<title>试", "<title>有一处要改"))
    sending.page.evaluate(
        "html => document.body.insertAdjacentHTML('beforeend', html)",
        '<input id="beside" name="csrf_token" value="old">',
    )
    save(sending)
    expect(sending.page.locator("#what")).to_be_focused()
    expect(sending.page.locator("#what")).to_have_value("看中")
    assert sending.page.title() == "有一处要改"
    assert sending.page.evaluate("window.enlivened") == "main"
    # Other forms of the page, such as 退出, are good again, too.
    expect(sending.page.locator("#beside")).to_have_value("new")
    assert "new" in (sending.page.locator("body").get_attribute("hx-headers") or "")
    assert is_warned(sending)
    assert '"看中"' in sending.page.evaluate("localStorage.getItem('draft:wang:/visits')")


def test_the_page_of_another_fault_is_told_in_its_words_beside_the_button(sending: Stage) -> None:
    fault = """<h1>系统正忙</h1><div class="error-panel"><p>请过一会儿再试</p><p>刚才写的内容已经记下</p>
    <p class="error-actions">回首页</p></div>"""
    sending.answer("/visits", 503, a_page(fault))
    save(sending)
    expect(sending.page.locator(".form-actions [data-told]")).to_have_text("系统正忙。请过一会儿再试")
    expect(sending.page.locator("#what")).to_have_value("看中离苏州近")


def test_an_answer_that_is_no_page_of_ours_is_no_answer(sending: Stage) -> None:
    sending.answer("/visits", 502, "<html><body><h1>Bad Gateway</h1></body></html>")
    save(sending)
    expect(told(sending)).to_have_text("没有保存。服务器没有应答，内容还在，请过一会儿再点保存")


def test_a_form_that_brings_a_file_hands_it_over_by_its_name(sending: Stage) -> None:
    disposition = "attachment; filename*=UTF-8''%E5%90%8D%E5%8D%95.xlsx"
    sending.answer("/visits", body="12", Content_Disposition=disposition)
    with sending.page.expect_download() as download:
        save(sending)
    assert download.value.suggested_filename == "名单.xlsx"
    expect(sending.page.locator("button")).to_be_enabled()
    assert kept(sending) == [] and not is_warned(sending)


def a_file(folder: Path, name: str, size: int) -> Path:
    path = folder / name
    path.write_bytes(b"0" * size)
    return path


@pytest.mark.parametrize(("fault", "stays"), [("", True), (" has-error", False)])
def test_a_chosen_file_stays_unless_it_is_what_was_refused(
    stage: Stage, tmp_path: Path, fault: str, stays: bool
) -> None:
    stage.show(UPLOAD.format(fault=""))
    stage.run("sending", START)
    stage.answer("/files", 422, a_page(UPLOAD.format(fault=fault)))
    stage.page.locator("#scan").set_input_files(a_file(tmp_path, "扫描件.pdf", 9))
    save(stage)
    stage.page.wait_for_function("window.enlivened === 'main'")
    names = stage.page.locator("#scan").evaluate("field => [...field.files].map(file => file.name)")
    assert names == (["扫描件.pdf"] if stays else [])


def test_a_file_that_is_too_large_is_never_sent(stage: Stage, tmp_path: Path) -> None:
    stage.show(UPLOAD.format(fault=""))
    stage.run("sending", START)
    stage.page.locator("#scan").set_input_files(a_file(tmp_path, "扫描件.pdf", 3 * 1024 * 1024))
    sentence = stage.page.get_by_text("「扫描件.pdf」有 3.0 MB，最大 2 MB，请压缩或拆开后再选")
    expect(sentence).to_be_visible()
    save(stage)
    expect(stage.page.locator("#scan")).to_be_focused()
    assert stage.sent == []
    expect(sentence).to_have_count(1)
    stage.page.locator("#scan").set_input_files(a_file(tmp_path, "小的.pdf", 9))
    expect(sentence).to_have_count(0)
    expect(stage.page.locator(".has-error")).to_have_count(0)


def test_signing_in_goes_the_browser_s_own_way_and_once(stage: Stage) -> None:
    stage.show('<form method="post" action="/login" data-native><input id="what" name="who"></form>')
    stage.run("sending", START)
    stage.answer("/login", body=a_page("<p>进来了</p>"))
    stage.page.locator("#what").fill("wang")
    stage.page.evaluate(
        "() => { const form = document.querySelector('form'); form.requestSubmit(); form.requestSubmit(); }"
    )
    expect(stage.page.locator("main")).to_have_text("进来了")
    (request,) = stage.sent
    assert request.is_navigation_request() and "x-sent-by" not in request.headers


@pytest.mark.parametrize("attributes", ['method="get"', 'method="post" hx-post="/visits"'])
def test_a_question_and_what_htmx_sends_are_left_alone(stage: Stage, attributes: str) -> None:
    stage.show(f"<form {attributes}><input id='what'><button>查</button></form>")
    stage.run("sending", START)
    submit = "new Event('submit', { bubbles: true, cancelable: true })"
    assert stage.page.evaluate(f"document.querySelector('form').dispatchEvent({submit})")


def test_a_restored_draft_is_shown_by_the_server_and_saved_by_nobody(stage: Stage) -> None:
    stage.show(FORM)
    draft: dict[str, Any] = {"at": stage.page.evaluate("Date.now()"), "fields": [["what", "上午写的"]]}
    stage.page.evaluate("draft => localStorage.setItem('draft:wang:/visits', draft)", json.dumps(draft))
    stage.run("sending", START)
    stage.answer("/visits", body=a_page(FORM.replace('id="what"', 'id="what" value="上午写的"')))
    stage.page.get_by_role("button", name="恢复").click()
    expect(stage.page.locator("#what")).to_have_value("上午写的")
    (request,) = stage.sent
    assert re.fullmatch("what=[^&]+&csrf_token=old&shown_again=1", request.post_data or "")
