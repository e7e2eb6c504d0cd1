"""Budgets: so much and no more, counted together wherever it is spent; who meets one reads when to go on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import Actor, acting_as
from app.core.index.searching import SUGGESTIONS
from app.core.storage.db import Turn, db, is_sqlite
from app.core.values.clock import now
from app.core.values.errors import OverBudget
from app.core.values.settings import Setting
from app.core.web import budgets
from app.core.web.budgets import (
    DAY,
    HOUR,
    MINUTE,
    Budget,
    Spending,
    opens_again,
    part_of,
    spend,
    spend_within,
)
from app.core.web.pages import PAGE_SIZE, READ_PAGES, ROWS_TAKEN
from app.factory import create_app
from app.register.accounts.enums import Role
from tests.factories.accounts import make_user, sign_in
from tests.factories.enterprises import make_enterprise
from tests.services import databases
from tests.services.rounds import night_passed

Db = scoped_session[Session]
NINE = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # in Beijing
ME, OTHER = (Actor(user_id=number, person_id=number, name="彭思琪") for number in (1, 2))
FIVE = Budget("five", "试用", "次", MINUTE, 5)
BY_ROLE = Setting(
    "per_day", "试用", "每天几个", "个", 1, 99, 5, roles=("officer", "resident"), exceptions={"officer": 8}
)
PER_DAY = Budget("per_day", "试用", "个", DAY, BY_ROLE)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    with time_machine.travel(moment, tick=False):
        yield


def passed(budget: Budget, times: int, actor: Actor = ME, cost: int = 1) -> int:
    """How many of so many tries somebody may make."""
    made = 0
    with acting_as(actor):
        for _ in range(times):
            try:
                spend(budget, cost)
                made += 1
            except OverBudget:
                pass
    return made


def refusal(budget: Budget, actor: Actor = ME, cost: int = 1) -> OverBudget:
    with acting_as(actor), pytest.raises(OverBudget) as refused:
        spend(budget, cost)
    return refused.value


# --- windows ---------------------------------------------------------------------------------------


def test_a_part_of_a_window_begins_at_a_round_time_and_a_day_in_beijing() -> None:
    moment = datetime(2026, 11, 23, 16, 31, 47, 5, tzinfo=UTC)
    assert part_of(MINUTE, moment) == datetime(2026, 11, 23, 16, 31, 45, tzinfo=UTC)
    assert part_of(HOUR, moment) == datetime(2026, 11, 23, 16, 30, tzinfo=UTC)
    assert part_of(DAY, moment) == datetime(2026, 11, 23, 16, 0, tzinfo=UTC)


def test_there_is_more_once_enough_of_what_was_spent_has_fallen_out_of_the_window() -> None:
    spent = [(NINE, 2), (NINE + timedelta(seconds=10), 3)]
    moment = NINE + timedelta(seconds=12)
    assert opens_again(MINUTE, spent, 5, 1, moment) == NINE + MINUTE
    assert opens_again(MINUTE, spent, 5, 3, moment) == NINE + timedelta(seconds=70)
    assert opens_again(DAY, spent, 5, 1, moment) == datetime(2026, 11, 23, 16, tzinfo=UTC)


# --- spending --------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_nobody_has_more_than_the_amount_in_any_window_and_each_has_their_own(session: Db) -> None:
    with at(NINE + timedelta(seconds=50)):
        assert passed(FIVE, 3) == 3
    with at(NINE + timedelta(seconds=65)):
        assert passed(FIVE, 9) == 2
        assert passed(FIVE, 9, OTHER) == 5
        refused = refusal(FIVE)
        assert refused.what == "试用到了上限：每分钟最多 5 次，已经用了 5 次"
        assert (refused.todo, refused.seconds) == ("09:01:50 以后可以再试", 45)
    with at(NINE + timedelta(seconds=110)):
        assert passed(FIVE, 9) == 3


@pytest.mark.both_databases
def test_a_day_begins_anew_at_midnight_in_beijing_and_the_largest_of_somebodys_roles_counts(
    session: Db,
) -> None:
    both = Actor(user_id=3, person_id=3, name="罗曼青", roles=frozenset({"officer", "resident"}))
    with at(NINE):
        assert (passed(PER_DAY, 9), passed(PER_DAY, 9, both)) == (5, 8)
        refused = refusal(PER_DAY, both, cost=2)
        assert refused.what == "试用到了上限：每天最多 8 个，已经用了 8 个，这一次要 2 个"
        assert refused.todo == "明天（11月24日）0 点以后可以再试"
    with at(NINE + timedelta(hours=14, minutes=59)):
        assert passed(PER_DAY, 9) == 0
    with at(NINE + timedelta(hours=15)):
        assert passed(PER_DAY, 9) == 5


@pytest.mark.both_databases
def test_eight_at_once_pass_together_no_more_than_one_after_the_other(app: Flask, session: Db) -> None:
    began, made = Barrier(8), []

    def ask() -> None:
        with app.app_context():
            began.wait()
            made.append(passed(PER_DAY, 1))

    threads = [Thread(target=lambda: Context().run(ask)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(made), sum(made)) == (8, 5)


@pytest.mark.both_databases
def test_another_process_and_a_restart_count_together(app: Flask, session: Db, tmp_path: Any) -> None:
    with at(NINE):
        assert passed(FIVE, 4) == 4
        other = create_app(databases.testing_config(tmp_path, app.config["SQLALCHEMY_DATABASE_URI"]))
        with other.app_context():
            assert passed(FIVE, 4) == 1
            db.session.remove()
            db.engine.dispose()


@pytest.mark.both_databases
def test_what_was_spent_while_the_clock_was_ahead_does_not_count_once_it_is_right(session: Db) -> None:
    with at(NINE + timedelta(hours=2)):
        assert passed(FIVE, 5) == 5
    with at(NINE):
        assert passed(FIVE, 5) == 5


@pytest.mark.both_databases
def test_what_is_spent_with_a_write_is_undone_with_it(session: Db) -> None:
    with at(NINE), acting_as(ME):
        spend_within(FIVE, 5)
        session.rollback()
        spend_within(FIVE, 5)
        session.commit()
        with pytest.raises(OverBudget):
            spend_within(FIVE)


def test_what_comes_with_every_key_is_seldom_written(session: Db) -> None:
    def written() -> int:
        number = session.scalar(select(func.sum(Spending.spent)))
        session.rollback()
        return int(number or 0)

    with at(NINE):
        assert (passed(SUGGESTIONS, 60), written()) == (60, 60)
        assert (passed(SUGGESTIONS, 1), written()) == (1, 80)
        assert passed(SUGGESTIONS, 1000) == SUGGESTIONS.amount - 61


@contextmanager
def somebody_writes(app: Flask) -> Iterator[None]:
    """Another process keeps its write lock; on PostgreSQL, the turn of this person's budgets."""
    other = create_engine(app.config["SQLALCHEMY_DATABASE_URI"])
    with other.connect() as connection:
        if is_sqlite():
            connection.execute(text("BEGIN IMMEDIATE"))
        else:
            key = {"key": int(Turn.BUDGETS) + (1 << 33)}
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), key)
        yield
        connection.rollback()
    other.dispose()


