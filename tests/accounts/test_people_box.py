"""A list of people in a browser: with script a box to type into, without it the list that it always was."""

from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy.orm import Session, scoped_session

from app.core.storage.db import db
from app.core.web.assets import STATIC, one_script
from tests.factories.accounts import make_person, make_unit, make_user
from tests.factories.leads import a_county, sign_in

pytestmark = pytest.mark.browser
Show = Callable[..., Page]


@pytest.fixture
def show(session: scoped_session[Session], client: FlaskClient, browser: Browser) -> Iterator[Show]:
    """The form of a new lead, in a county with these people; as served, or with our script running."""
    page = browser.new_page()

    def open_form(*names: str, script: bool = True) -> Page:
        county = a_county()
        for name in names:
            make_user(person=make_person(name, county.park))
        db.session.commit()
        text = sign_in(client, county.head).get("/leads/new").text

        def answer(route: Route) -> None:
            if route.request.resource_type == "document":
                route.fulfill(content_type="text/html", body=text)
            elif route.request.resource_type == "script" and script:
                route.fulfill(content_type="text/javascript", body=one_script(STATIC))
            else:
                route.abort()

        page.route("**/*", answer)
        page.goto("http://127.0.0.1:9/leads/new")
        return page

    yield open_form
    page.close()


def chosen(page: Page, name: str) -> list[str]:
    """The names that the form would send."""
    options = f"select[name={name}] option"
    found = page.eval_on_selector_all(
        options, "all => all.filter(one => one.selected && one.value).map(one => one.text)"
    )
    return list(found)


@pytest.mark.parametrize("typed", ["沈若", "shenruolan", "SRL", "shenruo"])
def test_somebody_is_found_by_name_pinyin_or_initials_and_taken_by_the_keyboard(
    show: Show, typed: str
) -> None:
    page = show("沈若兰", "何立群")
    page.locator("#owner").fill(typed)
    expect(page.locator(".suggest-row")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert chosen(page, "owner") == ["沈若兰"]
    assert page.locator("#owner").input_value() == "沈若兰"


@pytest.mark.parametrize(
    "typed", ["fagaiju", "fgj", "gaiju", "fa gai ju", "fukezhang", "kezhang", "发改", "科长"]
)
def test_somebody_is_found_by_how_unit_and_post_are_read(show: Show, typed: str) -> None:
    bureau = make_unit("县发改局")
    person = make_person("沈若兰", bureau)
    person.post = "副科长"
    make_user(person=person)
    page = show("何立群")
    for field in ("#owner", "#members"):
        page.locator(field).fill(typed)
        expect(page.locator(".suggest-row:visible")).to_have_count(1)
        expect(page.locator(".suggest-row:visible")).to_contain_text("沈若兰")


def test_a_name_written_whole_counts_without_a_press_and_what_is_no_name_changes_nothing(show: Show) -> None:
    page = show("沈若兰", "何立群")
    page.locator("#owner").fill("何立群")
    page.locator("#name").focus()
    assert chosen(page, "owner") == ["何立群"]
    page.locator("#owner").fill("没有这个人")
    expect(page.get_by_text("没有这个人", exact=True)).to_be_visible()
    page.locator("#name").focus()
    assert chosen(page, "owner") == ["何立群"]
    assert page.locator("#owner").input_value() == "何立群"


def test_several_people_are_taken_one_after_another_and_any_is_taken_off(show: Show) -> None:
    page = show("沈若兰", "何立群")
    for typed in ("srl", "hlq"):
        page.locator("#members").fill(typed)
        expect(page.locator(".suggest-row")).to_have_count(1)
        page.locator(".suggest-row").first.click()
    assert sorted(chosen(page, "members")) == sorted(["沈若兰", "何立群"])
    page.get_by_role("button", name="去掉 沈若兰").click()
    assert chosen(page, "members") == ["何立群"]


def test_without_script_the_list_itself_is_there(show: Show) -> None:
    page = show("沈若兰", script=False)
    page.locator("select[name=owner]").select_option(label="沈若兰")
    assert chosen(page, "owner") == ["沈若兰"]
