"""What `make run` weighs: memory of all its processes as PSS, idle after a round of pages; each page on the
line, requests and bytes as Chromium counts them, opened first of all and after another.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import _common as common
from playwright.sync_api import Page

from tests.services.chromium import running_browser
from tests.services.product import ROOT, Installation, free_port
from tests.services.weight import watched_line

PAGES = ("/", "/enterprises", "/leads", "/leads/board", "/visits", "/visits/new", "/projects", "/funnel")
GOAL_MB = 400
GOAL_KB, GOAL_COLD, GOAL_WARM = 200, 10, 3
START_SECONDS = 180
LAST_WORDS = 2000  # characters of what the product said


PARTS = ("网页服务", "后台任务", "检索同步")  # in the order in which bin/run.py starts them


def children(pid: int) -> list[int]:
    """The direct children, oldest first."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sorted(int(child) for task in tasks for child in (task / "children").read_text().split())


def family(pid: int) -> list[int]:
    """A process and all below it."""
    return [pid, *(below for child in children(pid) for below in family(child))]


@contextmanager
def make_run(installation: Installation) -> Iterator[tuple[int, str]]:
    """What `make run` starts, on an installation that has its data: the pid of its root, its address."""
    port = free_port()
    told = installation.instance / "run.log"
    with told.open("wb") as log:
        root = subprocess.Popen(
            [sys.executable, str(ROOT / "bin" / "run.py")],
            env=installation.environment(PORT=str(port)),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until_open(port, root)
        yield root.pid, f"127.0.0.1:{port}"
    except Exception as fault:
        # Whoever reads "connection refused" wants to know what ended the product.
        fault.add_note(told.read_text(encoding="utf-8", errors="replace")[-LAST_WORDS:])
        raise
    finally:
        root.terminate()
        root.wait()


def wait_until_open(port: int, root: subprocess.Popen[bytes]) -> None:
    """Raises when it has ended, or takes longer than a machine with other work needs."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            HTTPConnection("127.0.0.1", port, timeout=5).connect()
            return
        except ConnectionRefusedError:
            if root.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def memory(root: int) -> list[tuple[str, int, float]]:
    """(part, number of processes, MB) for the launcher itself and each of the three parts."""
    found = [("启动程序", 1, pss_mb(root))]
    for name, child in zip(PARTS, children(root), strict=True):
        members = family(child)
        found.append((name, len(members), sum(pss_mb(pid) for pid in members)))
    return found


def pss_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def fetched(address: str, browser: common.Browser, path: str) -> tuple[int, bytes]:
    connection = HTTPConnection(address, timeout=30)
    connection.request("GET", path, headers={"Cookie": browser.cookie})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body


def opened(page: Page, url: str) -> tuple[int, float]:
    """(requests, KB) of one page."""
    with watched_line(page) as line:
        answer = page.goto(url, wait_until="networkidle")
    assert answer is not None and answer.status == 200, url
    return len(line.requests), line.byte_count / 1024


def page_weights(address: str, cookie: str) -> list[tuple[str, int, float, int, float]]:
    """(page, requests and KB in a new browser, requests and KB in one that has opened it before)."""
    found = []
    name, _, value = cookie.partition("=")
    with running_browser() as browser:
        for path in PAGES:
            context = browser.new_context()
            context.add_cookies([{"name": name, "value": value, "url": f"http://{address}"}])
            page = context.new_page()
            found.append(
                (path, *opened(page, f"http://{address}{path}"), *opened(page, f"http://{address}{path}"))
            )
            context.close()
    return found


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--idle", type=float, default=5, help="seconds of quiet before memory is read")
    chosen = options.parse_args()

    def fill() -> None:
        common.fill_enterprises(500)
        common.fill_leads(300, 500)

    with tempfile.TemporaryDirectory(prefix="bench-weight-") as folder:
        home = Path(folder)
        url = f"sqlite:///{home / 'county.sqlite3'}"
        with (
            common.prepared(home, url, fill) as browsers,
            make_run(Installation(home, url)) as (root, address),
        ):
            pages = page_weights(address, browsers[0].cookie)
            for _ in range(20):  # so that both workers have answered
                fetched(address, browsers[0], "/leads")
            time.sleep(chosen.idle)
            rows = memory(root)
    total = sum(row[2] for row in rows)
    common.table(
        "空闲时的内存（PSS，MB）", ("", "进程", "MB"), [*rows, ("合计", sum(row[1] for row in rows), total)]
    )
    print("  " + common.goal(total <= GOAL_MB, f"合计 ≤ {GOAL_MB} MB，量得 {total:.0f}"))
    common.table("页面", ("", "初次请求数", "初次 KB", "再次请求数", "再次 KB"), pages)
    heaviest, most, again = (max(page[place] for page in pages) for place in (2, 1, 3))
    print("  " + common.goal(heaviest <= GOAL_KB, f"初次 ≤ {GOAL_KB} KB，最重 {heaviest:.0f}"))
    print("  " + common.goal(most <= GOAL_COLD, f"初次 ≤ {GOAL_COLD} 个请求，最多 {most}"))
    print("  " + common.goal(again <= GOAL_WARM, f"再次 ≤ {GOAL_WARM} 个请求，最多 {again}"))


if __name__ == "__main__":
    main()
