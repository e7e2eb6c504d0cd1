"""Every form of the product goes the one way on which nothing typed is lost (docs/adr/0008)."""

from collections.abc import Callable
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest

from app.core.web.receiving import is_declared_to_take_files
from app.core.web.unsaved import FIELD
from tests.house.conftest import Filled, NewHouse
from tests.house.walking import FormReader, House, changed, forms_of

# They change who sits at the browser: a page of their own, and nothing typed that is to come again. Of codes,
# which are good once, no draft is kept either.
THE_BROWSERS_OWN_WAY = frozenset(
    {
        *("/login", "/login/code", "/logout"),
        *(f"/account/second-step{step}" for step in ("", "/confirm", "/go-on")),
    }
)
NOT_TYPED = frozenset({"hidden", "submit", "button", "checkbox", "radio"})


class FormMarks(HTMLParser):
    """The POST forms of a page: the attributes of each, and whether something is typed or chosen in it."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[dict[str, str], list[str]]] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = found.get("method", "").lower() == "post"
            if self._inside:
                self.forms.append((found, []))
        elif self._inside and (
            tag in ("textarea", "select") or (tag == "input" and found.get("type", "text") not in NOT_TYPED)
        ):
            self.forms[-1][1].append(found.get("name", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False


def losing_forms(page: str, address: str) -> list[str]:
    """The forms of a page that leave the one way: sent by the browser itself, or without a draft."""
    reader = FormMarks()
    reader.feed(page)
    found = []
    for form, typed in reader.forms:
        path = urlsplit(form.get("action") or address).path
        if "data-native" in form and path not in THE_BROWSERS_OWN_WAY:
            found.append(f"{path} goes the browser's own way")
        if typed and "data-guard" not in form and path not in THE_BROWSERS_OWN_WAY:
            found.append(f"{path} keeps no draft of {'、'.join(typed)}")
    return found


def test_every_form_keeps_what_is_typed(house: House) -> None:
    client, found = house.client(), []
    for route in house.routes("GET"):
        answer = client.get(route.path)
        if answer.mimetype == "text/html":
            found += losing_forms(answer.get_data(as_text=True), route.path)
        answer.close()
    assert sorted(set(found)) == []


@pytest.mark.parametrize(
    ("form", "fault"),
    [
        ('<form method="post"><textarea name="summary"></textarea>', "/x keeps no draft of summary"),
        ('<form method="post" action="/y?z=1" data-guard data-native>', "/y goes the browser's own way"),
        ('<form method="post" action="/login" data-native><input name="login">', ""),
        ('<form method="post"><input type="hidden" name="version"><button>恢复</button>', ""),
        ('<form method="get"><input name="q">', ""),
    ],
)
def test_a_form_that_would_lose_it_is_noticed(form: str, fault: str) -> None:
    assert losing_forms(f"{form}</form>", "/x") == ([fault] if fault else [])


def undeclared(page: str, address: str, takes: Callable[[str], bool]) -> list[str]:
    """Forms of a page with a file for a route that does not say so (core/web/receiving), or the reverse."""
    reader = FormMarks()
    reader.feed(page)
    found = []
    for form, _typed in reader.forms:
        path = urlsplit(form.get("action") or address).path
        brings = form.get("enctype") == "multipart/form-data"
        if brings is not takes(path):
            found.append(f"{path} {'brings a file' if brings else 'takes files'}")
    return found


def test_who_brings_a_file_comes_to_a_route_that_takes_files(house: House) -> None:
    client, found, brought = house.client(), [], 0

    def takes(path: str) -> bool:
        with house.app.test_request_context(path, method="POST") as asked:
            return is_declared_to_take_files(asked.request.endpoint)

    for route in house.routes("GET"):
        answer = client.get(route.path)
        if answer.mimetype == "text/html":
            page = answer.get_data(as_text=True)
            found += undeclared(page, route.path, takes)
            brought += page.count("multipart/form-data")
        answer.close()
    assert brought >= 3
    assert sorted(set(found)) == []


def test_a_form_whose_file_nobody_would_take_is_noticed() -> None:
    bringing = '<form method="post" enctype="multipart/form-data"></form>'
    assert undeclared(bringing, "/x", lambda _path: False) == ["/x brings a file"]
    assert undeclared('<form method="post"></form>', "/x", lambda _path: True) == ["/x takes files"]
    assert undeclared(bringing, "/x", lambda _path: True) == []


def test_every_form_can_be_shown_again_as_it_was_sent_and_writes_nothing(
    filled: Filled, new_house: NewHouse
) -> None:
    house = new_house(filled)
    house.app.config["WTF_CSRF_ENABLED"] = False
    client, before, found = house.client(), house.contents(), []
    for endpoint, form in forms_of(house).items():
        if form.action in THE_BROWSERS_OWN_WAY or any("password" in name for name in form.fields):
            continue
        answer = client.post(form.action, data=form.fields | {FIELD: "1"})
        shown = FormReader(form.action)
        shown.feed(answer.text)
        if answer.status_code != 200 or form.action not in {again.action for again in shown.forms}:
            found.append(f"{endpoint} answered {answer.status_code}")
    assert found == [] and changed(before, house.contents()) == []
