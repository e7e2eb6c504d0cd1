"""A planned investment as people type it, and on every page that shows it: never 0, never 10,000 × off."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session
from werkzeug.test import TestResponse

from app.core.storage.db import db
from app.core.values.clock import today
from app.promotion.leads.enums import LeadStage
from app.promotion.leads.models import Lead, LeadEntry
from app.register.accounts.models import Person
from tests.factories.leads import ContactMade, County, a_county, a_lead, a_lead_at, sign_in

Db = scoped_session[Session]
pytestmark = pytest.mark.both_databases


@pytest.fixture(autouse=True)
def _met(app: Flask) -> Iterator[None]:
    with ContactMade():
        yield


def registers(client: FlaskClient, county: County, typed: str, **more: Any) -> TestResponse:
    me: Any = sign_in(client, county.officer)
    owner = db.session.get_one(Person, county.officer.person_id)
    fields = {
        "enterprise": county.enterprise.name,
        "enterprise_id": county.enterprise.public_id,
        "name": "储能电芯与模组一期",
        "source": "directed",
        "amount_text": typed,
        "registered_on": today().isoformat(),
        "owner": owner.public_id,
        **more,
    }
    answer: TestResponse = me.submit("/leads/new", fields)
    return answer


def the_lead() -> Lead | None:
    db.session.expire_all()
    return db.session.scalars(select(Lead)).one_or_none()


@pytest.mark.parametrize(
    ("typed", "yuan", "doubtful"),
    [
        ("4.5 个亿", 450_000_000, False),
        ("两个亿", 200_000_000, False),
        ("一亿五", 150_000_000, False),
        ("总投资5亿元", 500_000_000, False),
        ("2-3亿", 200_000_000, True),
        ("2000-3000万", 20_000_000, True),
        ("3亿+", 300_000_000, True),
        ("3000多万", 30_000_000, True),
        ("10 亿元（分两期）", 1_000_000_000, True),
    ],
)
def test_what_is_readable_is_read_and_what_is_open_keeps_its_words_with_a_flag(
    session: Db, client: FlaskClient, typed: str, yuan: int, doubtful: bool
) -> None:
    assert registers(client, a_county(), typed).status_code == 303
    lead = the_lead()
    assert lead is not None
    assert (lead.amount, lead.amount_text, lead.amount_doubtful) == (yuan, typed, doubtful)


@pytest.mark.parametrize(
    "typed", ["几千万", "1 200,50", "35,00万", "不超过5亿", "5亿，二期10亿", "0", "上亿元"]
)
def test_the_rest_is_refused_beside_the_field_and_nothing_is_saved(
    session: Db, client: FlaskClient, typed: str
) -> None:
    refused = registers(client, a_county(), typed)
    assert refused.status_code == 422
    assert 'id="amount_text-error"' in refused.text
    assert f'value="{typed}"' in refused.text
    assert the_lead() is None


def test_a_likely_slip_of_the_unit_is_asked_and_the_answer_is_saved(session: Db, client: FlaskClient) -> None:
    county = a_county()
    asked = registers(client, county, "100000000")
    assert asked.status_code == 422
    for words in (
        "是不是「元」？",
        'value="100000000元"',
        'value="100000000万元"',
        "1.00 亿元",
        "10,000.00 亿元",
    ):
        assert words in asked.text
    assert the_lead() is None
    answered = registers(client, county, "100000000", **{"amount_text-meaning": "100000000元"})
    assert answered.status_code == 303
    lead = the_lead()
    assert lead is not None
    assert (lead.amount, lead.amount_text) == (100_000_000, "100000000元")


def test_words_of_no_figure_are_shown_as_such_and_not_as_nought(session: Db, client: FlaskClient) -> None:
    county = a_county()
    assert registers(client, county, "面议").status_code == 303
    lead = the_lead()
    assert lead is not None
    me: Any = sign_in(client, county.officer)
    for page in ("/leads", "/leads/board", f"/leads/{lead.public_id}"):
        assert "面议" in me.get(page).text
    funnel = me.get("/funnel?mode=snapshot&figure=stock&stage=lead").text
    assert "储能电芯与模组一期" in funnel
    assert "未定" in funnel


def test_the_ledger_says_what_was_written_where_the_figure_says_less(
    session: Db, client: FlaskClient
) -> None:
    county = a_county()
    lead = a_lead(county)
    me: Any = sign_in(client, county.officer)
    assert me.submit(f"/leads/{lead.public_id}/edit", {"amount_text": "2-3亿"}).status_code == 303
    entry = db.session.scalars(select(LeadEntry).order_by(LeadEntry.id.desc())).first()
    assert entry is not None
    assert (entry.amount, entry.reason) == (200_000_000, "原写 2-3亿")


def test_words_saved_before_they_were_understood_are_read_at_the_next_saving(
    session: Db, client: FlaskClient
) -> None:
    county = a_county()
    lead = a_lead(county)
    lead.amount_text, lead.amount, lead.amount_doubtful = "4.5 个亿", 0, True
    db.session.commit()
    me: Any = sign_in(client, county.officer)
    assert me.submit(f"/leads/{lead.public_id}/edit").status_code == 303
    db.session.expire_all()
    assert (lead.amount, lead.amount_doubtful) == (450_000_000, False)


def test_an_old_text_that_nobody_understands_keeps_nobody_from_saving_the_rest(
    session: Db, client: FlaskClient
) -> None:
    county = a_county()
    lead = a_lead(county)
    lead.amount_text, lead.amount_doubtful = "几个亿吧", True
    db.session.commit()
    me: Any = sign_in(client, county.officer)
    assert me.submit(f"/leads/{lead.public_id}/edit", {"name": "二期"}).status_code == 303
    db.session.expire_all()
    assert (lead.name, lead.amount_text) == ("二期", "几个亿吧")


@pytest.mark.parametrize(
    ("typed", "said"),
    [("100000000", "是不是「元」？"), ("2-3亿", "要写成一个确定的数字"), ("500万美元", "要写成数字")],
)
def test_an_agreement_and_a_part_of_the_investment_want_one_certain_figure(
    session: Db, client: FlaskClient, typed: str, said: str
) -> None:
    county = a_county()
    lead = a_lead_at(county, LeadStage.APPROVED)
    me: Any = sign_in(client, county.officer)
    edit, agreement = f"/leads/{lead.public_id}/edit", f"/leads/{lead.public_id}/agreements/new"
    for page, field in ((edit, "fixed_amount"), (agreement, "amount")):
        refused = me.submit(page, {field: typed, "kind": "contract"})
        assert (refused.status_code, said in refused.text) == (422, True)


@pytest.mark.parametrize("name", ["least", "most"])
def test_a_filter_by_amount_wants_one_figure(session: Db, client: FlaskClient, name: str) -> None:
    me: Any = sign_in(client, a_county().officer)
    assert me.get(f"/leads?{name}=两个亿").status_code == 200
    assert "要写成数字" in me.get(f"/leads?{name}=2-3亿").text


AMOUNTS = Path(__file__).resolve().parents[3] / "shared" / "cases" / "amounts.txt"


@pytest.mark.skipif(not AMOUNTS.is_file(), reason="the cases lie beside the repository only")
def test_no_line_of_the_shared_case_is_saved_as_nothing(session: Db, client: FlaskClient) -> None:
    county = a_county()
    session.commit()
    for number, typed in enumerate(filter(None, AMOUNTS.read_text(encoding="utf-8").splitlines())):
        answer = registers(client, county, typed, name=f"储能项目{number}", not_duplicate="y")
        session.expire_all()
        lead = session.scalar(select(Lead).where(Lead.name == f"储能项目{number}"))
        if lead is None:
            assert answer.status_code == 422 and 'aria-invalid="true"' in answer.text, typed
        else:
            assert lead.amount >= 10_000_000 and lead.amount_text == typed, typed
