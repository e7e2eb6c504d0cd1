"""Backup and restore: whole under writes, refused when broken, the same county afterwards."""

import hashlib
import json
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, inspect, select, text

from app.core.storage import audit, schema
from app.core.storage.db import db
from app.core.values.errors import RuleBroken
from app.core.web import files
from app.factory import create_app
from app.office.operations import postgres, services
from app.office.operations.rules import MANIFEST
from app.office.operations.services import backing_up
from app.register.accounts import session as sessions
from app.register.accounts.enums import UnitKind
from app.register.accounts.models import Unit
from tests.factories.accounts import make_user
from tests.services import databases
from tests.services.postgres import PostgresServer

pytestmark = pytest.mark.both_databases
# Twelve by `BACKUPS=12`, as the drill does.
BACKUPS = int(os.environ.get("BACKUPS", "4"))
WRITERS = 3


def flask(app: Flask, *words: object) -> Result:
    return app.test_cli_runner().invoke(args=[str(word) for word in words])


def new_unit(name: str) -> Unit:
    return Unit(name=name, kind=UnitKind.DEPARTMENT)


def store_file(app: Flask, content: bytes) -> Path:
    """A stored file as `core.web.files` lays it down."""
    with app.app_context():
        digest = hashlib.sha256(content).hexdigest()
        path = files.path_of(digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def add_units(app: Flask, *names: str) -> None:
    with app.app_context():
        db.session.add_all(new_unit(name) for name in names)
        db.session.commit()


def unit_names(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(Unit.name).order_by(Unit.name)))


@contextmanager
def writing(app: Flask) -> Iterator[list[str]]:
    """Clients that add units all the time; the list holds what was acknowledged to them."""
    acknowledged: list[str] = []
    stop = threading.Event()

    def write(number: int) -> None:
        count = 0
        while not stop.wait(0.002):
            name = f"单位 {number}-{count}"
            add_units(app, name)
            acknowledged.append(name)
            count += 1

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    try:
        yield acknowledged
    finally:
        stop.set()
        for thread in threads:
            thread.join()


