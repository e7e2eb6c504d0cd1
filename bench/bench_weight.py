"""What `make run` weighs: memory of all its processes as PSS, idle after a round of pages; and each page with
all it loads, gzipped."""

import argparse
import gzip
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import _common as common

from tests.services.product import ROOT, Installation, free_port

PAGES = ("/", "/enterprises", "/leads", "/leads/board", "/visits", "/visits/new", "/projects", "/funnel")
GOAL_MB, GOAL_KB = 400, 250
_LOADED = re.compile(r'(?:src|href)="(/static/[^"#]+)')


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
    root = subprocess.Popen(
        [sys.executable, str(ROOT / "bin" / "run.py")],
        env=installation.environment(PORT=str(port)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until_open(port)
        yield root.pid, f"127.0.0.1:{port}"
    finally:
        root.terminate()
        root.wait()


def wait_until_open(port: int) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            HTTPConnection("127.0.0.1", port, timeout=5).connect()
            return
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
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


def page_weights(address: str, browser: common.Browser) -> list[tuple[str, float, float, int]]:
    """(page, KB of its HTML, KB with everything it loads, number of files), all gzipped."""
    found, known = [], {}
    for path in PAGES:
        status, body = fetched(address, browser, path)
        assert status == 200, f"{path}: {status}"
        loaded = sorted(set(_LOADED.findall(body.decode())))
        for url in loaded:
            if url not in known:
                known[url] = len(gzip.compress(fetched(address, browser, url)[1], 6))
        html = len(gzip.compress(body, 6))
        found.append((path, html / 1024, (html + sum(known[url] for url in loaded)) / 1024, len(loaded)))
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
            pages = page_weights(address, browsers[0])
            for _ in range(20):  # so that both workers have answered
                fetched(address, browsers[0], "/leads")
            time.sleep(chosen.idle)
            rows = memory(root)
    total = sum(row[2] for row in rows)
    common.table(
        "空闲时的内存（PSS，MB）", ("", "进程", "MB"), [*rows, ("合计", sum(row[1] for row in rows), total)]
    )
    print("  " + common.goal(total <= GOAL_MB, f"合计 ≤ {GOAL_MB} MB，量得 {total:.0f}"))
    common.table("页面（gzip 后，KB）", ("", "网页", "连同所有文件", "文件数"), pages)
    heaviest = max(page[2] for page in pages)
    print("  " + common.goal(heaviest <= GOAL_KB, f"每页 ≤ {GOAL_KB} KB，最重 {heaviest:.0f}"))


if __name__ == "__main__":
    main()
