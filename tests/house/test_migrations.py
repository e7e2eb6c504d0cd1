"""The numbered migrations: one line of them, reversible on both engines, and equal to the models."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import CheckConstraint, Column, Integer, MetaData, Table, column, inspect, select, text

from app.core.storage.db import Base, db

ROOT = Path(__file__).resolve().parents[2]
MIGRATIONS = ROOT / "migrations"

pytestmark = pytest.mark.both_databases


@pytest.fixture
def context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def differences(metadata: MetaData) -> list[object]:
    with db.engine.connect() as connection:
        options = {"compare_type": True, "render_as_batch": True}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


def tables() -> set[str]:
    return set(inspect(db.engine).get_table_names()) - {"alembic_version", "sqlite_sequence"}


@pytest.mark.usefixtures("context")
def test_the_migrations_make_what_the_models_say() -> None:
    assert differences(Base.metadata) == []


@pytest.mark.usefixtures("context")
def test_a_table_without_a_migration_is_noticed() -> None:
    planted = MetaData()
    for table in Base.metadata.tables.values():
        table.to_metadata(planted)
    Table("planted", planted, Column("id", Integer, primary_key=True))
    assert [change[0] for change in differences(planted)] == ["add_table"]  # type: ignore[index]


def without_numbering() -> list[str]:
    """Tables that give a number again once their last row is gone: SQLite, after a copy that forgot it."""
    if db.engine.name != "sqlite":
        return []
    made = select(column("name"), column("sql")).select_from(text("sqlite_master"))
    wanted = {table.name for table in Base.metadata.tables.values() if table.kwargs["sqlite_autoincrement"]}
    with db.engine.connect() as connection:
        found = {name for name, sql in connection.execute(made) if sql and "AUTOINCREMENT" in sql}
    return sorted(wanted - found)


def unlike_checks() -> list[str]:
    """Checks that do not say what the models say; `compare_metadata` looks at none."""
    wanted = {
        (table.name, str(check.name)): words_of(
            str(check.sqltext.compile(db.engine, compile_kwargs=_LITERAL))
        )
        for table in Base.metadata.tables.values()
        for check in table.constraints
        if isinstance(check, CheckConstraint)
    }
    found = {
        (table, str(check["name"])): words_of(check["sqltext"])
        for table in tables()
        for check in inspect(db.engine).get_check_constraints(table)
    }
    return sorted(
        f"{table}.{name}" for (table, name), said in wanted.items() if found.get((table, name)) != said
    )


_LITERAL = {"literal_binds": True}


def words_of(sql: str) -> set[str]:
    """What a check of an enum allows, however an engine writes it."""
    return set(re.findall(r"'([^']*)'", sql))


@pytest.mark.usefixtures("context")
def test_the_migrations_keep_what_the_comparison_does_not_see() -> None:
    assert without_numbering() == []
    assert unlike_checks() == []


@pytest.mark.usefixtures("context")
def test_a_lost_check_and_a_lost_numbering_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    planted = MetaData()
    Table("planted", planted, Column("id", Integer, primary_key=True), sqlite_autoincrement=True)
    planted.tables["planted"].append_constraint(CheckConstraint("id IN ('a', 'b')", name="ck_planted"))
    monkeypatch.setattr(Base, "metadata", planted)
    if db.engine.name == "sqlite":
        assert without_numbering() == ["planted"]
    assert unlike_checks() == ["planted.ck_planted"]


@pytest.mark.usefixtures("context")
def test_up_down_up_leaves_the_same_tables() -> None:
    before = tables()
    assert before
    downgrade(revision="base")
    assert tables() == set()
    upgrade()
    assert tables() == before
    assert differences(Base.metadata) == []


def heads(folder: Path) -> list[str]:
    return list(ScriptDirectory(str(folder)).get_heads())


def test_the_head_file_names_the_one_newest_migration() -> None:
    assert heads(MIGRATIONS) == [(MIGRATIONS / "HEAD").read_text(encoding="utf-8").strip()]


def test_two_newest_migrations_are_noticed(tmp_path: Path) -> None:
    (tmp_path / "versions").mkdir()
    for name in ("0001_one", "0002_two"):
        text = f"revision = {name[:4]!r}\ndown_revision = None\n"
        (tmp_path / "versions" / f"{name}.py").write_text(text, encoding="ascii")
    assert len(heads(tmp_path)) == 2
