"""The four lists today beside the build before there was a kit of lists, page 1 and page 1,000, in turns
A B A B: processor time of the whole request at 21,000 rows each, on SQLite.
"""

import argparse
import json
import shutil
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from _before import TREE, is_known, measured, tree_of

BENCH = Path(__file__).resolve()
BEFORE = "ec2df16"  # the last build whose lists were each written out
ROWS, TIMES = 21_000, 15
LISTS = ("/enterprises", "/leads?state=all", "/visits", "/projects?state=all")
PAGES = (1, 1_000)
GOAL = 1.0


def measure() -> dict[str, float]:
    """Milliseconds of each page, the median of some. Made-up rows go in by table and column: the code of both
    builds reads them, and each has its models in places of its own.
    """
    import _common as common  # noqa: PLC0415 - which tree it measures is said by the environment

    with common.county() as app:
        user = common.people()
        common.fill_enterprises(ROWS)
        common.fill_leads(ROWS, ROWS)
        with common.bare_connection() as connection:
            for name, rows in MADE.items():
                connection.execute(common.Base.metadata.tables[name].insert(), list(rows()))
        common.analyse()
        client = common.reader(app, user)
        found = {}
        for path in LISTS:
            for page in PAGES:
                address = f"{path}{'&' if '?' in path else '?'}page={page}"
                found[f"{path.partition('?')[0]} {page}"] = statistics.median(
                    spent(client, common, address) for _ in range(TIMES)
                )
    return found


def spent(client: Any, common: Any, address: str) -> float:
    begun = time.process_time()
    answer = common.separately(lambda: client.get(address))
    assert answer.status_code == 200, (address, answer.status_code)
    return (time.process_time() - begun) * 1000


def record(number: int) -> dict[str, Any]:
    """What every record has."""
    made = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number)
    own = {"id": number, "public_id": f"{number:016d}", "version": 1, "created_at": made, "updated_at": made}
    whose = {"enterprise_id": number, "author_id": number % 100 + 1, "unit_id": number % 20 + 1}
    return own | whose | {"confidential": False}


def visits() -> Iterator[dict[str, Any]]:
    for number in range(1, ROWS + 1):
        told = {
            "kind": "outbound",
            "held_on": day(number),
            "summary": f"看了厂房，谈用电容量，第 {number} 次",
        }
        yield record(number) | told | {"place": "", "met": "", "needs": ""}


def taking_part() -> Iterator[dict[str, Any]]:
    for number in range(1, ROWS + 1):
        yield {"visit_id": number, "person_id": number % 100 + 1, "unit_id": number % 20 + 1}


def projects() -> Iterator[dict[str, Any]]:
    for number in range(1, ROWS + 1):
        since = {"stage": "signed", "stage_since": day(number), "signed_on": day(number)}
        named = {"number": f"XM-{number:07d}", "name": f"储能项目{number}", "kind": "signed"}
        yield record(number) | since | named | {"amount": number * 10_000, "owner_id": number % 100 + 1}


def day(number: int) -> date:
    return date(2024, 1, 1) + timedelta(days=number % 900)


MADE = {"visit": visits, "visit_participant": taking_part, "project": projects}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--before", default=BEFORE, help="the commit of the build before")
    options.add_argument("--pairs", type=int, default=3)
    options.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.one:
        print(json.dumps(measure()))
        return
    if not is_known(chosen.before):
        print(f"  这里没有提交 {chosen.before}，没有先前可比；用 --before 指出一个")
        return
    with tree_of(chosen.before) as before:
        then = before / "bench" / BENCH.name
        for name in (BENCH.name, "_before.py"):
            shutil.copy(BENCH.with_name(name), before / "bench")
        pairs = [(measured(before, then), measured(TREE, BENCH)) for _ in range(chosen.pairs)]
    tell(pairs)


def tell(pairs: list[tuple[dict[str, float], dict[str, float]]]) -> None:
    met = True
    for page in pairs[0][0]:
        ratio = statistics.median(now[page] / then[page] for then, now in pairs)
        then, now = (statistics.median(pair[side][page] for pair in pairs) for side in (0, 1))
        met &= ratio <= GOAL
        print(f"  {page}：先前 {then:.1f} 毫秒，今天 {now:.1f} 毫秒，{ratio:.2f}×")
    print(f"  {'达到' if met else '没有达到'}：四个列表的第 1 页和第 1,000 页 ≤ {GOAL:g}× 先前的处理器时间")


if __name__ == "__main__":
    main()
