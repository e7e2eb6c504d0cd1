"""Every cell of role x relation x action, on both databases.

Nothing is committed, so that each form finds the county as it was built. A figure is printed.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session, scoped_session
from werkzeug.routing import Rule

from app.core.access.permissions import requires
from app.core.storage.db import db
from app.promotion.leads.models import Lead
from app.register.accounts.enums import Permission
from tests.house.acting import DENIED, DONE, EVERYBODY, HIDDEN, REFUSED, SAME, SEEN, Act, Tried
from tests.house.acts import ACTS
from tests.house.relations import OPEN, SECRET, Records, Situation, Who, build
from tests.house.route_table import ROUTES
from tests.house.walking import MUTATING, WRITES

Db = scoped_session[Session]
LEAST_CELLS = 1500
# On the second database every fourth act is tried, in `make drill` all: who may do what is asked of scopes
# that have their own tests on both, and of rights that no database knows.
ACTS_EVERY = int(os.environ.get("ACTS_EVERY", "4"))
# What a request notes in passing, whoever asks and whatever it answers.
IN_PASSING = frozenset({"spending", "login_failure"})


class WouldCommit(BaseException):
    """A request has come to its commit with something written; it goes no further."""


@contextmanager
def nothing_is_committed(app: Flask) -> Iterator[None]:
    """A request that would commit what it wrote is stopped there and rolled back. No Exception, so that no
    handler of the product takes it for a fault.
    """
    written: list[str] = []

    def note(_connection: Any, cursor: Any, statement: str, *_more: Any) -> None:
        found = WRITES.match(statement)
        # Of rows that are returned the driver knows the number only once they are read.
        if found and found[1] not in IN_PASSING and (cursor.rowcount or " RETURNING " in statement):
            written.append(found[1])

    def stop(session: Session) -> None:
        session.flush()
        if written:
            written.clear()
            raise WouldCommit

    def forget(*_any: Any) -> None:
        written.clear()

    with app.app_context():
        engine = db.engine
    event.listen(engine, "after_cursor_execute", note)
    event.listen(engine, "rollback", forget)
    event.listen(Session, "before_commit", stop)
    try:
        yield
    finally:
        event.remove(Session, "before_commit", stop)
        event.remove(engine, "rollback", forget)
        event.remove(engine, "after_cursor_execute", note)


def outcome_of(client: FlaskClient, path: str, fields: Mapping[str, Any]) -> str:
    """What became of a form, in the words of the table."""
    try:
        answer = client.post(path, data=fields)
    except WouldCommit:
        return DONE
    status = answer.status_code
    answer.close()
    if status < 400:
        return "signed out" if status == 303 and answer.location.startswith("/login") else SAME
    return {403: DENIED, 404: HIDDEN}.get(status, REFUSED if status < 500 else f"answered {status}")


def _browser(app: Flask, who: Who) -> FlaskClient:
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = who.token, True
    return client


def path_of(app: Flask, endpoint: str, act: Act, records: Records) -> str:
    arguments = dict(act.arguments)
    if act.record:
        name = "digest" if act.record == "recent search" else "public_id"
        arguments[name] = records[act.record].public_id
    with app.test_request_context():
        return str(app.url_for(endpoint, **arguments))


def expected(act: Act, endpoint: str, who: Who, secrecy: str, routes: Mapping[str, str]) -> str:
    return act.expected(who, secrecy) if who.role in routes[endpoint].split() else DENIED


def tried_by(situation: Situation, act: Act, roles: str) -> list[Who]:
    """Everybody for whom relation may matter. Of a role that never gets to the record, and where it is
    nobody's, the one to whom it is nothing and the one whose it would be.
    """
    is_nobodys = act.sight is EVERYBODY
    return [
        who
        for who in situation.people
        if who.relation in ("none", "owner") or (who.role in roles.split() and not is_nobodys)
    ]


def mutating(app: Flask) -> set[str]:
    rules: Iterator[Rule] = app.url_map.iter_rules()
    return {rule.endpoint for rule in rules if (rule.methods or set()) & MUTATING}


def wrong_cells(
    app: Flask, situation: Situation, acts: Mapping[str, Act], routes: Mapping[str, str]
) -> tuple[int, list[str]]:
    """How many cells there are, and those that fare otherwise than the table says."""
    count, wrong = 0, []
    clients = {who.token: _browser(app, who) for who in situation.people}
    for name, act in acts.items():
        endpoint = name.partition("#")[0]
        # What is open to the same people either way is asked once.
        for secrecy in (OPEN, SECRET) if act.sight[OPEN] != act.sight[SECRET] else (OPEN,):
            for who in tried_by(situation, act, routes[endpoint]):
                records = situation.records_for(who, secrecy)
                version = {"version": records[act.record].version} if act.record else {}
                fields = version | act.fields(Tried(who, records, situation))
                found = outcome_of(clients[who.token], path_of(app, endpoint, act, records), fields)
                due = expected(act, endpoint, who, secrecy, routes)
                count += 1
                if found != due:
                    wrong.append(f"{name}, {secrecy}, {who}: {found}, not {due}")
    return count, wrong


@pytest.fixture
def situation(app: Flask, session: Db, monkeypatch: pytest.MonkeyPatch) -> Iterator[Situation]:
    """Forms need no token, no page is drawn, who is signed in is known: what is asked is who may do what."""
    app.config["WTF_CSRF_ENABLED"] = False
    monkeypatch.setattr("flask.templating._render", lambda *_what: "")
    found = build()
    session.remove()
    signed_in = {who.token: replace(who.actor, session_token=who.token) for who in found.people}
    app.login_manager.user_loader(signed_in.get)
    with nothing_is_committed(app):
        yield found


@pytest.mark.both_databases
def test_every_role_in_every_relation_does_what_the_table_says_and_nothing_else(
    app: Flask, situation: Situation, capsys: pytest.CaptureFixture[str]
) -> None:
    every = ACTS_EVERY if db.engine.dialect.name == "postgresql" else 1
    acts = dict(list(ACTS.items())[::every])
    count, wrong = wrong_cells(app, situation, acts, ROUTES)
    with capsys.disabled():
        sys.stdout.write(f"\n  {count} cells of role x relation x action, {len(wrong)} wrong\n")
    assert wrong == []
    assert count >= LEAST_CELLS / every


def test_every_route_that_changes_something_is_in_the_table(app: Flask) -> None:
    assert mutating(app) == {name.partition("#")[0] for name in ACTS}


# --- a route that asks no scope ------------------------------------------------------------------


def plant(app: Flask) -> None:
    """Renames a lead for whoever has the right, without asking whether they see it."""
    bp = Blueprint("planted", __name__)

    @bp.post("/planted/leads/<public_id>/rename")
    @requires(Permission.LEADS_WRITE)
    def rename(public_id: str) -> str:
        lead = db.session.scalars(select(Lead).where(Lead.public_id == public_id)).one()
        lead.name = "改了名"
        db.session.commit()
        return "已保存"

    app.register_blueprint(bp)


def test_a_route_that_asks_no_scope_is_caught_cell_by_cell(app: Flask, situation: Situation) -> None:
    plant(app)
    assert mutating(app) - set(ACTS) == {"planted.rename"}
    acts = {"planted.rename": Act("lead", SEEN)}
    count, wrong = wrong_cells(app, situation, acts, {"planted.rename": "HEAD OFF RES"})
    assert count == 2 * (3 * 6 + 3 * 2)
    assert "planted.rename, open, RES unit: done, not hidden" in wrong
    assert "planted.rename, secret, HEAD bureau: done, not hidden" in wrong
    assert {cell.partition(": ")[2] for cell in wrong} == {"done, not hidden"}
    assert len(wrong) == 4 + 12
