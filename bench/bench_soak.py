"""50 people at work for half an hour: nine looks to a visit logged, one to three seconds between two clicks,
through all three processes. Waiting times, refusals, and whether memory or handles grow.
"""

import argparse
import random
import re
import statistics
import tempfile
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from http.client import HTTPConnection, HTTPException
from itertools import count
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import _common as common
from sqlalchemy import select

from app.core.storage.db import db
from app.core.values.clock import today
from app.core.web.idempotency import new_key
from app.register.enterprises.models import Enterprise
from tests.services.product import Installation, Product, running_product

PEOPLE, LEADS = 50, 20_000
WORKERS = 2  # of gunicorn.conf.py
PATIENCE = 60
READ_MS, WRITE_MS, WORKER_MB = 300, 500, 400
MOST_GROWTH = 0.05  # of memory, from the second third of the time to the last
MOST_HANDLES = 8  # more, of one process
# A worker that is replaced after many requests would hide what grows.
NO_REPLACEMENT = ("--max-requests", "0")
LEAD = re.compile(
    r'href="(/leads/[0-9a-z]{16}(?:\?[^"]*)?)"'
)  # with its place in the list, as people open it
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class County:
    """What somebody looks at: companies by public id and name, and addresses of leads of their own list."""

    companies: list[tuple[str, str]]
    leads: list[str] = field(default_factory=list)


def next_page(county: County, dice: random.Random) -> tuple[str, str]:
    """What somebody opens next and its address, by how often such pages are opened."""
    company, name = dice.choice(county.companies)
    pages = {
        ("待办", "/"): 10,
        ("线索列表", "/leads"): 12,
        ("线索列表，后面几页", f"/leads?page={dice.randint(2, 5)}"): 6,
        ("看板", "/leads/board"): 6,
        ("线索", dice.choice(county.leads)): 20,
        ("企业列表", "/enterprises"): 6,
        ("企业", f"/enterprises/{company}"): 14,
        ("检索", f"/search?q={quote(name[2:6])}"): 10,
        ("检索提示", f"/search/suggest?q={quote(name[2:4])}"): 10,
        ("走访列表", "/visits"): 6,
        ("填走访", "/visits/new"): 6,
        ("漏斗", "/funnel"): 4,
    }
    return dice.choices(list(pages), list(pages.values()))[0]


class Person(threading.Thread):
    """Somebody with a browser, who thinks between two clicks."""

    def __init__(self, address: str, browser: common.Browser, county: County, end: float, seed: int) -> None:
        super().__init__()
        self._address, self._browser, self._end = address, browser, end
        self._county = County(county.companies)
        self._dice = random.Random(seed)
        self.reads: defaultdict[str, list[float]] = defaultdict(list)  # by what was opened
        self.writes: list[float] = []
        self.statuses: Counter[str] = Counter()

    def run(self) -> None:
        connection = HTTPConnection(self._address, timeout=PATIENCE)
        connection.request("GET", "/leads", headers=self._headers())
        page = connection.getresponse().read().decode()
        self._county.leads.extend(unescape(address) for address in LEAD.findall(page))
        for number in count(self._dice.randrange(10)):
            time.sleep(self._dice.uniform(1, 3))
            if time.monotonic() > self._end:
                break
            writes = number % 10 == 0
            what, address = next_page(self._county, self._dice)
            begun = time.perf_counter()
            try:
                if writes:
                    connection.request("POST", "/visits/new", self._visit(number), self._headers(FORM))
                else:
                    connection.request("GET", address, headers=self._headers())
                answer = connection.getresponse()
                answer.read()
                self.statuses[f"{'写' if writes else '读'} {answer.status}"] += 1
            except (OSError, HTTPException) as error:
                self.statuses[type(error).__name__] += 1
                connection.close()
            (self.writes if writes else self.reads[what]).append((time.perf_counter() - begun) * 1000)
        connection.close()

    def _headers(self, kind: str = "") -> dict[str, str]:
        return {"Cookie": self._browser.cookie} | ({"Content-Type": kind} if kind else {})

    def _visit(self, number: int) -> str:
        public_id, name = self._dice.choice(self._county.companies)
        return urlencode(
            {
                "csrf_token": self._browser.csrf,
                "idempotency_key": new_key(),
                "kind": "outbound",
                "held_on": today().isoformat(),
                "enterprise": name,
                "enterprise_id": public_id,
                "place": "苏州市",
                "people": self._browser.person_id,
                "summary": f"第 {number} 次谈扩产：明年要扩一条线，想先来看厂房",
                "next_what": "约来看厂房",
                "next_due_on": (today() + timedelta(days=7)).isoformat(),
                "next_owner": self._browser.person_id,
            }
        )


