"""Every rendered page: a title, one h1, labelled fields, pictures with words, nothing inline, real icons."""

import re
from collections import Counter
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
import time_machine

from app.core.storage.db import db
from app.core.values.clock import now
from app.register.accounts.enums import Role, UnitKind
from tests.house.conftest import Filled, NewHouse
from tests.house.county import EVERYTHING, new_unit, new_user
from tests.house.planted import BELOW, plant
from tests.house.walking import House, forms_of

ROOT = Path(__file__).resolve().parents[2]
SPRITE = ROOT / "app" / "static" / "icons.svg"
UNLABELLED = frozenset({"hidden", "submit", "button", "image", "reset"})
# What HTML closes by itself.
VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)


def icon_names() -> set[str]:
    return set(re.findall(r'<symbol id="([\w-]+)"', SPRITE.read_text(encoding="utf-8")))


class PageReader(HTMLParser):
    """Collects what a page must or must not have."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.ids: Counter[str] = Counter()
        self.labels: set[str] = set()
        self.fields: list[dict[str, str]] = []
        self.icons: set[str] = set()
        self.h1 = 0
        self.title = ""
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self._open.append(tag)
        if found.get("id"):
            self.ids[found["id"]] += 1
        self._inline(tag, found)
        self._element(tag, found)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def _inline(self, tag: str, found: dict[str, str]) -> None:
        if "style" in found or tag == "style":
            self.faults.append(f"inline style in <{tag}>")
        if tag == "script" and "src" not in found:
            self.faults.append("inline script")
        self.faults += [f"inline handler {name}" for name in found if name.startswith("on")]
        if any(value.strip().lower().startswith("javascript:") for value in found.values()):
            self.faults.append("javascript: address")

    def _element(self, tag: str, found: dict[str, str]) -> None:
        if tag == "h1":
            self.h1 += 1
        elif tag == "label" and found.get("for"):
            self.labels.add(found["for"])
        elif tag == "img" and "alt" not in found:
            self.faults.append("picture without words")
        elif tag == "use":
            self.icons.add(found.get("href", "").partition("#")[2])
        elif tag in ("input", "select", "textarea") and found.get("type", "text") not in UNLABELLED:
            self.fields.append(found | {"inside": "label" if "label" in self._open else ""})

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                continue

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "title" and "svg" not in self._open:
            self.title += data

    def unlabelled(self) -> list[str]:
        return [
            found.get("name") or found.get("id", "?")
            for found in self.fields
            if not (
                found["inside"]
                or found.get("aria-label")
                or found.get("aria-labelledby")
                or found.get("id") in self.labels
            )
        ]


def faults_of_page(html: str) -> list[str]:
    """What is wrong with a page, or with the part of one that is fetched alone."""
    reader = PageReader()
    reader.feed(html)
    faults = list(dict.fromkeys(reader.faults))
    faults += [f"field without a label: {name}" for name in reader.unlabelled()]
    faults += [f"id used twice: {name}" for name, count in reader.ids.items() if count > 1]
    faults += [f"no such icon: {name}" for name in sorted(reader.icons - icon_names())]
    if html.lstrip().lower().startswith("<!doctype"):
        if not reader.title.partition(" - ")[0].strip():
            faults.append("no title")
        if reader.h1 != 1:
            faults.append(f"{reader.h1} h1")
    return faults


def faulty_pages(house: House, login: str, below: str = "/") -> list[str]:
    """Faults of every page that a GET answers with, refusals included."""
    client, found = house.client(login), []
    for route in house.routes("GET", below=below):
        answer = client.get(route.path)
        if answer.mimetype == "text/html":
            found += [f"{route}: {fault}" for fault in faults_of_page(answer.get_data(as_text=True))]
        answer.close()
    return found


@pytest.fixture
def open_house(filled: Filled, new_house: NewHouse) -> House:
    house = new_house(filled)
    house.app.config["WTF_CSRF_ENABLED"] = False
    return house


@pytest.mark.parametrize("login", ["everything", "leader", "administrator", ""])
def test_every_page_is_well_made(house: House, login: str) -> None:
    assert faulty_pages(house, login) == []


NEGATIVE_TIME = re.compile(r"(?<![\d-])[-−]\d+\s*(?:天|小时|分钟|秒|个工作日)")


def test_no_page_shows_a_negative_time_after_a_clock_that_was_ahead_was_put_right(house: House) -> None:
    with time_machine.travel(now() - timedelta(hours=26)):
        client, found = house.client(), []
        for route in house.routes("GET"):
            answer = client.get(route.path)
            words = re.sub(r"<[^>]+>", "", answer.text) if answer.mimetype == "text/html" else ""
            found += [f"{route.path}: {part}" for part in NEGATIVE_TIME.findall(words)]
            assert answer.status_code < 500, route.path
    assert found == []


def test_every_page_of_a_county_without_records_is_well_made(app_without_records: House) -> None:
    assert faulty_pages(app_without_records, "everything") == []


@pytest.fixture
def app_without_records(sqlite_template: Path, new_house: NewHouse, filled: Filled) -> House:
    """Nothing but one person who holds every role: each list shows what to do when it is empty."""
    house = new_house((str(sqlite_template), filled[1]))
    with house.app.app_context():
        only_a_user()
    return house


def only_a_user() -> None:
    new_user(EVERYTHING, list(Role), new_unit("招商局", UnitKind.BUREAU, None))
    db.session.commit()


def test_every_form_sent_back_with_its_mistakes_is_well_made(open_house: House) -> None:
    found = []
    for endpoint, form in forms_of(open_house).items():
        answer = open_house.client().post(form.action, data=dict.fromkeys(form.fields, ""))
        if answer.mimetype == "text/html":
            faults = faults_of_page(answer.get_data(as_text=True))
            found += [f"{endpoint} ({answer.status_code}): {fault}" for fault in faults]
    assert found == []


def test_a_badly_made_page_is_noticed(open_house: House) -> None:
    plant(open_house)
    assert faulty_pages(open_house, "everything", f"{BELOW}page") == [
        f"GET {BELOW}page: {fault}"
        for fault in (
            "inline style in <style>",
            "inline style in <p>",
            "inline handler onclick",
            "inline script",
            "picture without words",
            "field without a label: size",
            "id used twice: a",
            "no such icon: no-such-icon",
            "no title",
            "2 h1",
        )
    ]


@pytest.mark.parametrize(
    "field",
    [
        '<label>厂房<input name="size"></label>',
        '<label for="size">厂房</label><input id="size" name="size">',
        '<input name="size" aria-label="厂房">',
        '<input type="hidden" name="size">',
    ],
)
def test_a_labelled_field_passes(field: str) -> None:
    assert faults_of_page(field) == []
