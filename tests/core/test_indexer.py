"""The indexer process: it waits for an engine that is away and fills an index that was lost."""

import shutil
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.core.index import indexer, relay
from app.core.storage.db import db
from app.core.storage.outbox import OutboxEntry
from app.core.values.clock import now
from tests.factories.counties import a_company
from tests.services.index import drained, held, the_writer

pytestmark = pytest.mark.both_databases


def wait_for(met: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not met():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


@contextmanager
def following(app):
    """The indexer at work beside the test."""
    stop, ended = threading.Event(), []

    def run():
        with app.app_context():
            indexer.follow(stop)
            ended.append(True)
            db.engine.dispose()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(30)
    assert ended == [True]


@pytest.fixture
def hurried(monkeypatch):
    monkeypatch.setattr(indexer, "PAUSE", 0.1)
    monkeypatch.setattr(indexer, "LOOK_EVERY", 0.1)


def test_an_indexer_that_finds_an_index_of_an_earlier_version_builds_it_anew(app, session):
    row = a_company("苏州澄明电子科技有限公司")
    session.commit()
    public_id = row.public_id
    drained()
    about = next((Path(app.config["INSTANCE_PATH"]) / "index").glob("gen-*/about.json"))
    about.write_text(about.read_text().replace('"analysis": "', '"analysis": "0.'))
    stop = threading.Event()
    stop.set()
    indexer.follow(stop)
    assert held("澄明") == [public_id]


def test_an_indexer_that_finds_its_index_lost_fills_it_again(app, session):
    row = a_company("苏州澄明电子科技有限公司")
    session.commit()
    public_id = row.public_id
    drained()
    shutil.rmtree(Path(app.config["INSTANCE_PATH"]) / "index")
    stop = threading.Event()
    stop.set()
    indexer.follow(stop)
    assert held("澄明") == [public_id]


def nothing_waits(session):
    session.rollback()
    found = session.query(OutboxEntry).count()
    session.rollback()
    return found == 0


def test_an_indexer_that_starts_while_the_index_cannot_be_written_waits_for_it(app, session, hurried):
    row = a_company("苏州澄明电子科技有限公司")
    session.commit()
    public_id = row.public_id
    session.rollback()
    index = Path(app.config["INSTANCE_PATH"]) / "index"
    index.write_text("in the way")
    with following(app):
        time.sleep(0.5)
        assert relay.waiting_count()["pending"] == 1
        session.rollback()
        index.unlink()
        wait_for(lambda: nothing_waits(session))
    assert held("澄明") == [public_id]


def test_an_indexer_whose_index_vanishes_under_it_fills_it_again(app, session, hurried):
    for number in range(12):
        a_company(f"第{number}新材料有限公司")
    session.commit()
    session.rollback()
    index = Path(app.config["INSTANCE_PATH"]) / "index"
    with following(app):
        wait_for(lambda: nothing_waits(session))
        shutil.rmtree(index)
        wait_for(lambda: len(held("新材料")) == 10)


def test_an_index_that_lacks_a_tenth_is_built_anew_one_that_lacks_less_is_left_to_the_check(app, session):
    rows = [a_company(f"第{number}新材料有限公司") for number in range(20)]
    session.commit()
    ids = [row.public_id for row in rows]
    drained()
    stop = threading.Event()
    stop.set()
    for lost, left in ((ids[:1], 19), (ids[:5], 20)):
        with the_writer() as backend:
            backend.apply((), [("enterprise", one, 9_000) for one in lost])
        session.rollback()
        indexer.follow(stop)
        with the_writer() as backend:
            assert backend.size() == left


def test_what_a_relay_that_died_had_claimed_is_sent_after_the_start(app, session):
    row = a_company("苏州澄明电子科技有限公司")
    session.commit()
    public_id = row.public_id
    session.query(OutboxEntry).update({"state": "claimed", "claimed_at": now()})
    session.commit()
    with following(app):
        wait_for(lambda: nothing_waits(session))
    assert held("澄明") == [public_id]
