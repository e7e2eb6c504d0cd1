"""A look that the ledger keeps, such as a print: written whatever others do meanwhile."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session, scoped_session

from app.core.records import listed
from app.core.storage.audit import AuditEvent
from app.core.storage.db import db
from app.register.accounts.enums import Role
from tests.factories.accounts import make_user, sign_in
from tests.factories.steps import make_step

pytestmark = pytest.mark.both_databases
Db = scoped_session[Session]


def _somebody_writes(app: Flask) -> None:
    """Another process commits a change, while a request of ours has read."""
    other = create_engine(app.config["SQLALCHEMY_DATABASE_URI"])
    with other.begin() as connection:
        connection.execute(text("UPDATE outbox_number SET drawn = drawn + 1"))
    other.dispose()


def _first(app: Flask, function: Callable[..., Any]) -> Callable[..., Any]:
    def after_somebody_wrote(*given: Any, **named: Any) -> Any:
        db.session.execute(select(AuditEvent.id).limit(1)).all()  # this request has read
        _somebody_writes(app)
        return function(*given, **named)

    return after_somebody_wrote


def _event(session: Db, action: str) -> AuditEvent:
    session.rollback()
    return session.scalars(select(AuditEvent).where(AuditEvent.action == action)).one()


def test_a_list_is_printed_though_somebody_saved_while_it_was_read(
    app: Flask, session: Db, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    me = make_user(Role.OFFICER)
    make_step(owner=me.person, what="送方案")
    sign_in(client, me)
    monkeypatch.setattr("app.core.records.listed._on_paper", _first(app, listed._on_paper))
    answer = client.get("/steps/print?kind=next")
    assert answer.status_code == 200 and "送方案" in answer.text
    event = _event(session, "step.print")
    assert event.actor_user_id == me.id
    assert event.summary == "打印「待办」1 条，条件：待办，我的，类别 下一步"
    assert event.details == "{}"  # a print changes nothing


def test_the_ledger_is_read_though_somebody_saved_since_the_request_began(
    app: Flask, session: Db, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client, make_user(Role.AUDITOR))
    monkeypatch.setattr("app.office.auditing.views.asdict", _first(app, asdict))
    assert client.get("/audit?actor=韩知行&action=*.print").status_code == 200
    assert "韩知行" in _event(session, "audit_event.viewed").details