@pytest.mark.both_databases
def test_while_the_count_cannot_be_written_a_look_goes_on_and_what_is_guarded_waits(
    app: Flask, session: Db, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budgets, "BUSY_TIMEOUT", 50)
    look = Budget("look", "看", "次", MINUTE, 5, is_open_when_busy=True)
    with somebody_writes(app):
        assert passed(look, 1) == 1
        with acting_as(ME), pytest.raises(OperationalError):
            spend(FIVE)


@pytest.mark.both_databases
def test_who_asks_so_much_at_once_that_it_cannot_be_counted_has_no_more_by_that(
    app: Flask, session: Db, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budgets, "PATIENCE", 20)
    look = Budget("look", "看", "次", MINUTE, 5, is_open_when_busy=True)
    with at(NINE):
        assert passed(look, 2) == 2
        with somebody_writes(app):
            assert passed(look, 6) == 3
            with acting_as(ME), pytest.raises(OverBudget, match="已经用了 5 次"):
                spend(look)
            assert passed(look, 1, OTHER) == 1
        assert passed(look, 1) == 0
    with at(NINE + MINUTE):
        assert passed(look, 6) == 5


@pytest.mark.both_databases
def test_what_was_let_pass_is_counted_as_soon_as_it_can_be(
    app: Flask, session: Db, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budgets, "PATIENCE", 20)
    look = Budget("look", "看", "次", MINUTE, 5, is_open_when_busy=True)
    with somebody_writes(app):
        passed(look, 2)
    passed(look, 1)
    assert session.scalar(select(func.sum(Spending.spent))) == 3
    session.rollback()
    assert passed(look, 3) == 2