@dataclass(slots=True)
class Process:
    """One process of the product, watched."""

    name: str
    pid: int
    memory: list[float] = field(default_factory=list)  # MB
    handles: list[int] = field(default_factory=list)
    is_gone: bool = False

    def look(self) -> None:
        """A process that has ended keeps what it was last."""
        if self.is_gone or not Path(f"/proc/{self.pid}/fd").exists():
            self.is_gone = True
            return
        status = Path(f"/proc/{self.pid}/smaps_rollup").read_text()
        private = [line.split() for line in status.splitlines() if line.startswith(("Pss:", "SwapPss:"))]
        self.memory.append(sum(int(words[1]) for words in private) / 1024)
        self.handles.append(len(list(Path(f"/proc/{self.pid}/fd").iterdir())))

    def growth(self) -> tuple[float, int]:
        """Of memory as a share and of handles, from the second third to the last."""
        third = max(1, len(self.memory) // 3)
        before, after = self.memory[third : 2 * third] or self.memory, self.memory[-third:]
        more = max(self.handles[-third:]) - max(self.handles[third : 2 * third] or self.handles)
        return statistics.median(after) / statistics.median(before) - 1, more


def processes_of(product: Product) -> list[Process]:
    parent, workers = product.processes["web"].pid, list[str]()
    while len(workers) < WORKERS:
        time.sleep(0.1)
        workers = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    found = [Process(f"网页 {number}", int(pid)) for number, pid in enumerate(workers, 1)]
    return [*found, *(Process(name, product.processes[name].pid) for name in ("jobs", "indexer"))]


def soak(product: Product, browsers: list[common.Browser], county: County, seconds: float) -> bool:
    """Whether nothing failed and nothing grew."""
    watched = processes_of(product)
    time.sleep(3)  # both workers take connections
    address, end = urlsplit(product.url).netloc, time.monotonic() + seconds
    people = [Person(address, browsers[place], county, end, place) for place in range(PEOPLE)]
    for person in people:
        person.start()
    while time.monotonic() < end:
        time.sleep(min(10, seconds / 30))
        for process in watched:
            process.look()
    for person in people:
        person.join()
    return tell(people, watched, seconds)


def tell(people: list[Person], watched: list[Process], seconds: float) -> bool:
    statuses: Counter[str] = sum((person.statuses for person in people), Counter())
    pages: defaultdict[str, list[float]] = defaultdict(list)
    for person in people:
        for what, times in person.reads.items():
            pages[what] += times
    reads = sorted(each for times in pages.values() for each in times)
    writes = sorted(each for person in people for each in person.writes)
    print(
        f"\n{PEOPLE} 人，{seconds / 60:.0f} 分钟，{LEADS:,} 条线索："
        + "，".join(f"{name} × {times:,}" for name, times in sorted(statuses.items()))
    )
    for words, times, most in (("读", reads, READ_MS), ("写", writes, WRITE_MS)):
        print(
            f"  {words}：中位 {statistics.median(times):.0f} 毫秒，p95 {common.p95(times):.0f}（目标 {most}）"
        )
    common.table(
        "等待，毫秒",
        ("页面", "次数", "中位", "p95"),
        [
            [what, len(times), statistics.median(times), common.p95(sorted(times))]
            for what, times in sorted(pages.items(), key=lambda page: -len(page[1]))
        ],
    )
    well = not any(not name.endswith(("200", "303")) for name in statuses)
    lines = []
    for process in watched:
        share, more = process.growth()
        well &= share <= MOST_GROWTH and more <= MOST_HANDLES and not process.is_gone
        lines.append(
            [
                f"{process.name}{'（中途结束）' if process.is_gone else ''}",
                process.memory[0],
                process.memory[-1],
                f"{share:+.1%}",
                process.handles[-1],
                more,
            ]
        )
    head = ("进程", "开始 MB", "结束 MB", "后两段之比", "句柄", "增加")
    common.table(f"内存（按比例分摊，工作进程目标 {WORKER_MB} MB）与句柄", head, lines)
    print("  " + common.goal(well, "没有出错，内存和句柄没有增长"))
    return well


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--minutes", type=float, default=2)
    seconds = options.parse_args().minutes * 60

    def fill() -> None:
        common.fill_enterprises(LEADS)
        common.fill_leads(LEADS, LEADS)

    with tempfile.TemporaryDirectory(prefix="bench-soak-") as folder:
        home = Path(folder)
        url = f"sqlite:///{home / 'county.sqlite3'}"
        with common.prepared(home, url, fill) as browsers:
            found = db.session.execute(select(Enterprise.public_id, Enterprise.name).limit(3000))
            county = County([(row.public_id, row.name) for row in found])
            db.session.rollback()
            installation = Installation(home, url)
            installation.flask("search", "rebuild")  # the indexer would be at it for the first minutes
            with running_product(installation, web_options=NO_REPLACEMENT) as product:
                return 0 if soak(product, browsers, county, seconds) else 1


if __name__ == "__main__":
    raise SystemExit(main())
