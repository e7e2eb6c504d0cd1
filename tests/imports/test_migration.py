"""The job of an undo moves from the counts of an import into a column of its own, and back."""

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from app.core.storage.db import db
from app.core.work.jobs import enqueue
from app.exchange.imports.models import ImportBatch
from tests.factories.accounts import acting, make_user
from tests.factories.imports import company_rows, csv_file, written

pytestmark = pytest.mark.both_databases


def test_a_job_that_stood_among_the_counts_gets_its_column_and_goes_back(session):
    with acting(make_user()):
        plain, batch = written(csv_file(*company_rows(1))), written(csv_file(*company_rows(2)), "二.csv")
        job = enqueue("imports.undo", "撤销导入", {})
        batch.undo_job_id, plain_id, batch_id, job_id = job.id, plain.id, batch.id, job.id
        counts = dict(batch.written)
        session.commit()
    session.remove()
    downgrade(revision="0007")
    with db.engine.connect() as connection:
        stored = "".join(
            connection.execute(text("SELECT CAST(written AS VARCHAR(500)) FROM import_batch")).scalars()
        )
    assert stored.count(f'"undo_job": {job_id}') == 1
    upgrade()
    batch, plain = (session.get_one(ImportBatch, each) for each in (batch_id, plain_id))
    assert (batch.undo_job_id, batch.written) == (job_id, counts)
    assert plain.undo_job_id is None
