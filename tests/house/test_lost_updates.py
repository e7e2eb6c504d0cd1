"""Eight save one record at the same moment, from the same version: one is saved, seven read both values."""

import os
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from threading import Barrier
from urllib.parse import urlencode, urlsplit

import pytest

from tests.house.browsing import ServedHouse, serving
from tests.house.county import EVERYTHING
from tests.house.furnishing import furnishings
from tests.house.walking import Filled, Form, FormReader

ROUNDS = int(os.environ.get("UPDATE_ROUNDS", "1"))  # a hundred by `make drill`
WRITERS = 8
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
# The start of each record's addresses, and the field that the writers write in different words. The one
# agreement of the county is reviewed, and its text is fixed by that.
EDITED = {
    "/enterprises/": "notes",
    "/contacts/": "post",
    "/leads/": "content",
    "/visits/": "summary",
    "/projects/": "name",
    "/admin/people/": "post",
    "/admin/units/": "name",
    "/words/groups/": "words",
    **{each.at: each.edited for each in furnishings()},
}


EDITED_BY = {each.at: each.edited_by for each in furnishings()}


@pytest.fixture
def own_county(filled: Filled, tmp_path: Path) -> Iterator[ServedHouse]:
    with serving(filled, tmp_path) as served:
        yield served


def form_of(served: ServedHouse, cookie: str, page: str) -> Form:
    """The form on the page of an edit, as it stands there now."""
    reader = FormReader(page)
    reader.feed(asked(served, cookie, page)[1])
    return next(form for form in reader.forms if form.action == page and form.method == "post")


def asked(
    served: ServedHouse, cookie: str, path: str, fields: dict[str, str] | None = None
) -> tuple[int, str]:
    connection = HTTPConnection(urlsplit(served.url).netloc, timeout=120)
    try:
        body = urlencode(fields) if fields else None
        connection.request("POST" if fields else "GET", path, body, {"Cookie": f"session={cookie}", **FORM})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def writers(served: ServedHouse, login: str) -> list[str]:
    """The cookies of eight browsers in which somebody is signed in."""
    client = served.house.client(login)
    client.get("/enterprises/new")  # the tokens of its forms begin here
    return [served.cookie_of(client)] * WRITERS


def saved_together(served: ServedHouse, cookies: list[str], page: str, field: str, number: int) -> list[int]:
    """The statuses of eight forms that were all opened before one of them was sent."""
    forms = [form_of(served, cookie, page) for cookie in cookies]
    start = Barrier(WRITERS)

    def save(place: int) -> int:
        mine = f"第{number}轮写的，第{place}种"
        start.wait(timeout=60)
        status, answer = asked(served, cookies[place], page, {**forms[place].fields, field: mine})
        assert status != 409 or mine in answer
        return status

    with ThreadPoolExecutor(WRITERS) as hands:
        return list(hands.map(save, range(WRITERS)))


def test_of_eight_who_save_one_version_exactly_one_is_saved(
    own_county: ServedHouse, capsys: pytest.CaptureFixture[str]
) -> None:
    cookies_of = {login: writers(own_county, login) for login in {EVERYTHING, *EDITED_BY.values()}}
    told, wrong = [], []
    for start, field in EDITED.items():
        cookies = cookies_of[EDITED_BY.get(start, EVERYTHING)]
        page = f"{start}{own_county.house.ids[start]}/edit"
        counted: Counter[int] = Counter()
        for number in range(ROUNDS):
            statuses = saved_together(own_county, cookies, page, field, number)
            counted.update(statuses)
            wrong += [] if sorted(statuses) == [303] + [409] * (WRITERS - 1) else [f"{page}: {statuses}"]
        without = {**form_of(own_county, cookies[0], page).fields, field: "没有说是哪一版，也写一种，凑一句"}
        del without["version"]
        status, _answer = asked(own_county, cookies[0], page, without)
        wrong += [] if status == 409 else [f"{page} without a version: {status}"]
        told.append(
            f"  {start:16} {', '.join(f'{status} × {times}' for status, times in sorted(counted.items()))}"
        )
    with capsys.disabled():
        sys.stdout.write(f"\n  {WRITERS} writers, {ROUNDS} rounds each\n" + "\n".join(told) + "\n")
    assert wrong == []
