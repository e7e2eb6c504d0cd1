"""Databases for tests: one migrated template per engine and process, a quick copy of it per test."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask_migrate import upgrade

from app.core.storage.db import db
from app.factory import create_app
from config import Config
from tests.services.compiled import STATEMENTS
from tests.services.postgres import PostgresServer

SECRET = "a secret that only the tests know, long enough"


def testing_config(folder: Path, database_url: str) -> Config:
    return Config(
        mode="testing",
        database_url=database_url,
        search_url=f"tantivy://{folder / 'index'}",
        secret_key=SECRET,
        instance_path=folder,
        extra={"SQLALCHEMY_ENGINE_OPTIONS": {"execution_options": {"compiled_cache": STATEMENTS}}},
    )


def migrate(folder: Path, database_url: str) -> None:
    """Runs every migration on an empty database, as an installation would."""
    app = create_app(testing_config(folder, database_url))
    with app.app_context():
        upgrade()
        # The last connection to close folds SQLite's write-ahead log into the file, which is then copied.
        db.engine.dispose()


def sqlite_template(folder: Path) -> Path:
    path = folder / "template.sqlite3"
    migrate(folder, f"sqlite:///{path}")
    return path


def postgres_template(server: PostgresServer, folder: Path) -> str:
    name = server.create()
    migrate(folder, server.url(name))
    return name


def sqlite_copy(template: Path, folder: Path) -> str:
    path = folder / "county.sqlite3"
    shutil.copyfile(template, path)
    return f"sqlite:///{path}"


@contextmanager
def postgres_copy(server: PostgresServer, template: str) -> Iterator[str]:
    name = server.create(template)
    try:
        yield server.url(name)
    finally:
        server.drop(name)
