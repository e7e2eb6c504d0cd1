"""A county of a gigabyte, database and files together: how long its backup takes, and how long until the
backup stands in an empty installation, checked and with an index.
"""

import argparse
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import _common as common
from sqlalchemy import func, select

from app.core.storage.db import db
from app.core.web import files
from tests.services.postgres import binaries, running_server
from tests.services.product import Installation

LEADS = 200_000  # and as many companies
A_FILE = 4 * 1024**2  # a scanned agreement
GOAL_SECONDS = 600
MB = 1024**2


def size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def store_file(number: int) -> None:
    """As `core.web.files` lays one down; scans do not shrink, neither does this."""
    content = b"%PDF-1.7 " + number.to_bytes(4, "big") + os.urandom(A_FILE)
    path = files.path_of(hashlib.sha256(content).hexdigest())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def fill(home: Path, database_url: str, leads: int, size: int) -> None:
    with common.county(database_url, home):
        common.people()
        common.fill_enterprises(leads)
        common.fill_leads(leads, leads)
        common.analyse()
        for number in range(max(0, size - database_size(home)) // A_FILE + 1):
            store_file(number)


def database_size(home: Path) -> int:
    if db.engine.name == "postgresql":
        return int(db.session.execute(select(func.pg_database_size(func.current_database()))).scalar_one())
    return size_of(home)


def took(command: Callable[[], CompletedProcess[str]]) -> tuple[float, str]:
    begun = time.monotonic()
    done = command()
    return time.monotonic() - begun, done.stdout


def measure(name: str, url: str, other_url: str, leads: int, size: int) -> bool:
    with tempfile.TemporaryDirectory(prefix="bench-restore-") as folder:
        home, other, backups = (Path(folder) / each for each in ("home", "other", "backups"))
        for each in (home, other):
            each.mkdir()
        url = url or f"sqlite:///{home / 'county.sqlite3'}"
        fill(home, url, leads, size)
        backing_up, printed = took(lambda: Installation(home, url).flask("backup", str(backups)))
        backup = Path(json.loads(printed.splitlines()[-1])["backup"])
        installation = Installation(other, other_url or f"sqlite:///{other / 'county.sqlite3'}")
        restoring, _ = took(lambda: installation.flask("restore", str(backup)))
        indexing, _ = took(lambda: installation.flask("search", "rebuild"))
        checking, _ = took(lambda: installation.flask("search", "check"))
        print(
            f"{name}：备份 {size_of(backup) / MB:,.0f} MB 用 {backing_up:.0f} 秒；"
            f"恢复并核对 {restoring:.0f} 秒，建索引 {indexing:.0f} 秒，核对索引 {checking:.0f} 秒"
        )
        well = restoring + indexing < GOAL_SECONDS
        print("  " + common.goal(well, f"{GOAL_SECONDS // 60} 分钟内可以用，连同索引"), flush=True)
        return well


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--leads", type=int, default=LEADS)
    options.add_argument("--mb", type=int, default=1024)
    asked = options.parse_args()
    well = [measure("SQLite", "", "", asked.leads, asked.mb * MB)]
    if binaries() is None:
        print("PostgreSQL：没有安装服务器，跳过")
    else:
        with running_server() as server:
            urls = [server.url(server.create()) for _ in range(2)]
            well.append(measure("PostgreSQL", *urls, asked.leads, asked.mb * MB))
    return 0 if all(well) else 1


if __name__ == "__main__":
    raise SystemExit(main())
