"""Every route: says what it needs, refuses a foreign form, changes nothing by a look, sends its headers."""

import pytest
from flask import Flask

from app.core.access.permissions import DECLARED
from tests.house.conftest import Filled, NewHouse
from tests.house.planted import BELOW, plant
from tests.house.walking import MUTATING, House, changed, counted_queries, written_tables

POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)
# What guests of an event open on their own phones, each by a word that only they have.
FOR_GUESTS = ("/checkin/<public_id>", "/checkin/<public_id>/done", "/invitations/<public_id>")
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.fixture(scope="module")
def faulty(filled: Filled, new_house: NewHouse) -> House:
    house = new_house(filled)
    plant(house)
    return house


def undeclared(app: Flask) -> list[str]:
    """Endpoints that do not say which permission they need."""
    return [endpoint for endpoint, view in app.view_functions.items() if not hasattr(view, DECLARED)]


def taken_without_a_token(house: House, below: str = "/") -> list[str]:
    """Mutating routes that do anything but refuse a form without a CSRF token."""
    client, found = house.client(), []
    before = house.contents()
    for route in house.routes(*MUTATING, below=below):
        answer = client.open(route.path, method=route.method, data={"name": "伪造", "reason": "伪造"})
        if answer.status_code != 400 or "没有提交" not in answer.get_data(as_text=True):
            found.append(f"{route} answered {answer.status_code}")
    return found + [f"{table} changed" for table in changed(before, house.contents())]


def writing_looks(house: House, below: str = "/") -> list[str]:
    """GET routes that write, and tables that are not what they were after all of them."""
    client, found = house.client(), []
    before = house.contents()
    for route in house.routes("GET", below=below):
        with counted_queries(house) as statements:
            # The whole answer is taken, so that what is written after it counts as well.
            client.get(route.path, buffered=True)
        found += [f"{route} writes to {table}" for table in sorted(written_tables(statements))]
    return found + [f"{table} changed" for table in changed(before, house.contents())]


def lacking_headers(house: House, below: str = "/") -> list[str]:
    """Answers, signed in or not, without the security headers; pages that a browser might keep."""
    found = []
    for login in ("everything", ""):
        client = house.client(login)
        for route in house.routes("GET", *MUTATING, below=below):
            answer = client.open(route.path, method=route.method)
            wrong = [name for name, value in HEADERS.items() if answer.headers.get(name) != value]
            if answer.headers.get("Cache-Control") != "no-store":
                wrong.append("Cache-Control")
            found += [f"{route} as {login or 'nobody'}: {name}" for name in wrong]
            answer.close()
    return found


def test_every_route_says_which_permission_it_needs(house: House) -> None:
    assert undeclared(house.app) == []


def test_a_route_without_a_permission_is_noticed(faulty: House) -> None:
    assert undeclared(faulty.app) == ["planted.undeclared"]


def test_every_mutating_route_refuses_a_form_without_a_token_and_writes_nothing(house: House) -> None:
    assert house.routes(*MUTATING)
    assert taken_without_a_token(house) == []


def test_a_mutating_route_without_csrf_is_noticed(faulty: House) -> None:
    found = taken_without_a_token(faulty, BELOW)
    assert found == ["POST /planted/exempt answered 200", "unit changed"]


@pytest.mark.parametrize("token", ["", "x", "IjEyMyI.aaaa.bbbb"])
def test_a_wrong_token_is_no_token(house: House, token: str) -> None:
    for route in house.routes(*MUTATING)[:5]:
        answer = house.client().open(route.path, method=route.method, data={"csrf_token": token})
        assert answer.status_code == 400


def test_a_look_changes_nothing(house: House) -> None:
    assert len(house.routes("GET")) > 20
    assert writing_looks(house) == []


def test_a_look_that_writes_is_noticed(faulty: House) -> None:
    assert writing_looks(faulty, BELOW) == [
        "GET /planted/remembers writes to recent_search",
        "GET /planted/writes writes to unit",
        "unit changed",
        "recent_search changed",
    ]


def test_every_answer_has_the_security_headers_and_stays_in_no_cache(house: House) -> None:
    assert lacking_headers(house) == []


def test_a_route_with_weaker_headers_is_noticed(faulty: House) -> None:
    assert lacking_headers(faulty, BELOW) == ["GET /planted/headers as everything: Content-Security-Policy"]


def test_secure_cookies_and_strict_transport_in_production(house: House) -> None:
    answer = house.app.test_client().get("/healthz", base_url="https://localhost")
    assert "max-age=" in answer.headers["Strict-Transport-Security"]


def test_nobody_reads_anything_without_signing_in(house: House) -> None:
    """Save the sign-in page, what guests of an event open, and the two answers for watchers."""
    client = house.client("")
    open_to_all = {route.rule for route in house.routes("GET") if client.get(route.path).status_code == 200}
    assert open_to_all == {"/assets/<name>", "/login", "/healthz", "/readyz", *FOR_GUESTS}
