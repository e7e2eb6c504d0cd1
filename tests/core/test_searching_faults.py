"""Pages of the search while the engine hangs, is dead or lost its index: answered in time from the database,
said so, under the same rights, and right again by itself.
"""

import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.index import reindexing, relay
from app.core.storage.db import db
from app.core.storage.outbox import OutboxEntry
from app.factory import create_app
from app.register.accounts.enums import Role
from search import breaker
from tests.factories.accounts import make_user
from tests.factories.counties import a_company, a_county, signed_in
from tests.factories.ledgers import History, registration, write
from tests.services import databases
from tests.services.client import SeparateClient
from tests.services.elasticsearch import ElasticsearchNode, own_node, remove_indexes
from tests.services.index import drained

DEGRADED = "搜索服务暂时不可用"
# Goals are 3 s while failures are counted and 0.5 s after; a machine that runs all tests at once gets more.
AT_FIRST, AFTER = 10.0, 2.0
PATIENCE = 60


@pytest.fixture(scope="module")
def node() -> Iterator[ElasticsearchNode]:
    with own_node() as running:
        yield running


@pytest.fixture(params=["elasticsearch", "tantivy"])
def search_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "tantivy":
        yield f"tantivy://{tmp_path / 'index'}"
        return
    node, name = request.getfixturevalue("node"), f"t{secrets.token_hex(6)}"
    yield f"{node.url}/{name}"
    remove_indexes(node.url, name)


@pytest.fixture
def app(database: str, search_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    monkeypatch.setattr(breaker, "PAUSE", 1.0)
    config = replace(databases.testing_config(tmp_path, database), search_url=search_url)
    application = create_app(config)
    application.test_client_class = SeparateClient
    yield application
    with application.app_context():
        db.engine.dispose()


@pytest.fixture
def clients(app: Flask, session: object) -> dict[str, FlaskClient]:
    """The head, who sees the lead, and the officer of another unit, who does not; all is in the index."""
    county = a_county()
    history = History(registration(0, unit=0, owner=0, yuan=5_000_000), author=0)
    write(session, county, history).name = "澄明光学模组项目"
    people = {
        "head": make_user(Role.BUREAU_HEAD, person=county.head),
        "officer": make_user(Role.OFFICER, person=county.officer),
    }
    db.session.commit()
    drained()
    return {name: signed_in(app.test_client(), user) for name, user in people.items()}


def asked(client: FlaskClient, path: str, within: float) -> str:
    start = time.monotonic()
    answer = client.get(f"{path}?q=澄明")
    took = time.monotonic() - start
    assert answer.status_code == 200
    assert took < within, f"{path} took {took:.1f} s"
    return answer.text


def check_answers(clients: dict[str, FlaskClient], *, degraded: bool, within: float) -> None:
    for path in ("/search", "/search/suggest"):
        for name, sees_the_lead in (("head", True), ("officer", False)):
            page = asked(clients[name], path, within)
            assert (DEGRADED in page) is degraded
            assert "电子科技有限公司" in page
            assert ("光学模组项目" in page) is sees_the_lead


def wait_until_well(clients: dict[str, FlaskClient]) -> None:
    """Nobody does anything but search."""
    deadline = time.monotonic() + PATIENCE
    while DEGRADED in asked(clients["head"], "/search", AT_FIRST):
        assert time.monotonic() < deadline, "the search did not recover"
        time.sleep(0.2)
    check_answers(clients, degraded=False, within=AT_FIRST)


def check_writes_go_on(name: str) -> None:
    """A change is taken as fast as ever while the engine is away."""
    start = time.monotonic()
    a_company(name)
    db.session.commit()
    assert time.monotonic() - start < AFTER
    assert relay.waiting_count()["pending"] >= 1
    db.session.rollback()


only_elasticsearch = pytest.mark.parametrize("search_url", ["elasticsearch"], indirect=True)


@only_elasticsearch
@pytest.mark.both_databases
@pytest.mark.parametrize("harm", ["freeze", pytest.param("kill", marks=pytest.mark.drill)])
def test_an_engine_that_hangs_or_dies_keeps_nobody_waiting_and_comes_back_by_itself(
    clients: dict[str, FlaskClient], node: ElasticsearchNode, harm: str
) -> None:
    check_answers(clients, degraded=False, within=AT_FIRST)
    mend: Callable[[], None] = node.thaw if harm == "freeze" else node.start
    getattr(node, harm)()
    try:
        check_answers(clients, degraded=True, within=AT_FIRST)
        check_answers(clients, degraded=True, within=AFTER)
        check_writes_go_on("停机时登记有限公司")
        with pytest.raises(relay.SearchUnavailable):
            drained()
    finally:
        mend()
    wait_until_well(clients)
    drained()
    assert "停机时登记" in clients["head"].get("/search?q=停机时登记").text
    db.session.rollback()
    assert db.session.query(OutboxEntry).count() == 0


def test_a_lost_index_is_said_and_built_anew(
    clients: dict[str, FlaskClient], search_url: str, request: pytest.FixtureRequest
) -> None:
    check_answers(clients, degraded=False, within=AT_FIRST)
    if search_url.startswith("tantivy"):
        shutil.rmtree(search_url.removeprefix("tantivy://"))
    else:
        remove_indexes(*search_url.rsplit("/", 1))
    check_answers(clients, degraded=True, within=AT_FIRST)
    assert reindexing.rebuild() == 2
    wait_until_well(clients)
