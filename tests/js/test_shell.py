"""shell.js: drawer, menus, keys, theme, print."""

import pytest
from playwright.sync_api import Locator, expect

from tests.js.conftest import Stage

pytestmark = pytest.mark.browser

PAGE = """<details class="menu" id="one"><summary>甲</summary>
<button id="inside" class="menu-list">做</button></details>
<details class="menu" id="two"><summary>乙</summary></details>
<input id="global-search" value="储能"><input id="field"><textarea id="text"></textarea>
<a href="#sidebar" data-drawer id="opener">菜单</a>
<nav id="sidebar"><a href="/leads" id="entry">线索</a></nav>
<a href="#main" class="drawer-shade" id="shade">收起</a><button data-print id="print">打印</button>
<button data-theme="light">浅</button><button data-theme="dark">深</button>
<button data-theme="auto">跟随</button>"""
HEAD = """<meta name="color-scheme" content="light dark">
<link id="dark" rel="stylesheet" href="data:text/css,">"""


@pytest.fixture
def shell(stage: Stage) -> Stage:
    stage.show(PAGE)
    start(stage)
    return stage


def start(stage: Stage) -> None:
    stage.page.evaluate("head => document.head.insertAdjacentHTML('beforeend', head)", HEAD)
    stage.run("shell", "({ startShell }) => startShell()")


def menu(stage: Stage, name: str) -> Locator:
    return stage.page.locator(f"#{name}[open]")


def test_one_menu_is_open_at_a_time_and_none_when_somebody_goes_elsewhere(shell: Stage) -> None:
    shell.page.locator("#one summary").click()
    shell.page.locator("#inside").click()
    expect(menu(shell, "one")).to_have_count(1)
    shell.page.locator("#two summary").click()
    expect(menu(shell, "one")).to_have_count(0)
    expect(menu(shell, "two")).to_have_count(1)
    shell.page.locator("#field").focus()
    expect(menu(shell, "two")).to_have_count(0)


def test_escape_closes_a_menu_and_goes_back_to_what_opened_it(shell: Stage) -> None:
    shell.page.locator("#one summary").click()
    shell.page.locator("#inside").focus()
    shell.page.keyboard.press("Escape")
    expect(menu(shell, "one")).to_have_count(0)
    expect(shell.page.locator("#one summary")).to_be_focused()


def test_a_slash_goes_to_the_search_unless_somebody_is_typing(shell: Stage) -> None:
    for box in ("#field", "#text"):
        shell.page.locator(box).focus()
        shell.page.keyboard.press("/")
        expect(shell.page.locator(box)).to_have_value("/")
    shell.page.locator("#print").focus()
    shell.page.keyboard.press("Control+/")
    expect(shell.page.locator("#print")).to_be_focused()
    shell.page.keyboard.press("/")
    expect(shell.page.locator("#global-search")).to_be_focused()
    assert shell.page.evaluate("getSelection().toString()") == "储能"  # typing takes its place


def test_the_drawer_takes_the_focus_in_and_gives_it_back(shell: Stage) -> None:
    opener = shell.page.locator("#opener")
    expect(opener).to_have_attribute("aria-expanded", "false")
    for leave in (
        lambda: shell.page.keyboard.press("Escape"),
        lambda: shell.page.locator("#shade").click(),
    ):
        opener.click()
        expect(shell.page.locator("html.drawer-is-open")).to_have_count(1)
        expect(opener).to_have_attribute("aria-expanded", "true")
        expect(shell.page.locator("#entry")).to_be_focused()
        leave()
        expect(shell.page.locator("html.drawer-is-open")).to_have_count(0)
        expect(opener).to_be_focused()
    assert shell.page.url.endswith("/")  # no #main in the address


def theme(stage: Stage) -> tuple[bool, str]:
    """Whether the dark sheet holds, and what the browser is told of its own parts."""
    seen = """() => [window.matchMedia(document.getElementById("dark").media).matches,
        document.querySelector("meta[name=color-scheme]").content]"""
    is_dark, scheme = stage.page.evaluate(seen)
    return is_dark, scheme


def test_a_chosen_theme_holds_on_the_next_page_whatever_the_system_says(shell: Stage) -> None:
    shell.page.emulate_media(color_scheme="light")
    shell.page.locator("[data-theme=dark]").click()
    assert theme(shell) == (True, "dark")
    shell.show(PAGE)
    start(shell)
    assert theme(shell) == (True, "dark")
    expect(shell.page.locator("[data-theme=dark]")).to_have_attribute("aria-pressed", "true")
    expect(shell.page.locator("[data-theme=auto]")).to_have_attribute("aria-pressed", "false")
    shell.page.locator("[data-theme=light]").click()
    shell.page.emulate_media(color_scheme="dark")
    assert theme(shell) == (False, "light")


def test_without_a_choice_the_theme_is_that_of_the_system_and_changes_with_it(shell: Stage) -> None:
    shell.page.locator("[data-theme=dark]").click()
    shell.page.locator("[data-theme=auto]").click()
    for scheme in ("dark", "light"):
        shell.page.emulate_media(color_scheme=scheme)
        assert theme(shell) == (scheme == "dark", "light dark")
    assert "theme" not in shell.page.evaluate("document.cookie")


def test_the_print_button_prints(shell: Stage) -> None:
    shell.page.evaluate("window.print = () => { window.printed = true; }")
    shell.page.locator("#print").click()
    assert shell.page.evaluate("window.printed")
