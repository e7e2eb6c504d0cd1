"""Hostile requests to the served product, over all its routes: none makes it fail, none is dropped."""

import http.client
import os
import random
import re
import socket
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import pytest

from app.register.accounts.enums import Role
from tests.house.browsing import ServedHouse, serving
from tests.house.county import EVERYTHING
from tests.house.test_bad_input import BAD_IDS, BAD_VALUES, BODIES, RAW, parameters
from tests.house.walking import MUTATING, Filled, Form, Route, forms_of

COUNT = int(os.environ.get("HOSTILE_REQUESTS", "600"))  # `make drill` sends ten thousand
HANDS = 4
# Sent without a good token: what they change of the attacker's own account would end the attack.
# `test_bad_input` sends these with one.
OWN_ACCOUNT = ("/account", "/admin", "/logout")
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND")
WORKING = (Role.OFFICER, Role.RESIDENT, Role.BUREAU_HEAD)  # their logins are their roles
TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')
TYPED = "application/x-www-form-urlencoded"
HEADERS: tuple[dict[str, str], ...] = (
    {},
    {"Range": "bytes=99999999999-,0-0,-1"},
    {"If-Modified-Since": "Thu, 99 Xxx 9999 99:99:99 GMT", "If-None-Match": 'W/"' + "x" * 500},
    {"Accept": "application/json", "Accept-Language": "q=NaN," * 40},
    {"Accept-Encoding": "gzip;q=nan, br;q=-1, zstd, " + "x" * 300},
    {"X-Forwarded-For": "127.0.0.1, " + "1" * 200, "X-Forwarded-Proto": "gopher", "Forwarded": "for=_x"},
    {"Host": "evil.example", "X-Forwarded-Host": "evil.example"},
    {"Cookie": "session=" + "e" * 3000 + "; session=.; session"},
    {"Authorization": "Basic " + "=" * 40, "Referer": "javascript:alert(1)"},
    {"HX-Request": "true", "HX-Target": "'><x", "X-Sent-By": "page"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
    {"Expect": "200-maybe", "Upgrade": "websocket", "Connection": "Upgrade"},
    {"Idempotency-Key": "%" * 300},
)
# Bytes that are no request, or hardly one.
BYTES = (
    b"\r\n\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 200,
    b"GET\r\n\r\n",
    b"GET / HTTP/1.1\r\n\r\n",
    b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    b"GET //evil.example//leads HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.0\r\n\r\n",
    b"GET /leads?\xff\xfe HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -5\r\n\r\n",
    b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5, 6\r\n\r\nhello",
    (
        b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    ),
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"\x00\x01" * 50 + b"\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
)


@dataclass(frozen=True, slots=True)
class Ask:
    """One request as it leaves."""

    method: str
    target: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.target[:120]} {self.headers} {(self.body or b'')[:80]!r}"


class Attacker:
    """Makes requests up by a seed, on the routes and the fields of forms that the product has."""

    def __init__(self, served: ServedHouse, forms: dict[str, Form], seed: int) -> None:
        self._served, self._forms, self._dice = served, forms, random.Random(seed)
        self._routes = served.house.routes(*METHODS)
        self._logins = cycle([EVERYTHING, *WORKING])
        self._cookie = self._token = ""

    def asks(self, count: int) -> Iterator[Ask]:
        for number in range(count):
            if number % 100 == 0:  # one of the forms may have signed out
                self._sign_in()
            yield self._ask(self._dice.choice(self._routes))

    def _sign_in(self) -> None:
        """As one after another: nobody's budget of a minute keeps the rest from the pages."""
        client = self._served.house.client(next(self._logins))
        token = TOKEN.search(client.get("/enterprises/new").text)
        assert token, "the attacker cannot work any more"
        self._token, self._cookie = token[1], self._served.cookie_of(client)

    def _ask(self, route: Route) -> Ask:
        dice = self._dice
        path = route.path
        if route.arguments and dice.random() < 0.3:
            path = route.with_arguments(quote(dice.choice(BAD_IDS), safe="%"))
        method = route.method if dice.random() < 0.9 else dice.choice(METHODS)
        headers = {"Cookie": f"session={self._cookie}"} if dice.random() < 0.8 else {}
        headers |= dice.choice(HEADERS)
        body = None
        if method in MUTATING:
            kind, body = self._body(route)
            headers["Content-Type"] = kind
        return Ask(method, path + self._query(route), headers, body)

    def _query(self, route: Route) -> str:
        dice = self._dice
        if dice.random() < 0.4:
            return ""
        names = dice.choices(parameters(self._served.house, route), k=dice.randint(1, 4))
        if dice.random() < 0.3:
            return "?" + "&".join(f"{name}={dice.choice(RAW)}" for name in names)
        return "?" + urlencode([(name, dice.choice(BAD_VALUES)[:900]) for name in names])

    def _body(self, route: Route) -> tuple[str, bytes]:
        dice = self._dice
        if dice.random() < 0.2:
            return dice.choice(BODIES)
        form = self._forms.get(route.endpoint)
        fields = dict(form.fields) if form else {"q": ""}
        for name in dice.sample(sorted(fields), k=dice.randint(1, len(fields))) if fields else []:
            fields[name] = dice.choice(BAD_VALUES)[:2500]
        fields["csrf_token"] = "" if route.rule.startswith(OWN_ACCOUNT) else self._token
        return TYPED, urlencode(fields).encode()


