"""Lists at 100,000 rows: each sortable column, both ways, page 1 and page 1,000. Server time, p95."""

import argparse
import time

import _common as common
from flask.testing import FlaskClient

from app.promotion.leads.listing import LEADS
from app.register.enterprises.listing import ENTERPRISES

GOAL_MS = 150
TIMES = 12
PAGES = (1, 1000)
# What is typed into the text box: part of many names, a whole name, the end of a code, and letters.
TYPED = ("新材料", "科技 苏州", "00000000", "xcl")
LISTS = {"/enterprises": tuple(ENTERPRISES.sorts), "/leads": tuple(LEADS.sorts)}


def served(client: FlaskClient, url: str) -> float:
    """Milliseconds of one answer."""
    begun = time.perf_counter()
    status = common.separately(lambda: client.get(url).status_code)
    assert status == 200, f"{url}: {status}"
    return (time.perf_counter() - begun) * 1000


def one_column(client: FlaskClient, path: str, key: str) -> tuple[list[object], float, set[int]]:
    cells: list[object] = [f"{path}?sort={key}"]
    worst, counts = 0.0, set()
    for page in PAGES:
        urls = [f"{path}?sort={sign}{key}&page={page}" for sign in ("", "-")]
        for url in urls:
            with common.queries_counted() as asked:
                served(client, url)
            counts.add(len(asked))
        times = [served(client, url) for url in urls for _ in range(TIMES // 2)]
        slow = common.p95(times)
        worst = max(worst, slow)
        cells += [sorted(times)[len(times) // 2], slow]
    return [*cells, "/".join(map(str, sorted(counts)))], worst, counts


def measure(name: str, url: str, rows: int) -> None:
    with common.county(url) as app:
        user = common.people()
        common.fill_enterprises(rows)
        common.fill_leads(rows, rows)
        common.analyse()
        client = common.reader(app, user)
        lines, worst = [], 0.0
        for path, keys in LISTS.items():
            for key in keys:
                cells, slow, _counts = one_column(client, path, key)
                lines.append(cells)
                worst = max(worst, slow)
        for path in LISTS:
            for typed in TYPED:
                times = [served(client, f"{path}?q={typed}") for _ in range(TIMES)]
                median, slow = sorted(times)[len(times) // 2], common.p95(times)
                lines.append([f"{path}?q={typed}", median, slow, "", "", ""])
                worst = max(worst, slow)
    head = ("", "第 1 页 中位", "p95", "第 1,000 页 中位", "p95", "查询数")
    common.table(f"列表，各 {rows:,} 行，{name}（毫秒，服务端，升降序各半）", head, lines)
    print("  " + common.goal(worst <= GOAL_MS, f"p95 ≤ {GOAL_MS} 毫秒，最慢 {worst:.0f}"))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=100_000)
    options.add_argument("--only", choices=("sqlite", "postgresql"))
    chosen = options.parse_args()
    if chosen.only != "postgresql":
        measure("SQLite", "", chosen.rows)
    if chosen.only != "sqlite":
        with common.postgres_url() as url:
            if url:
                measure("PostgreSQL", url, chosen.rows)


if __name__ == "__main__":
    main()
