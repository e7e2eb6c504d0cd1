"""A start on another schema is refused with what to type; the watchers' two addresses."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app.core.storage import schema
from app.core.storage.db import db
from app.factory import create_app
from tests.services import databases

pytestmark = pytest.mark.both_databases


def stand_at(app: Flask, revision: str) -> None:
    with app.app_context():
        db.session.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
        db.session.commit()


def test_an_up_to_date_database_may_be_served(app: Flask) -> None:
    schema.require_current(app)


def test_an_older_database_is_refused_with_the_command_to_type(app: Flask) -> None:
    stand_at(app, "0000")
    with pytest.raises(schema.OutdatedSchema) as refused:
        schema.require_current(app)
    assert str(refused.value) == (
        f"数据库还是旧版（0000，程序要 {schema.wanted()}），请先运行：flask --app wsgi db upgrade"
    )


def test_a_newer_database_is_refused_too(app: Flask) -> None:
    stand_at(app, "9999")
    with pytest.raises(schema.OutdatedSchema, match="请换用新版程序"):
        schema.require_current(app)


def test_the_processes_do_not_start_on_an_older_database(app: Flask) -> None:
    stand_at(app, "0000")
    for words in (["jobs", "run"], ["search", "indexer"]):
        ended = app.test_cli_runner().invoke(args=words)
        assert ended.exit_code != 0
        assert isinstance(ended.exception, SystemExit)
        assert "flask --app wsgi db upgrade" in str(ended.exception) or "db upgrade" in ended.output


def test_a_database_without_tables_is_told_apart(tmp_path: Path) -> None:
    app = create_app(databases.testing_config(tmp_path, f"sqlite:///{tmp_path / 'empty.sqlite3'}"))
    with pytest.raises(schema.OutdatedSchema, match="还没有建表，请先运行"):
        schema.require_current(app)


def test_the_process_says_that_it_is_up_and_ready(client: FlaskClient) -> None:
    for path in ("/healthz", "/readyz"):
        answer = client.get(path)
        assert (answer.status_code, answer.json) == (200, {"status": "ok"})
        assert "Set-Cookie" not in answer.headers


def test_it_is_up_but_not_ready_on_an_older_database(app: Flask, client: FlaskClient) -> None:
    stand_at(app, "0000")
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert "flask --app wsgi db upgrade" in answer.json["reason"]


def test_it_is_up_but_not_ready_while_the_database_is_away(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> str | None:
        raise OperationalError("SELECT 1", {}, Exception("connection refused"))

    monkeypatch.setattr(schema, "found", away)
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"status": "unready", "reason": "数据库没有应答"})