@dataclass(slots=True)
class Met:
    """What the requests were answered."""

    statuses: Counter[int] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)
    slowest: float = 0.0

    def note(self, ask: object, status: int, seconds: float) -> None:
        self.statuses[status] += 1
        self.slowest = max(self.slowest, seconds)
        if status >= 500 and status != 501:  # 501: a transfer coding that nobody knows
            self.failed.append(f"{status}: {ask}")


def send_all(served: ServedHouse, asks: Iterator[Ask], met: Met) -> None:
    """Over one connection as long as the answers leave it open."""
    at = urlsplit(served.url)
    connection = http.client.HTTPConnection(at.hostname or "", at.port, timeout=60)
    for ask in asks:
        begun = time.perf_counter()
        try:
            connection.request(ask.method, ask.target, ask.body, ask.headers)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException) as error:
            met.failed.append(f"{error!r}: {ask}")
            connection.close()
        else:
            met.note(ask, answer.status, time.perf_counter() - begun)
    connection.close()


def send_bytes(served: ServedHouse, met: Met) -> None:
    at = urlsplit(served.url)
    for sent in BYTES:
        begun = time.perf_counter()
        with socket.create_connection((at.hostname or "", at.port or 0), timeout=60) as line:
            line.sendall(sent)
            line.shutdown(socket.SHUT_WR)
            received = b""
            while chunk := line.recv(1 << 16):
                received += chunk
        if received:  # nothing but empty lines asks for nothing
            met.note(sent, int(received.split(b" ", 2)[1]), time.perf_counter() - begun)


@pytest.fixture
def own_county(filled: Filled, tmp_path: Path) -> Iterator[ServedHouse]:
    with serving(filled, tmp_path) as served:
        yield served


def test_no_hostile_request_makes_the_product_fail_or_drop_a_connection(
    own_county: ServedHouse, capsys: pytest.CaptureFixture[str]
) -> None:
    met = Met()
    forms = forms_of(own_county.house)
    attackers = [Attacker(own_county, forms, seed) for seed in range(HANDS)]
    with ThreadPoolExecutor(HANDS) as hands:
        works = [
            hands.submit(send_all, own_county, attacker.asks(COUNT // HANDS), met) for attacker in attackers
        ]
        for work in works:
            work.result()
    send_bytes(own_county, met)
    with capsys.disabled():
        told = ", ".join(f"{status} × {count}" for status, count in sorted(met.statuses.items()))
        sys.stdout.write(
            f"\n  {met.statuses.total()} hostile requests: {told}; slowest {met.slowest:.1f} s\n"
        )
    assert met.failed == []
    assert met.statuses[200] > COUNT // 10  # they did reach the pages


def test_a_request_that_makes_it_fail_is_noticed() -> None:
    met = Met()
    met.note("GET /planted/crash", 500, 0.1)
    assert met.failed == ["500: GET /planted/crash"]
