"""50 clients log visits for some seconds through two real web workers while jobs and indexer run: writes a
second, waiting times, refusals; then everything acknowledged must be there, and the index must catch up.
"""

import argparse
import tempfile
import threading
import time
from collections import Counter
from datetime import timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import _common as common
from sqlalchemy import func, select

from app.core.storage import audit
from app.core.storage.db import db, reading
from app.core.storage.outbox import OutboxEntry
from app.core.values.clock import today
from app.core.web.idempotency import new_key
from app.promotion.visits.models import Visit
from app.register.enterprises.models import Enterprise
from tests.services.product import Installation, Product, running_product

CLIENTS, COMPANIES = 50, 2_000
GOAL_RATE = 100
PATIENCE = 60


class Client(threading.Thread):
    """One person who logs a visit, and another, over one connection."""

    def __init__(self, address: str, browser: common.Browser, companies: list[tuple[str, str]], end: float):
        super().__init__()
        self.address, self.browser, self.companies, self.end = address, browser, companies, end
        self.times: list[float] = []
        self.statuses: Counter[int | str] = Counter()

    def run(self) -> None:
        connection = HTTPConnection(self.address, timeout=PATIENCE)
        number = 0
        while time.monotonic() < self.end:
            begun = time.perf_counter()
            try:
                connection.request("POST", "/visits/new", self._form(number), self._headers())
                answer = connection.getresponse()
                answer.read()
                self.statuses[answer.status] += 1
            except (OSError, HTTPException) as error:
                self.statuses[type(error).__name__] += 1
                connection.close()
            self.times.append((time.perf_counter() - begun) * 1000)
            number += 1
        connection.close()

    def _headers(self) -> dict[str, str]:
        return {"Cookie": self.browser.cookie, "Content-Type": "application/x-www-form-urlencoded"}

    def _form(self, number: int) -> str:
        public_id, name = self.companies[number % len(self.companies)]
        return urlencode(
            {
                "csrf_token": self.browser.csrf,
                "idempotency_key": new_key(),
                "kind": "outbound",
                "held_on": today().isoformat(),
                "enterprise": name,
                "enterprise_id": public_id,
                "place": "苏州市",
                "people": self.browser.person_id,
                "summary": f"第 {number} 次谈扩产：明年要扩一条线，想先来看厂房",
                "next_what": "约来看厂房",
                "next_due_on": (today() + timedelta(days=7)).isoformat(),
                "next_owner": self.browser.person_id,
            }
        )


def press(product: Product, browsers: list[common.Browser], seconds: float) -> list[Client]:
    companies = [
        (row.public_id, row.name)
        for row in db.session.execute(select(Enterprise.public_id, Enterprise.name).limit(COMPANIES))
    ]
    db.session.rollback()
    end = time.monotonic() + seconds
    address = urlsplit(product.url).netloc
    clients = [
        Client(address, browsers[place], companies[place :: len(browsers)], end) for place in range(CLIENTS)
    ]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return clients


def until_indexed() -> float:
    """Seconds until the outbox is empty."""
    begun = time.monotonic()
    while time.monotonic() - begun < PATIENCE:
        with reading():
            waiting = db.session.scalar(select(func.count()).select_from(OutboxEntry))
            db.session.rollback()
        if not waiting:
            return time.monotonic() - begun
        time.sleep(0.1)
    return float("inf")


def tell(name: str, clients: list[Client], seconds: float, held: int, behind: float) -> None:
    statuses: Counter[int | str] = sum((client.statuses for client in clients), Counter())
    times = sorted(time for client in clients for time in client.times)
    written = statuses.pop(303, 0)
    rate = written / seconds
    with reading():
        verdict = audit.verify()
        db.session.rollback()
    common.table(
        f"{CLIENTS} 个客户端记走访 {seconds:.0f} 秒，两个网页进程，索引同时更新，{name}",
        ("写入", "每秒", "中位 毫秒", "p95 毫秒", "其他答复", "库里", "索引追上 秒"),
        [(written, rate, times[len(times) // 2], common.p95(times), dict(statuses) or "无", held, behind)],
    )
    chain = "完整" if verdict.broken_at is None else f"断在 {verdict.broken_at}"
    print(f"  审计链 {verdict.checked:,} 条，{chain}；客户端和服务同在这台机器上")
    if name == "SQLite":
        print("  " + common.goal(rate >= GOAL_RATE, f"≥ {GOAL_RATE} 次写入/秒，量得 {rate:.0f}"))
    print("  " + common.goal(held == written and not statuses, "没有锁错误，回答过的都在、没有多"))


def measure(name: str, url: str, seconds: float) -> None:
    with tempfile.TemporaryDirectory(prefix="bench-writes-") as folder:
        home = Path(folder)
        database_url = url or f"sqlite:///{home / 'county.sqlite3'}"
        with (
            common.prepared(home, database_url, lambda: common.fill_enterprises(COMPANIES)) as browsers,
            running_product(Installation(home, database_url)) as product,
        ):
            press(product, browsers, 1)  # both workers have answered once
            before = db.session.scalar(select(func.count()).select_from(Visit)) or 0
            db.session.rollback()
            begun = time.monotonic()
            clients = press(product, browsers, seconds)
            took = time.monotonic() - begun
            held = (db.session.scalar(select(func.count()).select_from(Visit)) or 0) - before
            db.session.rollback()
            tell(name, clients, took, held, until_indexed())


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=10)
    chosen = options.parse_args()
    common.engines(
        lambda: measure("SQLite", "", chosen.seconds),
        lambda url: measure("PostgreSQL（不等磁盘）", url, chosen.seconds),
    )


if __name__ == "__main__":
    main()
