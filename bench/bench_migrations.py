"""A county goes back to the tables of the first version and up again, and whatever migrates it is killed:
whether every row is afterwards what it was, and for how long an upgrade keeps people waiting. First the demo
county, which has rows of every kind, then 100,000 leads.
"""

import argparse
import hashlib
import random
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import _common as common
from sqlalchemy import Connection, Select, column, create_engine, inspect, select, table, text

from app.core.storage.db import db
from config import ROOT
from tests.services.product import FLASK, Installation

LEADS, ENTERPRISES = 100_000, 20_000
BOTTOM = "0004"  # the tables of the first version, its ledgers append-only
NEWEST = (ROOT / "migrations" / "HEAD").read_text(encoding="utf-8").strip()
PATIENCE = 1800
START_SECONDS = 2  # of the command, before it touches the database
# What the older tables had no words for, or number anew: a review that waits for its conclusion and its step,
# the reference data that comes with the program.
CANNOT_SAY = {"fair_review", "step.kind", "division"}

Columns = dict[tuple[str, str], str]  # table and column -> what all its rows say, in the order of their keys


@dataclass(frozen=True, slots=True)
class County:
    """An installation, looked at and migrated from outside."""

    installation: Installation

    def migrate(self, to: str) -> float:
        """Seconds of the command; it must succeed."""
        begun = time.monotonic()
        done = subprocess.run(
            _command(to),
            check=False,
            cwd=ROOT,
            env=self.installation.environment(),
            capture_output=True,
            timeout=PATIENCE,
        )
        if done.returncode:
            raise SystemExit(done.stderr.decode()[-3000:])
        return time.monotonic() - begun

    def begin_and_kill(self, to: str, after: float) -> bool:
        """Whether the command was still at it when it was killed, so many seconds after its start."""
        command = subprocess.Popen(
            _command(to),
            cwd=ROOT,
            env=self.installation.environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            command.wait(after)
        except subprocess.TimeoutExpired:
            command.kill()
            command.wait()
            return True
        return False

    def columns(self) -> Columns:
        engine = create_engine(self.installation.database_url)
        found: Columns = {}
        try:
            with engine.connect() as connection:
                looked = inspect(connection)
                for table in sorted(set(looked.get_table_names()) - {"alembic_version", "sqlite_sequence"}):
                    names = [column["name"] for column in looked.get_columns(table)]
                    keys = looked.get_pk_constraint(table)["constrained_columns"]
                    found |= _columns_of(connection, table, names, keys)
        finally:
            engine.dispose()
        return found

    def stands_at(self) -> str:
        """The migration, after a look whether the database itself is whole."""
        engine = create_engine(self.installation.database_url)
        try:
            with engine.connect() as connection:
                if engine.name == "sqlite":
                    assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
                    assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
                left = [
                    name for name in inspect(connection).get_table_names() if name.startswith("_alembic_tmp")
                ]
                assert left == []
                return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())
        finally:
            engine.dispose()


def _command(to: str) -> list[str]:
    return [*FLASK, "db", *(["upgrade", to] if to == NEWEST else ["downgrade", to])]


def _columns_of(connection: Connection, name: str, names: Sequence[str], keys: Sequence[str]) -> Columns:
    """Values as the engine writes them, so that both passes over one engine compare."""
    digests = [hashlib.blake2b(digest_size=16) for _ in names]
    rows: Select[Any] = select(*map(column, names)).select_from(table(name)).order_by(*map(column, keys))
    for row in connection.execution_options(yield_per=10_000).execute(rows):
        for value, digest in zip(row, digests, strict=True):
            digest.update(repr(value).encode())
    return {(name, each): digest.hexdigest() for each, digest in zip(names, digests, strict=True)}


def unlike(one: Columns, other: Columns) -> list[str]:
    """Columns that both have and that say something else."""
    return [
        f"{name}.{each}"
        for (name, each), digest in one.items()
        if digest != other.get((name, each), digest) and not CANNOT_SAY & {name, f"{name}.{each}"}
    ]


def there_and_back(county: County, kills: int) -> bool:
    """Whether nothing was lost; of the blows half fall on the way down and half on the way up."""
    top = county.columns()
    down = journey(county, BOTTOM, kills // 2, back=NEWEST)
    bottom = county.columns()
    up = journey(county, NEWEST, kills - kills // 2, back=BOTTOM)
    both = {place: digest for place, digest in top.items() if place in bottom}
    lost = [*unlike(both, bottom), *unlike(both, county.columns())]
    print(f"  {NEWEST} → {BOTTOM} {down:.1f} 秒，→ {NEWEST} {up:.1f} 秒；{len(both)} 列新旧都有")
    print("  " + common.goal(not lost, f"{kills} 次强行结束以后重做，每一行和原来一样 {'、'.join(lost)}"))
    return not lost


def journey(county: County, to: str, kills: int, *, back: str) -> float:
    """Seconds of the whole way when nobody disturbs it; then it is gone again under so many blows."""
    seconds = county.migrate(to)
    if kills:
        county.migrate(back)
    while kills:
        after = START_SECONDS + random.uniform(0, 2 * max(1, seconds - START_SECONDS) / kills)
        if county.begin_and_kill(to, after):
            kills -= 1
            assert BOTTOM <= county.stands_at() <= NEWEST
        else:  # it had arrived before the blow fell
            county.migrate(back)
    county.migrate(to)
    assert county.stands_at() == to
    return seconds


def measure(name: str, database_url: str, leads: int, kills: int) -> bool:
    with tempfile.TemporaryDirectory(prefix="bench-migrations-") as folder:
        home = Path(folder)
        url = database_url or f"sqlite:///{home / 'county.sqlite3'}"
        county = County(Installation(home, url))
        county.migrate(NEWEST)
        if leads:
            with common.county(url, home):
                common.people()
                common.fill_enterprises(min(leads, ENTERPRISES))
                common.fill_leads(leads, min(leads, ENTERPRISES))
                common.analyse()
                db.session.remove()
        else:
            county.installation.flask("demo", "load")
        print(f"\n{name}，{f'{leads:,} 条线索' if leads else '演示县'}")
        return there_and_back(county, kills)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--leads", type=int, default=LEADS)
    options.add_argument("--kills", type=int, default=10)
    asked = options.parse_args()
    well = []
    for leads, kills in ((0, 0), (asked.leads, asked.kills)):
        well.append(measure("SQLite", "", leads, kills))
        with common.postgres_url() as url:
            if url:
                well.append(measure("PostgreSQL", url, leads, kills))
    return 0 if all(well) else 1


if __name__ == "__main__":
    raise SystemExit(main())
