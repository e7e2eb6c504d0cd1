"""While the indexer is dead or far behind, what the index finds is told to be old, and by how much."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, text, update
from sqlalchemy.orm import Session, scoped_session

from app.core.index import relay
from app.core.storage.db import db, is_sqlite
from app.core.storage.outbox import OutboxEntry, OutboxState, touch
from app.core.values.clock import now
from app.register.accounts.enums import Role
from tests.factories.accounts import make_user
from tests.factories.counties import a_company, a_county, signed_in
from tests.finder.indexes import indexed

pytestmark = pytest.mark.both_databases
Db = scoped_session[Session]

OLD = "搜索结果可能不是最新的"
PAGES = ("/search?q=澄明", "/search/suggest?q=澄明")


@pytest.fixture
def head(session: Db, client: FlaskClient) -> FlaskClient:
    """Signed in, in a county whose index is up to date."""
    county = a_county()
    a_company("苏州澄明电子科技有限公司")
    indexed(session)
    return signed_in(client, make_user(Role.BUREAU_HEAD, person=county.head))


def waiting(since: timedelta, state: OutboxState = OutboxState.PENDING) -> None:
    """A change that no indexer has sent so far, made so long ago."""
    touch("enterprise", a_company("澄明二期有限公司").public_id)
    db.session.commit()
    db.session.execute(update(OutboxEntry).values(state=state, created_at=now() - since))
    db.session.commit()


@contextmanager
def questions_about_the_queue() -> Iterator[list[tuple[str, Any]]]:
    asked: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, values: Any, *_more: object) -> None:
        if "outbox_entry" in statement:
            asked.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("state", [OutboxState.PENDING, OutboxState.CLAIMED])
def test_results_say_that_changes_have_waited_long(head: FlaskClient, state: OutboxState) -> None:
    waiting(timedelta(minutes=7), state)
    for page in PAGES:
        assert f"{OLD}：近来的更改还没有进入搜索，最早的一项更改已等 7 分钟" in head.get(page).text


def test_results_say_nothing_while_the_index_follows(head: FlaskClient) -> None:
    assert [OLD in head.get(page).text for page in PAGES] == [False, False]
    waiting(timedelta(seconds=50))
    assert [OLD in head.get(page).text for page in PAGES] == [False, False]


def test_what_was_given_up_makes_no_result_old(head: FlaskClient) -> None:
    waiting(timedelta(days=3), OutboxState.PARKED)
    assert [OLD in head.get(page).text for page in PAGES] == [False, False]


def test_results_are_new_again_once_all_is_sent(head: FlaskClient, session: Db) -> None:
    waiting(timedelta(minutes=7))
    assert "澄明二期" not in head.get(PAGES[0]).text
    indexed(session)
    page = head.get(PAGES[0]).text
    assert OLD not in page
    assert "二期有限公司" in page


def test_nobody_is_told_before_anything_was_searched_for(head: FlaskClient) -> None:
    waiting(timedelta(minutes=7))
    with questions_about_the_queue() as asked:
        assert OLD not in head.get("/search").text
        assert OLD not in head.get("/search/suggest").text
    assert asked == []


def test_the_database_answers_with_what_is_new(head: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting(timedelta(minutes=7))
    monkeypatch.setitem(head.application.config, "SEARCH_URL", "http://127.0.0.1:9/nobody")
    for page in PAGES:
        told = head.get(page).text
        assert "搜索服务暂时不可用" in told
        assert OLD not in told


def test_a_page_of_results_asks_once_how_far_behind_the_index_is(head: FlaskClient) -> None:
    waiting(timedelta(minutes=7))
    for page in PAGES:
        with questions_about_the_queue() as asked:
            head.get(page)
        assert len(asked) == 1


def test_the_question_reads_no_queue_whole_however_many_wait_or_are_parked(session: Db) -> None:
    row = {"kind": "lead", "record_id": "x", "attempts": 0, "created_at": now()}
    for state, count in (
        (OutboxState.PARKED, 3000),
        (OutboxState.CLAIMED, 1000),
        (OutboxState.PENDING, 9000),
    ):
        session.execute(db.insert(OutboxEntry), [{**row, "state": state}] * count)
    session.commit()
    session.execute(text("ANALYZE"))
    session.commit()
    with questions_about_the_queue() as asked:
        relay.oldest_waiting()
    plan = planned(*asked[0])
    assert plan.count("USING INDEX ix_outbox_entry_state_id" if is_sqlite() else "Index Scan using") == 2, (
        plan
    )
    assert not any(whole in plan for whole in ("SCAN outbox_entry", "Seq Scan", "Sort")), plan


def planned(statement: str, values: Any) -> str:
    """How the database would go about it."""
    explain = "EXPLAIN QUERY PLAN " if is_sqlite() else "EXPLAIN "
    told = db.session.connection().exec_driver_sql(explain + statement, values)
    return "\n".join(str(row) for row in told)


def test_whoever_watches_the_system_goes_on_to_its_state(head: FlaskClient) -> None:
    waiting(timedelta(minutes=7))
    assert "运行状况" not in head.get(PAGES[0]).text
    head.post("/logout")
    administrator = signed_in(head, make_user(Role.ADMINISTRATOR))
    told = administrator.get(PAGES[0]).text
    assert told.partition(OLD)[2].partition("</div>")[0].endswith('href="/operations">运行状况</a>')


def test_letters_in_a_list_say_what_they_may_not_find(head: FlaskClient) -> None:
    words = "已等 7 分钟：拼音和首字母可能找不到新登记或改了名的企业，请写汉字或信用代码"
    assert words not in head.get("/enterprises?q=chengming").text
    waiting(timedelta(minutes=7))
    assert words in head.get("/enterprises?q=chengming").text
    assert words not in head.get("/enterprises?q=澄明").text
