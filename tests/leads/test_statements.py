"""What a change of stage asks of the database: each table once, and nothing that no gate asks for."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import acting_as
from app.core.storage.db import db
from app.core.values.clock import today
from app.promotion.leads import queries, services
from app.promotion.leads.enums import LeadStage
from tests.factories.leads import (
    ContactMade,
    County,
    a_county,
    a_lead,
    a_lead_at,
    a_lead_ready_to_sign,
    fill_for,
    sign_in,
)

pytestmark = pytest.mark.both_databases
Db = scoped_session[Session]

# With who asks, the beginnings of two transactions, the outbox and the audit.
MOST_OF_A_REQUEST = 18
MOST_OF_A_MOVE = 9
MOST_OF_A_SIGNING = 19  # which makes a project; SQLite takes its three ledger rows one by one


@pytest.fixture
def county(session: Db) -> County:
    return a_county()


@contextmanager
def asked() -> Iterator[list[str]]:
    """Every statement that the database is sent meanwhile."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(" ".join(statement.split()))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def on(table: str, statements: list[str], verb: str = "SELECT") -> list[str]:
    return [one for one in statements if one.startswith(verb) and f" {table} " in f"{one} "]


def moved(public_id: str, to: LeadStage, county: County) -> list[str]:
    """What moving a lead asks that a request has just found, and nothing beside it."""
    db.session.commit()
    db.session.remove()
    with acting_as(county.officer):
        found = queries.get_to_change(public_id)
        with asked() as statements:
            services.advance_stage(found, to, found.stage_since, version=found.version)
    db.session.commit()
    return statements


def test_a_change_of_stage_reads_the_ledger_once(county: County) -> None:
    statements = moved(a_lead(county).public_id, LeadStage.ASSESSED, county)
    assert len(on("lead_entry", statements)) == 1
    assert len(statements) <= MOST_OF_A_MOVE


def test_a_gate_reads_what_its_stage_asks_for_and_no_more(county: County) -> None:
    lead = a_lead_at(county, LeadStage.ASSESSED)
    fill_for(lead, LeadStage.FIRST_TALK, county)
    statements = moved(lead.public_id, LeadStage.FIRST_TALK, county)
    assert not on("agreement", statements) and not on("visit", statements)
    assert len(statements) <= MOST_OF_A_MOVE


def test_a_signing_makes_its_project_and_reads_no_ledger_of_it(county: County) -> None:
    with ContactMade():
        first, second = a_lead_ready_to_sign(county).public_id, a_lead_ready_to_sign(county).public_id
        moved(first, LeadStage.SIGNED, county)  # begins the numbers of the year
        statements = moved(second, LeadStage.SIGNED, county)
    assert len(on("lead_entry", statements)) == 1
    assert len(on("project_entry", statements)) == 0
    assert len(statements) <= MOST_OF_A_SIGNING


def test_the_whole_request_of_a_move_keeps_to_its_number(county: County, client: FlaskClient) -> None:
    lead = a_lead(county)
    address, version = f"/leads/{lead.public_id}/move", str(lead.version)
    browser = sign_in(client, county.officer)
    browser.application.config["WTF_CSRF_ENABLED"] = False
    browser.get("/account")
    sent = {"to": "assessed", "effective_on": today().isoformat(), "version": version}
    with asked() as statements:
        answer = browser.post(address, data=sent)
    assert answer.status_code == 303
    assert len(statements) <= MOST_OF_A_REQUEST
    tables = Counter(table for one in statements for table in re.findall(r"^SELECT .*? FROM (\w+)", one))
    # Only the version of the lead is asked for again, and with it the lead is held against others.
    assert {table for table, times in tables.items() if times > 1} == {"lead"}
