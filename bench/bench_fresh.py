"""Ten editors rename companies while the indexer runs: how long from the commit until a search finds the new
name, on both engines.
"""

import argparse
import secrets
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import _common as common
from flask import Flask
from sqlalchemy import select

from app.core.index.searching import Query, SearchBackend
from app.core.storage.db import db, reading
from app.core.storage.outbox import OutboxEntry
from app.factory import create_app
from app.register.enterprises.models import Enterprise
from search.factory import open_backend
from tests.services.elasticsearch import own_node
from tests.services.product import FLASK, ROOT, Installation

EDITORS, COMPANIES = 10, 2_000
PAUSE = 0.5  # seconds that an editor thinks between two changes
LOOK_EVERY = 0.05
PATIENCE = 60
WARM_UP = 10  # seconds: Elasticsearch compiles itself while it works
GOAL = 1.0  # seconds


class Editor(threading.Thread):
    """Renames a company of its own and looks for the new name until it is found."""

    def __init__(self, app: Flask, place: int, end: float) -> None:
        super().__init__()
        self.app, self.place, self.end = app, place, end
        self.waits: list[float] = []

    def run(self) -> None:
        reader = open_backend(self.app.config["SEARCH_URL"])
        with self.app.app_context():
            while time.monotonic() < self.end:
                public_id, name = self._rename()
                begun = time.monotonic()
                while not self._finds(reader, public_id, name) and time.monotonic() - begun < PATIENCE:
                    time.sleep(LOOK_EVERY)
                self.waits.append(time.monotonic() - begun)
                time.sleep(PAUSE)
        reader.close()

    def _rename(self) -> tuple[str, str]:
        """Commits; returns the public id and the new name."""
        query = select(Enterprise).order_by(Enterprise.id).offset(self.place).limit(1)
        row = db.session.scalars(query).one()
        row.name = f"改名{secrets.token_hex(5)}有限公司"
        found = row.public_id, row.name
        db.session.commit()
        return found

    def _finds(self, reader: SearchBackend, public_id: str, name: str) -> bool:
        """Asks the engine only once the change was sent: ten searches for names that nobody finds yet, many
        times a second, would be what is measured.
        """
        with reading():
            waits = db.session.scalar(
                select(OutboxEntry.id).where(OutboxEntry.record_id == public_id).limit(1)
            )
            db.session.rollback()
        if waits:
            return False
        return any(hit.id == public_id for hit in reader.search(Query(name, ("all",), limit=1)).hits)


@contextmanager
def indexer(installation: Installation) -> Iterator[None]:
    with (installation.instance / "indexer.log").open("wb") as log:
        process = subprocess.Popen(
            [*FLASK, "search", "indexer"], cwd=ROOT, env=installation.environment(), stdout=log, stderr=log
        )
    try:
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE)


def wait_until_filled(url: str) -> None:
    reader = open_backend(url)
    deadline = time.monotonic() + PATIENCE
    while reader.size() < COMPANIES:
        if time.monotonic() > deadline:
            raise RuntimeError("the indexer did not fill the index")
        time.sleep(0.2)
    reader.close()


def edit(app: Flask, seconds: float) -> list[Editor]:
    end = time.monotonic() + seconds
    editors = [Editor(app, place, end) for place in range(EDITORS)]
    for editor in editors:
        editor.start()
    for editor in editors:
        editor.join()
    return editors


def measure(name: str, database_url: str, search_url: str, seconds: float) -> None:
    with tempfile.TemporaryDirectory(prefix="bench-fresh-") as folder:
        home = Path(folder)
        database = database_url or f"sqlite:///{home / 'county.sqlite3'}"
        index = search_url or f"tantivy://{home / 'index'}"
        with common.county(database, home), ExitStack() as stack:
            common.fill_enterprises(COMPANIES)
            stack.enter_context(indexer(Installation(home, database, index)))
            app = create_app(replace(common.settings(home, database), search_url=index))
            wait_until_filled(index)
            edit(app, WARM_UP)
            editors = edit(app, seconds)
            with app.app_context():
                db.engine.dispose()
    tell(name, sorted(wait for editor in editors for wait in editor.waits))


def tell(name: str, waits: list[float]) -> None:
    p95 = common.p95(waits)
    common.table(
        f"{EDITORS} 人同时改名，从提交到搜得到，{name}",
        ("改动", "中位 毫秒", "p95 毫秒", "最久 毫秒"),
        [(len(waits), *(round(wait * 1000) for wait in (waits[len(waits) // 2], p95, waits[-1])))],
    )
    print("  " + common.goal(p95 <= GOAL, f"p95 ≤ {GOAL:.0f} 秒，量得 {p95:.2f} 秒"))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=20)
    seconds = options.parse_args().seconds
    measure("SQLite 与内置引擎", "", "", seconds)
    with common.postgres_url() as url, own_node(measured=True) as node:
        if url:
            measure("PostgreSQL 与 Elasticsearch", url, f"{node.url}/fresh", seconds)


if __name__ == "__main__":
    main()
