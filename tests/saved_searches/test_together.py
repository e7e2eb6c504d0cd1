"""A look, a count and a second tab at the same moment: each waits for the other, and nothing is undone."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import Actor
from app.core.storage.db import db
from app.finding.finder.kept import Matching, matching
from app.finding.finder.queries import Asked
from app.finding.saved_searches import jobs, services
from app.finding.saved_searches.models import SavedSearch
from tests.factories.leads import County, a_county, a_lead, sign_in
from tests.finder.indexes import indexed
from tests.saved_searches.searching import asked_by, row_of, saved

pytestmark = pytest.mark.both_databases
Db = scoped_session[Session]


@pytest.fixture
def county(session: Db) -> County:
    county = a_county()
    a_lead(county, name="锂电一期")
    indexed(session)
    return county


@pytest.fixture
def row(county: County, client: FlaskClient) -> SavedSearch:
    """The officer's, with one lead known and no count since."""
    return saved(sign_in(client, county.officer))


def elsewhere(app: Flask, act: Callable[[], object], failures: list[Exception]) -> threading.Thread:
    """Another process at work: does it and commits."""

    def work() -> None:
        with app.app_context():
            try:
                act()
                db.session.commit()
            except Exception as error:  # noqa: BLE001 - told to the test, which runs in another thread
                failures.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    return thread


@contextmanager
def kept_waiting(app: Flask, act: Callable[[], object]) -> Iterator[None]:
    """`act` begins elsewhere once the block is done, waits for its transaction, and ends after its commit."""
    failures: list[Exception] = []
    db.session.rollback()
    yield
    thread = elsewhere(app, act, failures)
    thread.join(1)
    is_waiting = thread.is_alive()
    db.session.commit()
    thread.join(30)
    assert is_waiting and not thread.is_alive() and failures == []


def test_two_looks_at_once_both_count(app: Flask, row: SavedSearch) -> None:
    saved_id = row.id
    with kept_waiting(app, lambda: services.look_at(saved_id, ["lead:b"])):
        services.look_at(saved_id, ["lead:a"])
    assert {"lead:a", "lead:b"} < set(row_of("锂电线索").known or [])


def test_a_count_waits_for_a_look_and_keeps_what_it_saw(app: Flask, county: County, row: SavedSearch) -> None:
    saved_id, lead = row.id, a_lead(county, name="锂电二期")
    seen = f"lead:{lead.public_id}"
    indexed(db.session)
    with kept_waiting(app, jobs.count_all):
        services.look_at(saved_id, [seen])
    row = row_of("锂电线索")
    assert (row.fresh, row.total) == ([], 2) and seen in (row.known or [])


def test_a_look_during_the_count_is_not_undone_by_it(
    app: Flask, county: County, row: SavedSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved_id, lead = row.id, a_lead(county, name="锂电二期")
    seen = f"lead:{lead.public_id}"
    indexed(db.session)
    failures: list[Exception] = []

    def looked_at_meanwhile(asked: Asked, actor: Actor, most: int) -> Matching:
        found = matching(asked, actor, most)
        elsewhere(app, lambda: services.look_at(saved_id, [seen]), failures).join(30)
        return found

    monkeypatch.setattr(jobs, "matching", looked_at_meanwhile)
    jobs.count_all()
    row = row_of("锂电线索")
    assert failures == [] and row.fresh == [] and seen in (row.known or [])


def test_the_same_search_in_two_tabs_at_once_is_remembered_once(app: Flask, county: County) -> None:
    user_id = county.officer.user_id
    assert user_id is not None
    with kept_waiting(app, lambda: services.remember(user_id, Asked("光伏"))):
        services.remember(user_id, Asked("光伏"))
    assert len(asked_by(county.officer)) == 1
