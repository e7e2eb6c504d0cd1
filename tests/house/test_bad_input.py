"""Bad input anywhere: a refusal in Chinese or an ordinary page, never a failure of the program."""

import inspect
import io
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.core.storage import changes
from app.core.storage.db import db
from tests.house.conftest import Filled, NewHouse
from tests.house.planted import BELOW, plant
from tests.house.walking import MUTATING, Form, House, Route, forms_of
from tests.services.lock_watch import lock_watch

T = TypeVar("T")
# `make drill` sends every form everything, on both databases; the tests send some of it, other routes other
# values, and on the second database to every third route: most is refused before a database is asked.
EACH = int(os.environ.get("BAD_VALUES_EACH", "0"))
EVERY_THIRD = 1 if EACH else 3
ROOT = Path(__file__).resolve().parents[2]
CHINESE = re.compile("[\u4e00-\u9fff]")
READS = re.compile(
    r"(?:args\.get|args\.getlist|values\.get|read_\w+|_\w*(?:id|date|enum|choice))\(\s*\"(\w+)\""
)
COMMON = ("page", "sort", "q", "view", "back", "next")

BAD_VALUES = (
    "abc",
    "-1",
    "0",
    "999999999999",
    "9" * 40,
    "\x00",
    "名" * 10_000,
    "2026-02-30",
    "NaN",
    "1e999",
    "０１",
    "'; DROP TABLE unit; --",
    "<script>alert(1)</script>",
    "zzzzzzzzzzzzzzzz",
    "{{7*7}}%s%n",
    "\u202e\ufeff\ud7ff\U0010ffff",
)
# As they stand in a URL or a body: no valid UTF-8, a lone surrogate, a NUL.
RAW = ("%ff", "%ed%a0%80", "%00", "%c0%ae%c0%ae%2f", "%E4%BD")
BAD_IDS = ("zzzzzzzzzzzzzzzz", "%00", "%ff", "x" * 10_000, "..", "0", "-1", "9" * 40, "名", "%ed%a0%80")
BODIES: tuple[tuple[str, bytes], ...] = (
    ("application/json", b'{"name": NaN, "name": [[[]]]}'),
    ("application/json", b"[" * 100_000),
    ("text/plain", b"name=x"),
    ("", b"name=x"),
    ("multipart/form-data", b"no boundary"),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name="),
    ("application/x-www-form-urlencoded", b"&=&==%&%zz=%" * 50),
    ("application/x-www-form-urlencoded; charset=utf-16", b"name=\xff\xfe"),
    ("application/xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
)


def fault_of(answer: TestResponse) -> str:
    """Why an answer will not do, or nothing."""
    words = answer.get_data().decode(errors="replace")
    answer.close()
    if answer.status_code >= 500:
        return f"answered {answer.status_code}"
    if answer.status_code >= 400 and not CHINESE.search(words):
        return f"answered {answer.status_code} without a Chinese sentence"
    if "Traceback (most recent" in words:
        return "showed a trace"
    return ""


@cache
def names_read_by(path: Path) -> tuple[str, ...]:
    """Names of the parameters that a module reads from the URL."""
    source = path.read_text(encoding="utf-8")
    helpers = {"read_page_number": "page", "read_sort": "sort"}
    named = [name for helper, name in helpers.items() if helper in source]
    return tuple(dict.fromkeys((*named, *READS.findall(source))))


def parameters(house: House, route: Route) -> tuple[str, ...]:
    view = inspect.unwrap(house.app.view_functions[route.endpoint])
    return names_read_by(Path(inspect.getfile(view))) or ("page",)


def some(values: Iterable[T], turn: int, count: int) -> Iterator[T]:
    """A few of the values, other ones at each turn, so that all come up over the whole walk."""
    found = list(values)
    for place in range(min(count, len(found))):
        yield found[(turn * count + place) % len(found)]


def bad_looks(house: House, below: str = "/", *, each: int = 2, step: int = 1) -> list[str]:
    """GET routes that fail on a parameter that nobody should send; `each` values a parameter, every `step`th
    route.
    """
    client, found, turn = house.client(), [], 0
    for route in house.routes("GET", below=below)[::step]:
        for name in parameters(house, route):
            turn += 1
            for value in some(BAD_VALUES, turn, each):
                fault = fault_of(client.get(route.path, query_string={name: value}))
                found += [f"{route} ?{name}={value[:20]!r} {fault}"] if fault else []
            for raw in some(RAW, turn, 1):
                fault = fault_of(client.get(f"{route.path}?{name}={raw}"))
                found += [f"{route} ?{name}={raw} {fault}"] if fault else []
    return found


def bad_ids(house: House, below: str = "/", *, each: int = len(BAD_IDS)) -> list[str]:
    """Routes that fail on an id that does not exist; `each` of them a route."""
    client, found = house.client(), []
    for turn, route in enumerate(house.routes("GET", *MUTATING, below=below)):
        if not route.arguments:
            continue
        for value in some(BAD_IDS, turn, each):
            answer = client.open(route.with_arguments(value), method=route.method)
            fault = fault_of(answer) or ("was answered" if answer.status_code < 300 else "")
            found += [f"{route} with {value[:20]!r} {fault}"] if fault else []
    return found


def bad_forms(house: House, below: str = "/", *, each: int = 2, step: int = 1) -> list[str]:
    """Mutating routes that fail on a form that no page of ours would send; `each` wrong values a field, every
    `step`th route.
    """
    token, found = house.token(), []
    forms = forms_of(house)
    with nothing_kept():
        for turn, route in list(enumerate(house.routes(*MUTATING, below=below)))[::step]:
            form = forms.get(route.endpoint, Form("post", route.path, dict.fromkeys(COMMON, "")))
            for what, options in attacks(form, turn, each):
                # A browser of its own each time: the form may be the one that signs out.
                fault = fault_of(_sent(house.browser(token), route, options))
                found += [f"{route} {what}: {fault}"] if fault else []
    return found


@contextmanager
def nothing_kept() -> Iterator[None]:
    """Whatever is written is checked and then undone, so that every form meets the county as it was."""

    def undo() -> None:
        session = db.session()
        changes._finish(session)
        session.rollback()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(db.session, "commit", undo)
        yield


def _sent(client: FlaskClient, route: Route, options: dict[str, Any]) -> TestResponse:
    return client.open(route.path, method=route.method, **options)


def attacks(form: Form, turn: int, each: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """What a form may be sent as: empty, all wrong, one field wrong, another kind of body altogether. `each`
    says how many of each kind; the forms take turns, so that all kinds come up.
    """
    yield "empty", {"data": {}}
    for value in some(BAD_VALUES, turn, min(2 * each, len(BAD_VALUES))):
        yield f"all {value[:20]!r}", {"data": dict.fromkeys(form.fields, value[:2500])}
    for content_type, body in some(BODIES, turn, min(each, len(BODIES))):
        yield content_type, {"data": body, "content_type": content_type}
    for raw in some(RAW, turn, min(each, len(RAW))):
        body = "&".join(f"{name}={raw}" for name in form.fields).encode()
        yield raw, {"data": body, "content_type": "application/x-www-form-urlencoded"}
    upload = (io.BytesIO(b"PK\x03\x04 nonsense"), "../../\x00名.xlsx")
    yield "upload", {"data": {**form.fields, "file": upload}, "content_type": "multipart/form-data"}
    for place, name in enumerate(form.fields):
        # With few values a field is either wrong or missing, one form after the other.
        is_missing = each > 1 or (turn + place) % 2
        for value in some(BAD_VALUES, turn + place, max(1, each // 2) if each > 1 or not is_missing else 0):
            yield f"{name}={value[:20]!r}", {"data": {**form.fields, name: value}}
        if is_missing:
            rest = {key: value for key, value in form.fields.items() if key != name}
            yield f"{name} missing", {"data": rest}


@pytest.fixture
def open_house(filled: Filled, new_house: NewHouse) -> House:
    house = new_house(filled)
    house.app.config["WTF_CSRF_ENABLED"] = False
    return house


def test_no_parameter_of_a_url_makes_a_page_fail(house: House) -> None:
    assert bad_looks(house, each=EACH or 2) == []


@pytest.mark.drill
def test_no_parameter_makes_a_page_fail_on_postgresql(postgres_house: House) -> None:
    assert bad_looks(postgres_house, each=EACH or 1, step=EVERY_THIRD) == []


def test_an_unknown_id_is_not_found_whatever_it_looks_like(open_house: House) -> None:
    assert bad_ids(open_house, each=EACH or 4) == []


@pytest.mark.drill
def test_an_unknown_id_is_not_found_on_postgresql(postgres_house: House) -> None:
    postgres_house.app.config["WTF_CSRF_ENABLED"] = False
    assert bad_ids(postgres_house, each=EACH or 1) == []


def test_no_form_makes_the_program_fail_or_write_while_its_refusal_is_shown(open_house: House) -> None:
    with lock_watch(open_house.app) as made_under_lock:
        assert bad_forms(open_house, each=EACH or 1) == []
    assert made_under_lock == []


@pytest.mark.drill
def test_no_form_makes_the_program_fail_on_postgresql(postgres_house: House) -> None:
    postgres_house.app.config["WTF_CSRF_ENABLED"] = False
    assert bad_forms(postgres_house, each=EACH or 1, step=EVERY_THIRD) == []


def test_a_refusal_shown_under_a_write_lock_is_noticed(open_house: House) -> None:
    plant(open_house)
    with lock_watch(open_house.app) as made_under_lock:
        open_house.client().post("/planted/refused")
    assert made_under_lock == ["POST /planted/refused 在写事务里渲染 errors/error.html"]


def test_routes_that_fail_on_bad_input_are_noticed(open_house: House) -> None:
    plant(open_house)
    looks = bad_looks(open_house, BELOW, each=len(BAD_VALUES))
    assert "GET /planted/crash ?page='abc' answered 500" in looks
    assert any("/planted/english" in found and "without a Chinese sentence" in found for found in looks)
    assert any("POST /planted/crash" in found for found in bad_forms(open_house, BELOW))


def test_every_mutating_route_but_few_is_reached_by_a_form_of_a_page(house: House) -> None:
    """Else the walk above would send them nothing that they read."""
    reached = forms_of(house)
    assert len(reached) > len(house.routes(*MUTATING)) // 2