@pytest.mark.both_databases
def test_by_night_what_counts_no_more_is_swept(session: Db) -> None:
    with at(NINE - timedelta(days=40)):
        passed(ROWS_TAKEN, 1)
    with at(NINE - timedelta(days=3)):
        passed(ROWS_TAKEN, 1)
        passed(SUGGESTIONS, 1)
    with at(NINE):
        passed(SUGGESTIONS, 1)
        night_passed()
        left = session.execute(select(Spending.budget, Spending.since).order_by(Spending.since)).all()
    assert [budget for budget, _since in left] == ["rows_taken", "suggestions"]


# --- pages -----------------------------------------------------------------------------------------


@pytest.fixture
def so_many(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Lets everybody have so much of everything."""

    def allow(amount: int) -> None:
        monkeypatch.setattr(budgets, "amount_of", lambda _budget, _roles: amount)

    return allow


@pytest.fixture
def officer(session: Db, client: FlaskClient) -> FlaskClient:
    sign_in(client, make_user(Role.OFFICER))
    return client


def test_who_searches_on_and_on_reads_what_is_spent_and_when_to_try_again(
    officer: FlaskClient, so_many: Callable[[int], None]
) -> None:
    so_many(2)
    with at(now().replace(microsecond=0)):
        assert [officer.get("/search?q=青岚").status_code for _ in range(3)] == [200, 200, 429]
        answer = officer.get("/enterprises?q=青岚")
        assert answer.status_code == 429 and 0 < int(answer.headers["Retry-After"]) <= 60
        assert "搜索到了上限：每分钟最多 2 次，已经用了 2 次" in answer.text and "以后可以再试" in answer.text
        assert officer.get("/enterprises").status_code == 200  # without words nothing is looked for


def test_a_part_of_a_page_says_it_in_its_place(officer: FlaskClient, so_many: Callable[[int], None]) -> None:
    so_many(0)
    answer = officer.get("/search/suggest?q=青岚", headers={"HX-Request": "true"})
    assert answer.status_code == 429 and "<html" not in answer.text
    assert "输入时的提示到了上限" in answer.text and "写完以后照样可以提交" in answer.text


def test_a_form_that_meets_a_budget_comes_again_filled(
    officer: FlaskClient, so_many: Callable[[int], None]
) -> None:
    page = officer.get("/searches/new?q=青岚")
    assert page.status_code == 200
    so_many(0)
    answer = officer.submit("/searches/new?q=青岚", {"name": "青岚的轴承厂"})
    assert answer.status_code == 429 and "Retry-After" in answer.headers
    assert 'value="青岚的轴承厂"' in answer.text and "内容还在" in answer.text


def test_the_rows_of_all_prints_of_a_day_count_together_and_none_is_made_that_would_be_too_much(
    officer: FlaskClient, session: Db, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        make_enterprise(f"青岚轴承{number}厂")
    amounts = {"rows_taken": 7}
    monkeypatch.setattr(budgets, "amount_of", lambda budget, _roles: amounts.get(budget.name, budget.amount))
    assert officer.get("/enterprises/print").status_code == 200
    refused = officer.get("/enterprises/print")
    assert refused.status_code == 429
    assert "到了上限：每天最多 7 行，已经用了 4 行，这一次要 4 行" in refused.text
    assert "先把条件缩小" in refused.text
    assert officer.get("/enterprises/print?q=轴承3厂").status_code == 200


def test_who_turns_over_a_whole_list_page_by_page_takes_it_along_as_well(
    officer: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budgets, "amount_of", lambda _budget, _roles: 2 * PAGE_SIZE)
    numbers = (1, READ_PAGES, *range(READ_PAGES + 1, READ_PAGES + 4))
    answers = [officer.get(f"/enterprises?page={number}").status_code for number in numbers]
    assert answers == [200, 200, 200, 200, 429]
    assert officer.get("/enterprises?page=2").status_code == 200
