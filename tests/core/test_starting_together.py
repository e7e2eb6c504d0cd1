"""Processes that start at the same moment on PostgreSQL, where several of a kind may run."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from flask import Flask

from app.core.index import indexer
from app.core.storage.db import db
from app.core.work import jobs
from app.factory import create_app
from tests.factories.counties import a_company
from tests.services import databases
from tests.services.postgres import PostgresServer

TOGETHER = 6


@pytest.fixture
def url(postgres_server: PostgresServer, postgres_template: str) -> Iterator[str]:
    with databases.postgres_copy(postgres_server, postgres_template) as url:
        yield url


@pytest.fixture
def county(url: str, tmp_path: Path) -> Iterator[Flask]:
    config = databases.testing_config(tmp_path, url)
    app = create_app(replace(config, search_url=f"tantivy://{tmp_path / 'index'}"))
    with app.app_context():
        a_company("苏州澄明电子科技有限公司")
        db.session.commit()
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


def at_once(work: Callable[[], None]) -> list[BaseException]:
    """What went wrong in any of the threads that did this together."""
    start = threading.Barrier(TOGETHER)

    def run() -> None:
        start.wait()
        work()

    with ThreadPoolExecutor(TOGETHER) as threads:
        done = [threads.submit(run) for _ in range(TOGETHER)]
    return [failure for one in done if (failure := one.exception())]


def test_the_tables_of_the_queue_are_made_by_whoever_comes_first(url: str) -> None:
    dsn = url.replace("postgresql+psycopg://", "postgresql://")
    for _ in range(5):
        assert at_once(lambda: jobs.open_postgres_queue(dsn, "a secret of this test").storage.close()) == []
        with psycopg.connect(dsn) as connection:
            connection.execute("DROP TABLE huey_kv, huey_schedule, huey_task, huey_counter")


def test_an_empty_index_is_filled_by_one_indexer_at_a_time(
    county: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside, most, filled = [0], [0], threading.Lock()

    def rebuild() -> int:
        with filled:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        time.sleep(0.5)
        with filled:
            inside[0] -= 1
        return 1

    stop = threading.Event()
    stop.set()
    monkeypatch.setattr(indexer, "rebuild", rebuild)
    monkeypatch.setattr(indexer._Care, "_is_lost", lambda *_: True)

    def follow() -> None:
        with county.app_context():
            indexer.follow(stop)
            db.session.remove()

    assert (at_once(follow), most) == ([], [1])
