"""Fixtures that every test may use: databases, the application, a client, a running product, a browser."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser
from sqlalchemy.orm import Session, scoped_session

from app.core.storage.db import db
from app.factory import create_app
from tests.services import chromium, databases, elasticsearch, postgres
from tests.services.client import SeparateClient
from tests.services.compiled import keep_compiled
from tests.services.lock_watch import lock_watch
from tests.services.postgres import PostgresServer
from tests.services.product import Installation, Product, running_product
from tests.services.quick_folder import keep_files_quick, quick_folder

keep_compiled()
keep_files_quick()
# Each test makes an application, whose parts refer to each other in circles, beside dictionaries that stay:
# at Python's own pace a sixth of the time went into looking through them. The product serves by
# core/web/collecting.
gc.set_threshold(50_000, 50, 1_000)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests marked `both_databases` run once on each engine, all others on SQLite."""
    if "database" in metafunc.fixturenames:
        both = metafunc.definition.get_closest_marker("both_databases") is not None
        engines = ["sqlite", "postgresql"] if both else ["sqlite"]
        metafunc.parametrize("database", engines, indirect=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    with postgres.running_server(quick_folder()) as server:
        yield server


@pytest.fixture(scope="session")
def elasticsearch_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A node that all processes of this run share: each test takes an index name of its own."""
    own = tmp_path_factory.getbasetemp()
    with elasticsearch.shared_node(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return databases.sqlite_template(tmp_path_factory.mktemp("sqlite-template"))


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> str:
    return databases.postgres_template(postgres_server, tmp_path_factory.mktemp("postgres-template"))


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a migrated, empty database of this test's own."""
    if request.param == "sqlite":
        yield databases.sqlite_copy(request.getfixturevalue("sqlite_template"), tmp_path)
        return
    server = request.getfixturevalue("postgres_server")
    with databases.postgres_copy(server, request.getfixturevalue("postgres_template")) as url:
        yield url


@pytest.fixture
def app(database: str, tmp_path: Path) -> Iterator[Flask]:
    application = create_app(databases.testing_config(tmp_path, database))
    application.test_client_class = SeparateClient
    with lock_watch(application) as made_under_lock:
        yield application
    with application.app_context():
        db.engine.dispose()
    assert made_under_lock == []


@pytest.fixture
def session(app: Flask) -> Iterator[scoped_session[Session]]:
    """The session of an application context that stays open during the test."""
    with app.app_context():
        yield db.session


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def product(sqlite_template: Path, tmp_path: Path) -> Iterator[Product]:
    """An empty county, running: web, jobs and indexer as processes of their own."""
    databases.sqlite_copy(sqlite_template, tmp_path)
    with running_product(Installation(tmp_path)) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium.running_browser() as running:
        yield running