@pytest.fixture
def other(app: Flask, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """Another installation on an engine of the same kind, its database without a single table."""
    folder = tmp_path / "other"
    folder.mkdir()
    with app.app_context():
        engine = db.engine.dialect.name
    if engine == "sqlite":
        yield create_app(databases.testing_config(folder, f"sqlite:///{folder / 'county.sqlite3'}"))
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with databases.postgres_copy(server, "template0") as url:
        empty = create_app(databases.testing_config(folder, url))
        yield empty
        with empty.app_context():
            db.engine.dispose()


def test_a_restored_county_is_the_same_county(app: Flask, other: Flask, tmp_path: Path) -> None:
    add_units(app, "招商局", "发改局")
    stored = store_file(app, b"%PDF-1.7 a contract")
    made = flask(app, "backup", tmp_path / "backups")
    assert made.exit_code == 0, made.output
    told = json.loads(made.stdout.splitlines()[-1])

    restored = flask(other, "restore", told["backup"])
    assert restored.exit_code == 0, restored.output
    assert "核对无误" in restored.output
    assert "flask --app wsgi search rebuild" in restored.output
    assert unit_names(other) == unit_names(app)
    with other.app_context():
        assert audit.verify().broken_at is None
        assert audit.head() == (told["audit_number"], told["audit_hash"])
        assert files.path_of(stored.name).read_bytes() == b"%PDF-1.7 a contract"


def test_who_had_signed_out_by_then_is_not_signed_in_by_a_restored_county(
    app: Flask, other: Flask, tmp_path: Path
) -> None:
    with app.app_context():
        token = sessions.begin(make_user().id, "127.0.0.1", "a browser")
        db.session.commit()
        assert sessions.load_actor(token) is not None
        made = services.back_up(tmp_path / "backups")
    restored = flask(other, "restore", made.folder)
    assert "所有人要重新登录" in restored.output
    with other.app_context():
        assert sessions.load_actor(token) is None


def test_a_restored_county_can_be_worked_in(app: Flask, other: Flask, tmp_path: Path) -> None:
    add_units(app, "招商局")
    with app.app_context():
        made = services.back_up(tmp_path / "backups")
    with other.app_context():
        services.restore(made.folder)
    add_units(other, "发改局")
    assert unit_names(other) == sorted(["发改局", "招商局"])
    with other.app_context():
        assert audit.verify().broken_at is None
        assert [entry for entry in Path(other.config["INSTANCE_PATH"]).rglob("*.restoring")] == []


def test_every_backup_taken_while_people_write_is_whole(app: Flask, tmp_path: Path) -> None:
    """It holds everything acknowledged before it began, and its counts are those of its own snapshot."""
    made = []
    with writing(app) as acknowledged:
        for _ in range(BACKUPS):
            before = list(acknowledged)
            with app.app_context():
                made.append((before, services.back_up(tmp_path / "backups")))
    assert acknowledged
    for before, backup in made:
        manifest = services.read_backup(backup.folder)
        assert manifest.counts["unit"] >= len(before)
        # Every unit has its audit event: the two were never torn apart.
        assert manifest.counts["audit_event"] == manifest.counts["unit"] == manifest.audit_number
        if manifest.engine == "sqlite":
            names = units_in(backup.folder / services.SQLITE_COPY)
            assert set(before) <= names


def units_in(path: Path) -> set[str]:
    connection = sqlite3.connect(path)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return {row[0] for row in connection.execute("SELECT name FROM unit")}
    finally:
        connection.close()


def test_a_database_with_data_is_not_written_over_without_force(app: Flask, tmp_path: Path) -> None:
    add_units(app, "招商局")
    with app.app_context():
        made = services.back_up(tmp_path / "backups")
    add_units(app, "后来的单位")
    refused = flask(app, "restore", made.folder)
    assert refused.exit_code == 1
    assert "不是空的" in refused.output
    assert "--force" in refused.output
    assert "后来的单位" in unit_names(app)

    forced = flask(app, "restore", "--force", made.folder)
    assert forced.exit_code == 0, forced.output
    assert unit_names(app) == ["招商局"]


def test_an_older_backup_goes_over_a_newer_database(app: Flask, tmp_path: Path) -> None:
    """As when an upgrade is taken back: what it has added refers to what the backup holds."""
    add_units(app, "招商局")
    with app.app_context():
        made = services.back_up(tmp_path / "backups")
        with db.engine.begin() as connection:
            connection.execute(
                text("CREATE TABLE later (id integer PRIMARY KEY, unit_id bigint REFERENCES unit (id))")
            )
            connection.execute(text("INSERT INTO later SELECT 1, id FROM unit"))
    forced = flask(app, "restore", "--force", made.folder)
    assert forced.exit_code == 0, forced.output
    assert unit_names(app) == ["招商局"]
    with app.app_context():
        assert not inspect(db.engine).has_table("later")


@pytest.mark.parametrize(
    "broken", ["cut", "changed", "missing", "no manifest", "garbled manifest", "outside"]
)
def test_a_broken_backup_is_refused_before_anything_is_written(
    app: Flask, other: Flask, tmp_path: Path, broken: str
) -> None:
    add_units(app, "招商局")
    store_file(app, b"%PDF-1.7 a contract")
    with app.app_context():
        made = services.back_up(tmp_path / "backups")
    damage(made.folder, made.manifest.files[0].path, made.manifest.database.path, broken)
    refused = flask(other, "restore", made.folder)
    assert refused.exit_code == 1
    assert "Error: " in refused.output
    assert any(word in refused.output for word in ("没有恢复", "不是备份", "已损坏"))
    with other.app_context():
        assert schema.found() is None


def damage(folder: Path, stored: str, database: str, how: str) -> None:
    manifest = folder / MANIFEST
    if how == "cut":
        with (folder / database).open("r+b") as stream:
            stream.truncate(100)
    elif how == "changed":
        path = folder / stored
        path.write_bytes(path.read_bytes()[::-1])
    elif how == "missing":
        (folder / stored).unlink()
    elif how == "no manifest":
        manifest.unlink()
    elif how == "garbled manifest":
        manifest.write_text("{", encoding="utf-8")
    else:
        words = json.loads(manifest.read_text(encoding="utf-8"))
        words["files"][0]["path"] = "../../etc/passwd"
        manifest.write_text(json.dumps(words), encoding="utf-8")


def test_a_backup_that_fails_leaves_nothing_behind(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_folder: Path) -> Iterator[None]:
        raise OSError("磁盘已满")

    monkeypatch.setattr(backing_up, "_copy_folders", full)
    with app.app_context(), pytest.raises(OSError, match="磁盘已满"):
        services.back_up(tmp_path / "backups")
    assert list((tmp_path / "backups").iterdir()) == []


def test_a_database_without_tables_is_not_backed_up(other: Flask, tmp_path: Path) -> None:
    refused = flask(other, "backup", tmp_path / "backups")
    assert refused.exit_code == 1
    assert "还没有建表" in refused.output


def test_a_backup_is_readable_by_its_owner_only(app: Flask, tmp_path: Path) -> None:
    store_file(app, b"%PDF-1.7 a contract")
    with app.app_context():
        made = services.back_up(tmp_path / "backups")
    assert made.folder.stat().st_mode & 0o077 == 0
    assert {path.stat().st_mode & 0o077 for path in made.folder.rglob("*") if path.is_file()} == {0}


def test_a_backup_of_newer_data_is_refused(app: Flask, other: Flask, tmp_path: Path) -> None:
    with app.app_context():
        made = services.back_up(tmp_path / "backups")
    path = made.folder / MANIFEST
    words = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**words, "revision": "9999"}), encoding="utf-8")
    refused = flask(other, "restore", made.folder)
    assert refused.exit_code == 1
    assert "请先换用新版程序" in refused.output


def test_the_rows_of_a_table_are_counted_again_after_restoring(
    app: Flask, other: Flask, tmp_path: Path
) -> None:
    add_units(app, "招商局")
    with app.app_context():
        made = services.back_up(tmp_path / "backups")
    path = made.folder / MANIFEST
    words = json.loads(path.read_text(encoding="utf-8"))
    words["counts"]["unit"] = 7
    path.write_text(json.dumps(words), encoding="utf-8")
    refused = flask(other, "restore", made.folder)
    assert refused.exit_code == 1
    assert "unit 应有 7 行，实有 1 行" in refused.output


def test_missing_client_tools_are_named_with_the_package_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RuleBroken, match="没有找到 pg_dump") as refused:
        postgres.tool("pg_dump", tmp_path)
    assert "apt-get install postgresql-client" in str(refused.value)


def test_the_counts_of_a_backup_are_those_of_the_database(app: Flask, tmp_path: Path) -> None:
    add_units(app, "招商局", "发改局", "工信局")
    with app.app_context():
        made = services.back_up(tmp_path / "backups")
        assert made.manifest.counts["unit"] == db.session.scalar(select(func.count()).select_from(Unit))
        assert made.manifest.revision == db.session.scalar(text("SELECT version_num FROM alembic_version"))
