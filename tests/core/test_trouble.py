"""The database away, the disk full: the page says which, needs neither, and nothing typed is lost."""

import errno
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.orm import Session, scoped_session

from app.core.storage.db import db
from app.core.storage.postgres import REST_SECONDS, answer_within
from app.core.storage.trouble import Trouble, trouble_of
from app.core.web import files, health
from app.factory import create_app
from app.promotion.leads.enums import LeadStage
from tests.factories.leads import County, a_county, a_file, a_lead_at, sign_in
from tests.services import databases, postgres
from tests.services.client import SeparateClient, forms_of
from tests.services.postgres import PostgresServer

Db = scoped_session[Session]


def of_sqlite(statement: str, *, after: str = "SELECT 1") -> OperationalError:
    """The error of a statement on a database of its own, as SQLAlchemy hands it on."""
    connection = sqlite3.connect(":memory:")
    try:
        connection.executescript(after)
        connection.execute(statement)
    except sqlite3.OperationalError as error:
        return OperationalError(statement, {}, error)
    finally:
        connection.close()
    raise AssertionError(f"{statement} was taken")


def of_postgres(error: type[psycopg.Error]) -> DBAPIError:
    return OperationalError("SELECT 1", {}, error("as the server puts it"))


FULL_DATABASE = "CREATE TABLE t (x); PRAGMA max_page_count=2"


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (of_sqlite("INSERT INTO t VALUES (zeroblob(100000))", after=FULL_DATABASE), Trouble.FULL),
        (
            of_sqlite("INSERT INTO t VALUES (1)", after="CREATE TABLE t (x); PRAGMA query_only=1"),
            Trouble.AWAY,
        ),
        (of_sqlite("SELECT * FROM nothing"), None),
        (OperationalError("", {}, sqlite3.OperationalError("database is locked")), Trouble.BUSY),
        (of_postgres(psycopg.errors.DiskFull), Trouble.FULL),
        (of_postgres(psycopg.errors.TooManyConnections), Trouble.BUSY),
        (of_postgres(psycopg.errors.DeadlockDetected), Trouble.BUSY),
        (of_postgres(psycopg.errors.LockNotAvailable), Trouble.BUSY),
        (of_postgres(psycopg.errors.AdminShutdown), Trouble.AWAY),
        (of_postgres(psycopg.errors.CannotConnectNow), Trouble.AWAY),
        (of_postgres(psycopg.OperationalError), Trouble.AWAY),
        (ProgrammingError("", {}, psycopg.errors.UndefinedTable("t")), None),
        (NoConnectionFree("QueuePool limit reached"), Trouble.BUSY),
        (OSError(errno.ENOSPC, "No space left on device"), Trouble.FULL),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), Trouble.FULL),
        (FileNotFoundError(errno.ENOENT, "No such file"), None),
        (ValueError("a fault"), None),
    ],
)
def test_what_is_wrong_is_told_apart(error: Exception, trouble: Trouble | None) -> None:
    assert trouble_of(error) is trouble


# --- the database away ---


@pytest.fixture
def own_server() -> Iterator[PostgresServer]:
    with postgres.running_server() as server:
        yield server


@pytest.fixture
def on_postgres(own_server: PostgresServer, tmp_path: Path) -> Iterator[Flask]:
    """A county on a server of its own, which a test may stop."""
    url = own_server.url(own_server.create())
    databases.migrate(tmp_path, url)
    application = create_app(databases.testing_config(tmp_path, url))
    application.test_client_class = SeparateClient
    with application.app_context():
        yield application
        db.session.rollback()
        db.engine.dispose()


PAGES = ("/", "/leads", "/leads/board", "/search?q=储能", "/visits/new", "/files/0123456789abcdef")


def test_with_the_database_stopped_every_answer_is_a_page_that_needs_none(
    on_postgres: Flask, own_server: PostgresServer
) -> None:
    county = a_county()
    me = sign_in(on_postgres.test_client(), county.officer)
    lead = a_lead_at(county, LeadStage.LEAD)
    url = f"/leads/{lead.public_id}/edit"
    form = next(form for form in forms_of(me.get(url).text) if form.action.startswith(url)).fields
    db.session.commit()
    own_server.stop()
    for path in PAGES:
        answer = me.get(path)
        assert answer.status_code == 503, path
        assert "数据库没有应答，页面没有打开" in answer.text
        assert answer.headers["Retry-After"] == "30"
    refused = me.post(url, data=form | {"content": "一期两条线，二期看一期"})
    assert refused.status_code == 503 and "数据库没有应答，没有保存" in refused.text
    assert "一期两条线，二期看一期" in refused.text
    assert me.get("/healthz").status_code == 200
    assert me.get("/readyz").json == {"status": "unready", "reason": "数据库没有应答"}
    own_server.start()
    assert me.get("/leads").status_code == 200


def test_with_the_database_hanging_every_answer_is_such_a_page_too(
    on_postgres: Flask, own_server: PostgresServer
) -> None:
    me = sign_in(on_postgres.test_client(), a_county().officer)
    assert me.get("/leads").status_code == 200
    answer_within(1)
    try:
        with own_server.hanging():
            answers = [me.get(path) for path in PAGES]
            ready = me.get("/readyz").json
        assert [(answer.status_code, "数据库没有应答" in answer.text) for answer in answers] == [
            (503, True)
        ] * len(PAGES)
        assert ready == {"status": "unready", "reason": "数据库没有应答"}
        time.sleep(REST_SECONDS)
        assert me.get("/leads").status_code == 200
    finally:
        answer_within(None)


# --- the disk full ---


@pytest.fixture
def county(session: Db) -> County:
    return a_county()


def test_a_database_that_cannot_grow_is_said_and_read_on(
    session: Db, client: FlaskClient, county: County
) -> None:
    me = sign_in(client, county.officer)
    lead = a_lead_at(county, LeadStage.LEAD)
    url = f"/leads/{lead.public_id}/edit"
    form = next(form for form in forms_of(me.get(url).text) if form.action.startswith(url)).fields
    session.commit()
    pages_in_use = session.scalar(text("PRAGMA page_count"))
    session.execute(text(f"PRAGMA max_page_count={pages_in_use}"))
    session.commit()
    refused = me.post(url, data=form | {"content": "很长的建设内容" * 500})
    assert refused.status_code == 507
    assert "磁盘满了" in refused.text and "很长的建设内容" in refused.text
    assert refused.headers["Retry-After"] == "300"
    assert me.get(f"/leads/{lead.public_id}").status_code == 200


def test_a_scan_that_finds_no_room_leaves_the_form_filled(
    session: Db, client: FlaskClient, county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    me = sign_in(client, county.officer)
    url = f"/leads/{a_lead_at(county, LeadStage.LEAD).public_id}/agreements/new"
    form: dict[str, Any] = next(form for form in forms_of(me.get(url).text) if form.action == url).fields

    def no_room(_stream: object) -> tuple[str, int]:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files, "_write", no_room)
    refused = me.post(url, data=form | {"title": "投资协议一", "file": a_file()})
    assert refused.status_code == 507
    assert "磁盘满了，没有保存" in refused.text and "投资协议一" in refused.text


def test_readiness_says_that_the_disk_is_full_and_stays_ready(
    session: Db, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = SimpleNamespace(free=3 << 20)
    monkeypatch.setattr(health.shutil, "disk_usage", lambda _path: free)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (
        200,
        {"status": "full", "reason": "磁盘只剩 3 MB，存不进新内容"},
    )
    free.free = 3 << 30
    assert client.get("/readyz").json == {"status": "ok"}
