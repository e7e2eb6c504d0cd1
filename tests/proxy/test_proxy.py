"""The proxy of docs/how-to/deploy.md, as the page has it, before the product: `make drill` runs this."""

import socket
import statistics
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.storage.db import db
from app.core.web.receiving import LARGEST_FILE
from app.factory import create_app
from app.register.accounts.models import User
from tests.factories.accounts import PASSWORD
from tests.factories.leads import PDF, a_county, a_lead
from tests.services import databases
from tests.services.nginx import NAME, Answer, Proxy, Visitor, running_proxy
from tests.services.product import Installation, free_port, running_product
from tests.services.slow_clients import SlowClients

MB = 1024 * 1024
OFFICE, ELSEWHERE = "127.0.0.2", "127.0.0.3"
PEOPLE, SECONDS_AT_WORK = 60, 20
FLOOD = 600
PRODUCTION = {
    "MODE": "production",
    "SECRET_KEY": "0f4c9a7be1d26358" * 4,
    "ALLOWED_HOSTS": NAME,
    "PROXY_HOPS": "1",
}


@pytest.fixture(scope="module")
def county(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """Where it lies, whom one may sign in as, and that person's lead."""
    folder = tmp_path_factory.mktemp("county")
    app = create_app(databases.testing_config(folder, databases.sqlite_copy(sqlite_template, folder)))
    with app.app_context():
        county = a_county()
        lead = a_lead(county)
        user = db.session.get_one(User, county.officer.user_id)
        login, number = user.login, lead.public_id
        db.session.commit()
        db.engine.dispose()
    return folder, login, number


@pytest.fixture(scope="module")
def proxy(county: tuple[Path, str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    installation = Installation(county[0], more=PRODUCTION)
    with running_product(installation, only=("web",)) as product:
        port = int(product.url.rpartition(":")[2])
        with running_proxy(tmp_path_factory.mktemp("proxy"), port) as running:
            yield running


@pytest.fixture
def officer(proxy: Proxy, county: tuple[Path, str, str]) -> Iterator[Visitor]:
    visitor = Visitor(proxy, OFFICE)
    sign_in(visitor, county[1])
    yield visitor
    visitor.leave()


def sign_in(visitor: Visitor, login: str) -> None:
    assert visitor.submit("/login", {"login": login, "password": PASSWORD}).status == 303


def test_who_comes_in_clear_is_led_to_tls(proxy: Proxy) -> None:
    with socket.create_connection((NAME, proxy.plain_port)) as line:
        line.sendall(b"GET /leads?q=a HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        told = line.makefile("rb").read().decode()
    assert told.startswith("HTTP/1.1 301 ")
    assert f"\r\nLocation: {proxy.url}/leads?q=a\r\n" in told
    assert "\r\nServer: nginx\r\n" in told


def test_a_sign_in_is_noted_with_the_address_it_came_from(officer: Visitor) -> None:
    assert [name for name in officer.cookies if name.startswith("__Host-")]
    page = officer.get("/account", **{"X-Forwarded-For": "203.0.113.9"})
    assert page.status == 200
    assert OFFICE in page.text and "203.0.113.9" not in page.text
    assert page.headers["Strict-Transport-Security"]


def test_no_other_name_is_written_into_an_address(officer: Visitor) -> None:
    stranger = Visitor(officer.proxy)
    led = stranger.get("/leads", **{"X-Forwarded-Host": "evil.example.org"})
    assert led.status == 303 and "evil" not in led.headers["Location"]
    stranger.leave()


def test_a_large_scan_arrives_and_what_is_too_large_is_refused_in_chinese(
    officer: Visitor, county: tuple[Path, str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    page = f"/leads/{county[2]}/agreements/new"
    fields = {"kind": "contract", "title": "投资协议"}

    def sent(size: int, to: str = page) -> tuple[Answer, float]:
        begun = time.monotonic()
        answer = (
            officer.submit(page, fields, ("协议.pdf", PDF + b"0" * size))
            if to == page
            else officer.post(to, {"login": "x" * size})
        )
        return answer, time.monotonic() - begun

    taken, seconds = sent(LARGEST_FILE - MB)
    assert taken.status == 303, taken.text
    too_large, _ = sent(LARGEST_FILE + MB)
    assert too_large.status == 422 and "20 MB" in too_large.text and "投资协议" in too_large.text
    for answer, _ in (sent(110 * MB), sent(3 * MB, "/login")):
        assert answer.status == 413 and "文件太大，没有保存" in answer.text
        officer.leave()
    with capsys.disabled():
        sys.stdout.write(f"\n  a scan of {LARGEST_FILE // MB - 1} MB over TLS: {seconds:.1f} s\n")


def seconds_to_read(visitor: Visitor) -> float:
    begun = time.perf_counter()
    assert visitor.get("/account").status == 200
    return time.perf_counter() - begun


def p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]


def test_two_hundred_slow_clients_at_the_same_address_stop_nobody(
    officer: Visitor, capsys: pytest.CaptureFixture[str]
) -> None:
    with SlowClients(officer.proxy.url, of_each=50, trust=officer.proxy.trust):
        beside = [seconds_to_read(officer) for _ in range(60)]
    with capsys.disabled():
        sys.stdout.write(f"\n  reads beside 200 slow clients over TLS: p95 {p95(beside):.3f} s\n")
    assert p95(beside) < 2


def at_work(visitor: Visitor, seen: Counter[int], taken: list[float]) -> None:
    """A click every two seconds or so, and what a page's script asks for beside it."""
    until = time.monotonic() + SECONDS_AT_WORK
    while time.monotonic() < until:
        for path in ("/leads", "/account", "/visits"):
            begun = time.perf_counter()
            seen[visitor.get(path).status] += 1
            taken.append(time.perf_counter() - begun)
            time.sleep(0.6)


def test_sixty_people_behind_one_address_meet_no_limit_and_a_flood_does(
    officer: Visitor, capsys: pytest.CaptureFixture[str]
) -> None:
    seen: Counter[int] = Counter()
    taken: list[float] = []
    office = [Visitor(officer.proxy, OFFICE, officer.cookies) for _ in range(PEOPLE)]
    people = [threading.Thread(target=at_work, args=(visitor, seen, taken)) for visitor in office]
    for person in people:
        person.start()
    time.sleep(SECONDS_AT_WORK / 2)
    flooded = flood(officer.proxy)
    for person in people:
        person.join()
    for visitor in office:
        visitor.leave()
    with capsys.disabled():
        sys.stdout.write(
            f"\n  {PEOPLE} people: {sum(seen.values())} requests, {dict(seen)}, p95 {p95(taken):.2f} s"
            f"\n  a flood of {FLOOD}: {dict(flooded)}\n"
        )
    assert set(seen) == {200}
    assert flooded[429] > FLOOD / 4


def flood(proxy: Proxy) -> Counter[int]:
    """What somebody is told who asks as often at once as they can."""
    lines = []
    for _ in range(FLOOD):
        plain = socket.create_connection((NAME, proxy.port), source_address=(ELSEWHERE, 0), timeout=60)
        lines.append(proxy.trust.wrap_socket(plain, server_hostname=NAME))
    for line in lines:
        line.sendall(b"GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    told: Counter[int] = Counter()
    for line in lines:
        with line, line.makefile("rb") as answer:
            words = answer.read()
        status = int(words.split(b" ", 2)[1])
        assert status == 200 or "同一地址来的请求太多".encode() in words
        told[status] += 1
    return told


def test_while_the_product_is_down_a_page_in_chinese_says_so(tmp_path: Path) -> None:
    with running_proxy(tmp_path, free_port()) as lonely:
        visitor = Visitor(lonely)
        for answer in (visitor.get("/leads"), visitor.post("/visits/new", {"summary": "谈厂房"})):
            assert answer.status == 502 and answer.headers["Retry-After"]
            assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
            # app/static/js/sending.js looks for these, and says the words beside what was typed
            assert '<main id="main"><h1>系统正在维护或重新启动</h1>' in answer.text
            assert '<div class="error-panel"><p>写好的内容还在' in answer.text
        visitor.leave()
