"""The server of the pages (waitress in gunicorn's worker) beside gunicorn's own worker of threads: pages and
forms for clients that mean well, and how long these wait beside 24 who sign in at once and beside ever more
that hold a connection at a byte a second. Both run the same product on the same county, turn by turn.
"""

import argparse
import http.client
import re
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlencode

import _common as common

from app.core.storage.db import db
from tests.factories.accounts import PASSWORD, make_user
from tests.services.product import Installation, Product, running_product
from tests.services.slow_clients import SlowClients

OURS, PEER = "waitress", "gthread"
OPTIONS = {OURS: (), PEER: ("--worker-class", "gthread", "--threads", "8")}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SIGN_INS = 24
SLOW = (20, 100, 200)
PATIENCE = 5  # seconds that a reader waits
Work = Callable[[Product], float]


def connection_to(product: Product, timeout: float = 60) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(product.url.removeprefix("http://"), timeout=timeout)


def asked(
    connection: http.client.HTTPConnection, path: str, body: bytes | None = None, status: int = 200
) -> None:
    connection.request("POST" if body else "GET", path, body, FORM if body else {})
    answer = connection.getresponse()
    answer.read()
    assert answer.status == status, f"{path}: {answer.status}"


def pages(product: Product) -> float:
    connection = connection_to(product)
    begun = time.perf_counter()
    for _ in range(50):
        asked(connection, "/login")
    return (time.perf_counter() - begun) / 50


def pages_for_eight(product: Product) -> float:
    hands = [threading.Thread(target=pages, args=(product,)) for _ in range(8)]
    begun = time.perf_counter()
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    return (time.perf_counter() - begun) / 400


def new_connections(product: Product) -> float:
    begun = time.perf_counter()
    for _ in range(30):
        connection = connection_to(product)
        asked(connection, "/login")
        connection.close()
    return (time.perf_counter() - begun) / 30


def long_forms(product: Product) -> float:
    connection, body = connection_to(product), b"login=" + b"x" * 900_000
    begun = time.perf_counter()
    for _ in range(10):
        asked(connection, "/login", body, 400)  # no token
    return (time.perf_counter() - begun) / 10


WORK: dict[str, Work] = {
    "一页，一个人，一条连接": pages,
    "一页，八个人同时": pages_for_eight,
    "一页，每次新连接": new_connections,
    "900 KB 的表单": long_forms,
}


def beside_slow_clients(product: Product, count: int) -> str:
    """The 95th percentile of a read in milliseconds, or that nobody was answered."""
    seconds: list[float] = []
    with SlowClients(product.url, of_each=count // 4):
        time.sleep(2)
        for _ in range(40):
            begun = time.perf_counter()
            try:
                asked(connection_to(product, PATIENCE), "/login")
            except TimeoutError:
                return f"{PATIENCE} 秒内没有回答"
            seconds.append(time.perf_counter() - begun)
    return f"p95 {statistics.quantiles(seconds, n=20)[-1] * 1000:.0f} ms"


def beside_sign_ins(product: Product) -> str:
    """The longest read while everybody signs in at once, and how long they themselves wait."""
    hands = [SignIn(product, f"user{number}") for number in range(SIGN_INS)]
    for hand in hands:
        hand.start()
    seconds: list[float] = []
    while any(hand.is_alive() for hand in hands):
        begun = time.perf_counter()
        asked(connection_to(product), "/login")
        seconds.append(time.perf_counter() - begun)
    assert [hand.status for hand in hands] == [303] * SIGN_INS
    slowest = max(hand.seconds for hand in hands)
    return f"最慢一页 {max(seconds) * 1000:.0f} ms，最慢的登录 {slowest * 1000:.0f} ms"


class SignIn(threading.Thread):
    """One person at the sign-in page, the form already filled in."""

    def __init__(self, product: Product, login: str) -> None:
        super().__init__()
        self._connection = connection_to(product)
        self._connection.request("GET", "/login")
        answer = self._connection.getresponse()
        token = re.search(r'name="csrf_token" value="([^"]+)"', answer.read().decode())
        assert token is not None
        self._headers = FORM | {"Cookie": answer.headers["Set-Cookie"].partition(";")[0]}
        self._form = urlencode({"csrf_token": token[1], "login": login, "password": PASSWORD})
        self.status, self.seconds = 0, 0.0

    def run(self) -> None:
        begun = time.perf_counter()
        self._connection.request("POST", "/login", self._form, self._headers)
        answer = self._connection.getresponse()
        answer.read()
        self.status, self.seconds = answer.status, time.perf_counter() - begun


def sign_ins_possible() -> None:
    for number in range(SIGN_INS):
        make_user(login=f"user{number}")
    db.session.commit()
    db.session.remove()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=9)
    pairs = parser.parse_args().pairs
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        with common.county(folder=folder):
            sign_ins_possible()
        sites = {
            name: stack.enter_context(
                running_product(Installation(folder), only=("web",), web_options=OPTIONS[name])
            )
            for name in OPTIONS
        }
        print(f"{'':28}{OURS:>12}{PEER:>12}   比")
        for label, work in WORK.items():
            took: dict[str, list[float]] = {name: [] for name in OPTIONS}
            for _ in range(pairs):
                for name, site in sites.items():
                    took[name].append(work(site) * 1000)
            ratio = statistics.median(ours / peer for ours, peer in zip(*took.values(), strict=True))
            shown = "".join(f"{statistics.median(each):9.2f} ms" for each in took.values())
            print(f"{label:28}{shown}   {ratio:.2f}")
        told = [f"{name} {beside_sign_ins(site)}" for name, site in sites.items()]
        print(f"旁边有 {SIGN_INS} 人同时登录：" + "；".join(told))
        for count in SLOW:
            told = [f"{name} {beside_slow_clients(site, count)}" for name, site in sites.items()]
            print(f"旁边有 {count} 个慢客户端：" + "；".join(told))


if __name__ == "__main__":
    main()
