"""The import of 50,000 real companies through the product, against a bare executemany of the same rows into
the same table with its indexes; then the indexing of all of them end to end. Test-only data, SHARED_DATA.
"""

import argparse
import json
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import _common as common
from sqlalchemy import func, select

from app.core.access.auth import SYSTEM, acting_as
from app.core.index import relay, searching
from app.core.storage.db import db
from app.core.storage.outbox import OutboxEntry
from app.exchange.imports.companies.target import COMPANIES
from app.exchange.imports.jobs import import_at_once
from app.register.enterprises.models import Enterprise

FILE = "real_companies_50k.csv.gz"
GOALS = {"ratio": 15, "documents": 5_000, "peak": 400}


def _report(_done: int, _total: int) -> None:
    db.session.commit()


def import_here(folder: Path, file: Path) -> dict[str, float]:
    """What the child process does: import, then index, each timed; peak memory of this process in MB."""
    with common.county(folder=folder):
        common.people()
        begun = time.perf_counter()
        with acting_as(SYSTEM):
            _batch, counts = import_at_once(file, _report, COMPANIES)
        seconds = time.perf_counter() - begun
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        waiting = db.session.scalar(select(func.count()).select_from(OutboxEntry)) or 0
        db.session.rollback()
        begun = time.perf_counter()
        backend = searching.writer()
        try:
            while relay.drain(backend):
                pass
            indexed = backend.size()
        finally:
            backend.close()
        return {
            **counts,
            "seconds": seconds,
            "peak": peak,
            "waiting": waiting,
            "indexing": time.perf_counter() - begun,
            "indexed": indexed,
            "peak_indexing": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }


def bare_seconds(folder: Path) -> tuple[float, int]:
    """The very rows that the import wrote, once more into an empty table of the same schema."""
    table = common.table_of(Enterprise)
    source = sqlite3.connect(folder / "county.sqlite3")
    names = [column.name for column in table.c]
    columns = ", ".join(names)
    rows = source.execute(f"SELECT {columns} FROM enterprise").fetchall()
    made = source.execute(
        "SELECT sql FROM sqlite_master WHERE tbl_name = 'enterprise' AND type IN ('table', 'index') "
        "AND sql IS NOT NULL ORDER BY type DESC"
    ).fetchall()
    target = sqlite3.connect(folder / "bare.sqlite3", isolation_level=None)
    target.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16000;")
    for (statement,) in made:
        target.execute(statement)
    marks = ", ".join("?" * len(names))
    begun = time.perf_counter()
    target.execute("BEGIN")
    target.executemany(f"INSERT INTO enterprise ({columns}) VALUES ({marks})", rows)
    target.execute("COMMIT")
    return time.perf_counter() - begun, len(rows)


def measure(file: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="bench-import-") as name:
        folder = Path(name)
        child = [sys.executable, __file__, "--child", name, str(file)]
        answer = subprocess.run(child, check=True, capture_output=True, encoding="utf-8")
        found = json.loads(answer.stdout.splitlines()[-1])
        bare, rows = bare_seconds(folder)
    read = found["created"] + found["updated"] + found["unchanged"] + found["suspected"] + found["rejected"]
    rate = found["indexed"] / found["indexing"]
    common.table(
        f"导入 {file.name}，{read:,} 行，SQLite",
        ("", "秒", "行/秒", "倍数"),
        [
            ("裸 executemany，同表同索引", bare, rows / bare, "1.00×"),
            (
                "导入：查重、审计、待发",
                found["seconds"],
                read / found["seconds"],
                common.against(found["seconds"], bare),
            ),
            ("随后入索引（读库到可搜）", found["indexing"], rate, common.against(found["indexing"], bare)),
        ],
    )
    told = "，".join(
        f"{key} {found[key]:,}" for key in ("created", "updated", "unchanged", "suspected", "rejected")
    )
    print(f"  {told}；待发 {found['waiting']:,}")
    ratio = found["seconds"] / bare
    print("  " + common.goal(ratio <= GOALS["ratio"], f"导入 ≤ {GOALS['ratio']}×，量得 {ratio:.1f}×"))
    print(
        "  "
        + common.goal(rate >= GOALS["documents"], f"索引 ≥ {GOALS['documents']:,} 份/秒，量得 {rate:,.0f}")
    )
    peak = f"峰值 ≤ {GOALS['peak']} MB，导入 {found['peak']:.0f}，索引 {found['peak_indexing']:.0f}"
    print("  " + common.goal(max(found["peak"], found["peak_indexing"]) <= GOALS["peak"], peak))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--child", nargs=2, metavar=("FOLDER", "FILE"), type=Path, help=argparse.SUPPRESS)
    options.add_argument("--file", type=Path, default=common.DATA / FILE)
    chosen = options.parse_args()
    if chosen.child:
        print(json.dumps(import_here(*chosen.child)))
        return
    if not chosen.file.is_file():
        print(f"没有 {chosen.file.name}：用 SHARED_DATA 指出参考数据所在的文件夹，跳过")
        return
    measure(chosen.file)


if __name__ == "__main__":
    main()
