"""Every page in Chromium: nothing that axe calls serious or critical, in either theme, at either width."""

import os

import pytest
from flask import template_rendered
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.test import TestResponse

from app.register.accounts.enums import Role
from tests.house.browsing import ServedHouse
from tests.house.looking import AXE_SCRIPT, FRAME, WIDTHS, grave_faults

PARTS = 4
# `make drill` looks at every page in the dark, the tests at every third: its colours are the same few on all.
DARK_EVERY = int(os.environ.get("DARK_EVERY", "3"))
# And at both widths; the tests take turns, but where the menu leads: a part of a page is on many.
BOTH_WIDTHS = bool(os.environ.get("BOTH_WIDTHS"))
# And at pages of a template that another page has shown: the print of one list beside that of each other one.
SAME_TEMPLATES = bool(os.environ.get("SAME_TEMPLATES"))
pytestmark = pytest.mark.browser


@pytest.fixture(scope="session")
def every_page(served: ServedHouse) -> list[str]:
    """The address of a page of every template that a GET answers with, and a refusal."""
    client, found, seen = served.house.client(), [], set[str]()
    for route in served.house.routes("GET"):
        answer, template = asked(served, client, route.path)
        is_page = answer.mimetype == "text/html" and answer.text.lstrip().startswith("<!doctype")
        if is_page and (SAME_TEMPLATES or template not in seen):
            found.append(route.path)
        if is_page and template:
            seen.add(template)
        answer.close()
    return [*found, "/login", "/no-such-page", "/leads?q=没有这样的线索", "/search?q=储能"]


def asked(served: ServedHouse, client: FlaskClient, path: str) -> tuple[TestResponse, str]:
    """The answer to a GET, and the template that it was made of, empty where it was made of none."""
    names: list[str] = []
    with template_rendered.connected_to(
        lambda _app, template, **_more: names.append(template.name), served.house.app
    ):
        answer = client.get(path)
    return answer, names[0] if names else ""


def menu_of(page: Page) -> set[str]:
    """The pages to which the menu leads: on each of them another entry is lit."""
    page.goto("/")
    links = page.locator(".sidebar a, .phone-bar a")
    return set(links.evaluate_all("links => links.map(link => link.getAttribute('href'))"))


def faults_on_all(context: BrowserContext, *paths: str) -> list[str]:
    """The same for many pages; the frame around them is looked at where the menu leads."""
    context.add_init_script(AXE_SCRIPT)
    page, found = context.new_page(), []
    menu = menu_of(page)
    assert menu
    for place, path in enumerate(paths):
        page.goto(path)
        is_in_menu = path in menu
        widths = tuple(WIDTHS) if BOTH_WIDTHS or is_in_menu else (tuple(WIDTHS)[place % 2],)
        dark = is_in_menu or place % DARK_EVERY == 0
        faults = grave_faults(page, without=() if is_in_menu else FRAME, widths=widths, dark=dark)
        found += [f"{path} {fault}" for fault in faults]
    return found


def faults_on(page: Page, *paths: str) -> list[str]:
    found = []
    for path in paths:
        page.goto(path)
        found += [f"{path} {fault}" for fault in grave_faults(page)]
    return found


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_can_be_read_by_everybody(
    served: ServedHouse, browser: Browser, every_page: list[str], part: int
) -> None:
    with served.signed_in(browser) as context:
        assert faults_on_all(context, *every_page[part::PARTS]) == []


def test_a_fault_of_the_frame_is_noticed_where_the_menu_leads(served: ServedHouse, browser: Browser) -> None:
    with served.signed_in(browser) as context:
        context.add_init_script(
            """addEventListener("DOMContentLoaded", () => {
                for (const part of document.querySelectorAll(".topbar, main h1")) {
                    part.insertAdjacentHTML("beforeend", `<img src="x.png" class="in-${part.localName}">`);
                }
            });"""
        )
        found = faults_on_all(context, "/leads", "/leads/new")
    of_frame = [fault for fault in found if "in-header" in fault and "image-alt" in fault]
    assert {fault.split()[0] for fault in of_frame} == {"/leads"}
    assert {fault.split()[0] for fault in found if "in-h1" in fault} == {"/leads", "/leads/new"}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OFFICER])
def test_the_pages_that_look_otherwise_for_a_role_can_be_read(
    served: ServedHouse, browser: Browser, role: Role
) -> None:
    with served.signed_in(browser, role.value) as context:
        assert faults_on(context.new_page(), "/", "/enterprises") == []


def test_the_page_before_sign_in_can_be_read(served: ServedHouse, browser: Browser) -> None:
    with served.signed_in(browser, "") as context:
        assert faults_on(context.new_page(), "/login") == []


def test_suggestions_and_menus_can_be_read_when_they_are_open(served: ServedHouse, browser: Browser) -> None:
    boxes = {"/": "#global-search", "/leads/new": "main [data-picker] input:not([type=hidden])"}
    found = []
    with served.signed_in(browser) as context:
        page = context.new_page()
        for path, box in boxes.items():
            page.goto(path)
            page.locator(box).first.fill("储能")
            page.locator(".suggest:not([hidden]) .suggest-row").first.wait_for()
            found += [f"{path} {fault}" for fault in grave_faults(page)]
        page.goto("/")
        for menu in page.locator("details.menu").all():
            menu.evaluate("menu => { menu.open = true; }")
            found += grave_faults(page)
            menu.evaluate("menu => { menu.open = false; }")
    assert found == []


def test_a_form_sent_back_with_its_mistakes_can_be_read(served: ServedHouse, browser: Browser) -> None:
    with served.signed_in(browser) as context:
        page = context.new_page()
        page.goto("/visits/new")
        page.locator("main form[method=post]").evaluate("form => { form.noValidate = true; }")
        page.locator("main form[method=post] button[type=submit]").last.click()
        page.locator("[aria-invalid=true]").first.wait_for()
        assert grave_faults(page) == []


def test_a_page_that_cannot_be_read_is_noticed(served: ServedHouse, browser: Browser) -> None:
    with served.signed_in(browser) as context:
        page = context.new_page()
        page.goto("/")
        page.evaluate(
            """() => {
                const words = document.querySelector("main h1");
                words.style.color = "#ddd";
                words.insertAdjacentHTML("afterend", '<div role="listbox"><b>1</b></div><img src="x.png">');
            }"""
        )
        found = grave_faults(page)
    for rule in (
        "desk light: color-contrast",
        "phone light: image-alt",
        "desk light: aria-required-children",
    ):
        assert any(fault.startswith(rule) for fault in found), rule
