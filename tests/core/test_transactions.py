"""What a transaction holds: answers read once, a write lock that ends with the refusal."""

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session, scoped_session

from app.core.storage.db import db, end_writing, may_write, read_once
from app.register.accounts.enums import UnitKind
from app.register.accounts.models import Unit


def test_an_answer_is_read_once_in_a_transaction_and_again_in_the_next(
    session: scoped_session[Session],
) -> None:
    asked: list[int] = []

    def read() -> int:
        asked.append(1)
        return len(asked)

    session.execute(text("SELECT 1"))
    assert [read_once("shoes", read), read_once("shoes", read), read_once("hats", read)] == [1, 1, 2]
    session.commit()
    session.execute(text("SELECT 1"))
    assert read_once("shoes", read) == 3


def test_a_flush_on_the_way_forgets_no_answer_and_a_savepoint_undone_forgets_all(
    session: scoped_session[Session],
) -> None:
    asked: list[int] = []

    def read() -> int:
        asked.append(1)
        return len(asked)

    assert read_once("shoes", read) == 1
    session.add(Unit(name="投促科", kind=UnitKind.DEPARTMENT))
    session.flush()
    assert read_once("shoes", read) == 1
    session.begin_nested().rollback()
    assert read_once("shoes", read) == 2


@pytest.mark.both_databases
def test_after_a_refusal_nothing_stays_and_others_can_write(app: Flask) -> None:
    with app.test_request_context(method="POST"):
        db.session.add(Unit(name="没有登记成的单位", kind=UnitKind.DEPARTMENT))
        db.session.flush()
        end_writing()
        assert not may_write()
        assert db.session.query(Unit).filter_by(name="没有登记成的单位").count() == 0
        # The page is being made: its request has read again, and another process writes at once.
        url = db.engine.url.render_as_string(hide_password=False)
        other = create_engine(url, connect_args={"timeout": 0.1} if url.startswith("sqlite") else {})
        with other.begin() as connection:
            connection.execute(text("UPDATE outbox_number SET drawn = drawn"))
        other.dispose()
