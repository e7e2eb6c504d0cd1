"""toasts.js: they leave by themselves, and wait for whoever is at them."""

import pytest
from playwright.sync_api import expect

from tests.js.conftest import Stage

pytestmark = pytest.mark.browser

CLOSE = '<button type="button" data-toast-close>关</button>'
PLAIN = f'<div data-toast id="plain">已保存{CLOSE}</div>'
UNDO = f"""<div data-toast id="undo"><button id="take-back">撤销<span data-toast-seconds></span></button>
{CLOSE}</div>"""


@pytest.fixture
def toasts(stage: Stage) -> Stage:
    stage.page.clock.install()
    stage.show(f'<p id="aside">别处</p>{PLAIN}{UNDO}')
    stage.page.clock.pause_at("2100-01-01")
    stage.run("toasts", "({ enlivenToasts }) => enlivenToasts(document)")
    return stage


def shown(stage: Stage) -> list[str]:
    found: list[str] = stage.page.evaluate(
        "[...document.querySelectorAll('[data-toast]')].map(one => one.id)"
    )
    return found


def test_one_with_undo_stays_twice_as_long_and_tells_how_long(toasts: Stage) -> None:
    expect(toasts.page.locator("[data-toast-seconds]")).to_have_text(" 10 秒")
    toasts.page.clock.run_for(4_000)
    assert shown(toasts) == ["plain", "undo"]
    expect(toasts.page.locator("[data-toast-seconds]")).to_have_text(" 6 秒")
    toasts.page.clock.run_for(1_000)
    assert shown(toasts) == ["undo"]
    toasts.page.clock.run_for(5_000)
    assert shown(toasts) == []


def test_it_waits_while_the_focus_or_the_pointer_is_on_it(toasts: Stage) -> None:
    toasts.page.locator("#take-back").focus()
    toasts.page.clock.run_for(60_000)
    assert shown(toasts) == ["undo"]
    toasts.page.evaluate("document.activeElement.blur()")
    toasts.page.locator("#undo").hover()
    toasts.page.clock.run_for(60_000)
    assert shown(toasts) == ["undo"]
    toasts.page.locator("#aside").hover()
    toasts.page.clock.run_for(10_000)
    assert shown(toasts) == []


def test_it_goes_when_it_is_closed(toasts: Stage) -> None:
    toasts.page.locator("#undo [data-toast-close]").click()
    assert shown(toasts) == ["plain"]
