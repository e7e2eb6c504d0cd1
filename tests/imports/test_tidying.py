"""By night, uploaded files nobody needs any more go; what became of them stays."""

import os
from datetime import timedelta

import pytest
from sqlalchemy import update

from app.core.storage.changes import BULK_ALLOWED
from app.core.storage.db import db
from app.core.values.clock import now
from app.core.work.jobs import JobState
from app.core.work.regular import NIGHTLY
from app.exchange.imports import services
from app.exchange.imports.models import ImportBatch
from app.exchange.imports.queries import job_of
from tests.factories.accounts import acting, make_user
from tests.factories.imports import company_rows, csv_file, started, written
from tests.services.rounds import night_passed

pytestmark = pytest.mark.both_databases
LONG_AGO = services.FILES_KEPT + timedelta(days=1)


@pytest.fixture(autouse=True)
def somebody(session):
    with acting(make_user()) as actor:
        yield actor


def aged(folder):
    at = (now() - LONG_AGO).timestamp()
    os.utime(folder, (at, at))
    return folder


def long_untouched(batch):
    """The batch and its folder as they are after a month."""
    statement = update(ImportBatch).where(ImportBatch.id == batch.id).values(updated_at=now() - LONG_AGO)
    db.session.execute(statement, execution_options={BULK_ALLOWED: "a test's time"})
    db.session.commit()
    return aged(services.folder_of(batch))


def test_old_folders_go_and_their_batches_stay():
    old, fresh = written(csv_file(*company_rows(1))), written(csv_file(*company_rows(1, start=9)), "新.csv")
    job_of(old).state = JobState.DONE
    gone, kept, batch_id = long_untouched(old), services.folder_of(fresh), old.id
    night_passed()
    assert (gone.exists(), kept.exists()) == (False, True)
    old = db.session.get(ImportBatch, batch_id)
    assert old.written["created"] == 1
    assert services.is_file_gone(old)


def test_others_can_write_while_old_folders_are_removed(monkeypatch, other_writer):
    job_of(old := written(csv_file(*company_rows(1)))).state = JobState.DONE
    long_untouched(old)
    wrote = []
    monkeypatch.setattr(services.shutil, "rmtree", lambda _folder: wrote.append(other_writer()))
    assert services.remove_old_files() == 1
    assert wrote == [True]


@pytest.mark.parametrize("column", ["check_job_id", "write_job_id", "undo_job_id"])
def test_a_folder_whose_job_is_not_over_stays(column):
    batch = started(csv_file(*company_rows(1)))
    job = services.enqueue("imports.some", "导入", {})
    setattr(batch, column, job.id)
    db.session.commit()
    folder = long_untouched(batch)
    assert services.remove_old_files() == 0
    job.state = JobState.FAILED
    db.session.commit()
    assert (services.remove_old_files(), folder.exists()) == (1, False)


def test_a_folder_without_a_batch_goes_once_it_is_old(session):
    root = services.files.instance_folder("imports")
    (root / ("0" * 16)).mkdir(parents=True)
    (root / ("1" * 16)).mkdir()
    assert services.remove_old_files() == 0
    aged(root / ("1" * 16))
    assert services.remove_old_files() == 1


def test_an_installation_without_imports_has_nothing_to_remove():
    assert services.remove_old_files() == 0


def test_what_fails_by_night_does_not_hold_up_the_rest(monkeypatch, caplog):
    done = []

    def failing():
        raise RuntimeError("planted")

    monkeypatch.setattr(NIGHTLY, "_entries", {"first": failing, "second": lambda: done.append(1)})
    night_passed()
    assert done == [1]
    assert "nightly first failed" in caplog.text
