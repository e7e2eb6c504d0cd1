"""The command and the worker as processes of their own, the worker also killed in the middle."""

import json
import os
import signal
import subprocess
import time

import pytest
from sqlalchemy import func, select

from app.core.storage import audit
from app.core.storage.db import reading
from app.core.storage.outbox import OutboxEntry
from app.exchange.imports import services
from app.exchange.imports.enums import BatchState
from app.exchange.imports.models import ImportBatch
from app.register.accounts.enums import Role
from app.register.enterprises.models import Enterprise
from tests.factories.accounts import acting, make_user
from tests.factories.imports import checked, company_rows, csv_file, gzipped
from tests.services.product import FLASK, ROOT, Installation

pytestmark = pytest.mark.both_databases
ROWS = 6000
PATIENCE = 60  # seconds


@pytest.fixture
def installation(database, tmp_path):
    return Installation(tmp_path, database)


def import_file(app, tmp_path, content, *words, name="企业.csv.gz"):
    path = tmp_path / name
    path.write_bytes(content)
    return app.test_cli_runner().invoke(args=["import", "enterprises", str(path), *words])


def test_the_last_line_counts_what_became_of_the_rows(app, session, tmp_path):
    user = make_user(login="shen")
    session.commit()
    near = ("澜川新材料（苏州）有限公司", "", "", "", ""), ("苏州澜川新材料有限公司", "", "", "", "")
    content = gzipped(csv_file(*company_rows(5), *near, ("", "", "5", "", "")))
    done = import_file(app, tmp_path, content, "--as", "shen")
    expected = {"created": 6, "updated": 0, "unchanged": 0, "suspected": 1, "rejected": 1}
    told = {**expected, "skipped": 0, "unused_columns": [], "sheet": "", "sheets": {}}
    assert json.loads(done.stdout.splitlines()[-1]) == told
    assert "8 / 8 行" in done.stderr
    assert set(session.scalars(select(Enterprise.author_id))) == {user.person_id}


def test_json_alone_says_nothing_else(app, tmp_path):
    done = import_file(app, tmp_path, csv_file(*company_rows(2)), "--json", name="企业.csv")
    assert (json.loads(done.stdout)["created"], done.stderr) == (2, "")


def test_columns_that_mean_nothing_are_named(app, tmp_path):
    content = "序号,企业名称,法定代表人\n1,苏州澜川新材料有限公司,贺晓冬\n".encode()
    done = import_file(app, tmp_path, content, name="企业.csv")
    assert json.loads(done.stdout.splitlines()[-1])["unused_columns"] == ["序号", "法定代表人"]
    assert "没有用到的列：序号、法定代表人" in done.stderr


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"a,b\n1,2\n", "企业.csv", "没有找到「企业名称」一列"),
        (b"not a workbook", "企业.xlsx", "扩展名对不上"),
        (b"x", "企业.doc", "不是能导入的格式"),
    ],
)
def test_a_file_that_cannot_be_read_ends_with_a_sentence(app, tmp_path, content, name, words):
    done = import_file(app, tmp_path, content, name=name)
    assert (done.exit_code, words in done.stderr) == (1, True)


def test_an_unknown_login_ends_with_a_sentence(app, tmp_path):
    done = import_file(app, tmp_path, csv_file(), "--as", "nobody", name="企业.csv")
    assert (done.exit_code, "没有登录名" in done.stderr) == (1, True)


def started_worker(installation):
    return subprocess.Popen(
        [*FLASK, "jobs", "run"],
        cwd=ROOT,
        env=installation.environment(),
        process_group=0,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def kill(worker):
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()


def waited_for(session, batch_id, reached):
    """The batch once it is as far as `reached` says."""
    deadline = time.monotonic() + PATIENCE
    while True:
        with reading():  # or the test would hold the write lock that the worker waits for
            session.rollback()
            batch = session.get_one(ImportBatch, batch_id, populate_existing=True)
            if reached(batch):
                return batch
            state, row = batch.state, batch.written_through
            session.rollback()
        assert time.monotonic() < deadline, f"still {state}, row {row}"
        time.sleep(0.02)


def test_a_worker_killed_while_writing_goes_on_without_loss_or_doubles(app, session, installation):
    with acting(make_user(Role.OFFICER)):
        batch = checked(csv_file(*company_rows(ROWS)))
        services.ask_for_writing(batch, ROWS)
        session.commit()
    batch_id = batch.id
    worker = started_worker(installation)
    try:
        waited_for(session, batch_id, lambda found: found.written_through > 0)
    finally:
        kill(worker)
    session.rollback()
    part = session.get_one(ImportBatch, batch_id, populate_existing=True)
    assert 0 < part.written_through <= ROWS, "the kill came too early or too late to prove anything"
    assert part.state is BatchState.WRITING
    assert session.scalar(select(func.count()).select_from(Enterprise)) == part.written_through - 1
    session.rollback()
    worker = started_worker(installation)
    try:
        whole = waited_for(session, batch_id, lambda found: found.state is BatchState.WRITTEN)
    finally:
        kill(worker)
    assert whole.written["created"] == ROWS
    assert session.scalar(select(func.count(Enterprise.name_key.distinct()))) == ROWS
    assert session.scalar(select(func.count()).select_from(Enterprise)) == ROWS
    assert session.scalar(select(func.count()).select_from(OutboxEntry)) == ROWS
    assert audit.verify().broken_at is None
