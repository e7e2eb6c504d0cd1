"""An import is killed again and again, while it looks a file over and while it writes: it goes on where it
was, and in the end every row of the file is in the library once.
"""

import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core.access.auth import acting_as
from app.core.storage import audit
from app.core.storage.db import db
from app.core.work import jobs
from app.exchange.imports import services as imports
from app.exchange.imports.enums import BatchState
from app.exchange.imports.models import ImportBatch
from app.factory import create_app
from app.register.accounts.enums import Role
from app.register.enterprises.models import Enterprise
from tests.factories.accounts import actor_of, make_user
from tests.factories.enterprises import make_enterprise
from tests.factories.imports import checked, company_rows, csv_file, started
from tests.services import databases
from tests.services.product import Installation, running_product

pytestmark = [pytest.mark.both_databases, pytest.mark.drill]
KILLS = int(os.environ.get("IMPORT_KILLS", "4"))
KILLS_EACH = 4  # of one import: one that ends its worker five times is given up
ROWS, KNOWN = 5000, 500  # rows of the file, and those whose company the library has
CHUNK_SECONDS = 0.3  # about what 500 rows take: a blow falls anywhere within them
PATIENCE = 120


def rounds() -> list[list[float]]:
    """How far each import has come when a blow falls: of two passes, spread over all imports evenly."""
    points = [2 * number / (KILLS + 1) for number in range(1, KILLS + 1)]
    imports_killed = -(-KILLS // KILLS_EACH)
    return [points[first::imports_killed] for first in range(imports_killed)]


@pytest.fixture
def beside(database: str, tmp_path: Path) -> Iterator[Flask]:
    """The app over the database of the installation, for preparing and looking."""
    (tmp_path / "secret_key").write_text(databases.SECRET, encoding="utf-8")
    app = create_app(databases.testing_config(tmp_path, database))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def the_file() -> bytes:
    return csv_file(*company_rows(ROWS))


@pytest.mark.parametrize("points", rounds(), ids=lambda points: f"{len(points)} kills from {points[0]:.2f}")
def test_an_import_killed_anywhere_goes_on_and_ends_with_every_row_once(
    beside: Flask, database: str, tmp_path: Path, points: list[float]
) -> None:
    installation = Installation(tmp_path, database)
    actor = actor_of(make_user([Role.BUREAU_HEAD]))
    with acting_as(actor):
        for row in company_rows(KNOWN):
            make_enterprise(row[0])
        batch = started(the_file())
        imports.ask_for_check(batch)
        batch_id = batch.public_id
        db.session.commit()
        left = list(points)
        to_its_end(installation, batch_id, BatchState.CHECKED, left, passed=0)
        batch = by_id(batch_id)
        assert (batch.new_count, batch.update_count) == (ROWS - KNOWN, KNOWN)
        imports.ask_for_writing(batch, imports.will_write(batch)[0])
        db.session.commit()
        to_its_end(installation, batch_id, BatchState.WRITTEN, left, passed=1)
        assert left == []
        assert by_id(batch_id).written["created"] == ROWS - KNOWN
        assert by_id(batch_id).written["updated"] == KNOWN
        every_row_is_there_once()
        the_same_file_again_brings_nothing()
    assert audit.verify().broken_at is None


def by_id(public_id: str) -> ImportBatch:
    db.session.rollback()
    return db.session.scalars(select(ImportBatch).where(ImportBatch.public_id == public_id)).one()


def to_its_end(
    installation: Installation, batch_id: str, end: BatchState, points: list[float], passed: int
) -> None:
    """Starts the worker until the batch stands there, and kills it at those of the points that lie in this
    pass.
    """
    while points and points[0] - passed < 1:
        point = points.pop(0)
        with running_product(installation, only=("jobs",)) as product:
            wait_until(batch_id, point - passed, end)
            time.sleep(random.uniform(0, CHUNK_SECONDS))
            os.killpg(product.processes["jobs"].pid, signal.SIGKILL)
            product.processes["jobs"].wait(PATIENCE)
        what_is_written_and_what_is_noted_agree(batch_id)
    with running_product(installation, only=("jobs",)):
        wait_until(batch_id, 1, end)


def wait_until(batch_id: str, share: float, end: BatchState) -> None:
    """Until so much of the pass under way is committed, or all of it."""
    deadline = time.monotonic() + PATIENCE
    while True:
        batch = by_id(batch_id)
        job = db.session.get_one(jobs.Job, batch.last_job_id)
        done = job.finished / ROWS
        if job.is_over or (share < 1 and done >= share):
            db.session.rollback()
            assert job.state is not jobs.JobState.FAILED, job.message
            assert not job.is_over or batch.state is end
            return
        db.session.rollback()
        assert time.monotonic() < deadline, f"stands at {done:.0%}, {job.state}"
        time.sleep(0.02)


def what_is_written_and_what_is_noted_agree(batch_id: str) -> None:
    """Rows, the audit's list of them and how far the import says it is were committed together."""
    batch = by_id(batch_id)
    written = db.session.scalar(select(func.count()).select_from(Enterprise)) - KNOWN
    assert written == batch.written.get("created", 0)
    with_capital = select(func.count()).select_from(Enterprise).where(Enterprise.capital.is_not(None))
    assert db.session.scalar(with_capital) == written + batch.written.get("updated", 0)
    db.session.rollback()


def every_row_is_there_once() -> None:
    found = db.session.execute(select(Enterprise.name, Enterprise.capital)).all()
    assert sorted(found) == sorted((row[0], row[2] * 10_000) for row in company_rows(ROWS))


def the_same_file_again_brings_nothing() -> None:
    again = checked(the_file())
    assert (again.new_count, again.update_count, again.unchanged_count) == (0, 0, ROWS)
