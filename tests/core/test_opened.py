"""The page of a conflict: what stood there when the form was opened, what was saved since, what was typed."""

import json
from decimal import Decimal
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session
from werkzeug.test import TestResponse

from app.core.access.auth import acting_as
from app.core.storage.db import db
from app.core.web import opened
from app.promotion.leads import services
from app.register.enterprises.models import Enterprise
from tests.factories.enterprises import make_enterprise
from tests.factories.leads import County, a_county, a_lead, sign_in
from tests.services.client import Form, SeparateClient, forms_of

pytestmark = pytest.mark.both_databases
Db = scoped_session[Session]


@pytest.fixture
def county(session: Db) -> County:
    return a_county()


@pytest.fixture
def company(county: County) -> Enterprise:
    row = make_enterprise(notes="起初", headcount=100, origin="商会")
    db.session.commit()
    return row


def a_client(client: FlaskClient, county: County, *, colleague: bool = False) -> SeparateClient:
    found = sign_in(client, county.colleague if colleague else county.officer)
    assert isinstance(found, SeparateClient)
    return found


def opened_form(client: SeparateClient, row: Enterprise) -> tuple[str, Form]:
    page = f"/enterprises/{row.public_id}/edit"
    return page, next(form for form in forms_of(client.get(page).text) if form.action in {"", page})


def saved_meanwhile(client: FlaskClient, county: County, row: Enterprise, **fields: str) -> None:
    other = a_client(client.application.test_client(), county, colleague=True)
    page, form = opened_form(other, row)
    assert other.post(page, data={**form.fields, **fields}).status_code == 303


def refused(
    client: FlaskClient, county: County, row: Enterprise, theirs: dict[str, str], mine: dict[str, str]
) -> TestResponse:
    """My form is opened, somebody else saves, mine is sent."""
    me = a_client(client, county)
    page, form = opened_form(me, row)
    saved_meanwhile(client, county, row, **theirs)
    answer = me.post(page, data={**form.fields, **mine})
    assert answer.status_code == 409
    return answer


THEIRS, MINE = {"notes": "彼方备注", "headcount": "200"}, {"notes": "我方备注", "origin": "自荐"}


def rows_of(answer: TestResponse) -> dict[str, str]:
    """Label of the field -> the row of the table."""
    body = unescape(answer.text).split("<tbody>")[1].split("</tbody>")[0]
    found = (row for row in body.split("<tr>") if "</th>" in row)
    return {row.split(">", 1)[1].split("<")[0]: row for row in found}


def test_three_values_stand_side_by_side_only_where_they_differ(
    county: County, company: Enterprise, client: FlaskClient
) -> None:
    answer = refused(client, county, company, THEIRS, MINE)
    rows = rows_of(answer)
    assert len(rows) == 3
    notes = next(row for row in rows.values() if "彼方备注" in row)
    assert notes.index("起初") < notes.index("彼方备注") < notes.index("我方备注")
    assert "checked" not in notes and "只有" not in notes
    for words in ("您打开时", f"{county.colleague.name} 20", "请逐处选用哪个，不用重写"):
        assert words in answer.text


def test_what_only_one_of_the_two_changed_is_chosen_already(
    county: County, company: Enterprise, client: FlaskClient
) -> None:
    rows = rows_of(refused(client, county, company, THEIRS, MINE))
    headcount = next(row for row in rows.values() if "200" in row)
    origin = next(row for row in rows.values() if "自荐" in row)
    assert "只有对方改了" in headcount and 'value="200" required checked' in headcount
    assert "只有您改了" in origin and 'value="自荐" required checked' in origin


def test_the_rest_is_chosen_and_saved_without_typing_anything_again(
    county: County, company: Enterprise, client: FlaskClient
) -> None:
    answer = refused(client, county, company, THEIRS, MINE)
    form = forms_of(answer.text)[-2]
    chosen = {**form.fields, "notes": "彼方备注"}
    assert client.post(f"/enterprises/{company.public_id}/edit", data=chosen).status_code == 303
    db.session.expire_all()
    assert (company.notes, company.headcount, company.origin) == ("彼方备注", 200, "自荐")


def test_one_button_keeps_all_that_i_changed_and_nothing_that_i_did_not(
    county: County, company: Enterprise, client: FlaskClient
) -> None:
    answer = refused(client, county, company, THEIRS, MINE)
    assert "我改过的都用我的" in answer.text
    form = forms_of(answer.text)[-1]
    assert client.post(f"/enterprises/{company.public_id}/edit", data=form.fields).status_code == 303
    db.session.expire_all()
    assert (company.notes, company.headcount, company.origin) == ("我方备注", 200, "自荐")


def test_a_third_one_meanwhile_is_told_by_what_the_conflict_page_showed(
    county: County, company: Enterprise, client: FlaskClient
) -> None:
    answer = refused(client, county, company, THEIRS, MINE)
    saved_meanwhile(client, county, company, notes="第三次")
    form = forms_of(answer.text)[-1]
    again = client.post(f"/enterprises/{company.public_id}/edit", data=form.fields)
    assert again.status_code == 409
    notes = next(row for row in rows_of(again).values() if "第三次" in row)
    assert notes.index("彼方备注") < notes.index("第三次") < notes.index("我方备注")


def test_a_refusal_in_between_does_not_make_what_was_typed_the_beginning(
    county: County, company: Enterprise, client: FlaskClient
) -> None:
    me = a_client(client, county)
    page, form = opened_form(me, company)
    wrong = me.post(page, data={**form.fields, **MINE, "headcount": "很多"})
    assert wrong.status_code == 422
    saved_meanwhile(client, county, company, notes="彼方备注")
    shown = next(form for form in forms_of(wrong.text) if form.action in {"", page})
    answer = me.post(page, data={**shown.fields, "headcount": "100"})
    assert answer.status_code == 409
    assert "起初" in next(row for row in rows_of(answer).values() if "彼方备注" in row)


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "x",
        "[]",
        "1",
        "{",
        json.dumps({"notes": 5}),
        json.dumps({"notes": ["a"]}),
        "[" * 50_000,
        "x" * 200_000,
    ],
)
def test_without_what_stood_there_or_with_nonsense_two_columns_are_shown(
    county: County, company: Enterprise, client: FlaskClient, sent: str
) -> None:
    answer = refused(client, county, company, THEIRS, {**MINE, opened.FIELD: sent})
    assert "您打开时" not in answer.text
    assert "彼方备注" in answer.text and "我方备注" in answer.text and " checked" not in answer.text


def test_what_was_sent_as_the_beginning_is_never_markup(
    county: County, company: Enterprise, client: FlaskClient
) -> None:
    evil = json.dumps({"notes": ["<script>", "<script>alert(1)</script>"]})
    answer = refused(client, county, company, THEIRS, {**MINE, opened.FIELD: evil})
    assert "<script>alert" not in answer.text


def test_a_value_that_a_form_shows_in_more_words_is_known_as_the_same(
    county: County, client: FlaskClient
) -> None:
    lead = a_lead(county, industry_code="C3841", fixed_amount=10_000_000, land_mu=Decimal(30))
    page = f"/leads/{lead.public_id}/edit"
    me = a_client(client, county)
    form = next(form for form in forms_of(me.get(page).text) if opened.FIELD in form.fields)
    with acting_as(county.colleague):
        services.update_lead(lead, lead.version, {"name": "二期"})
        db.session.commit()
    mine = {"industry_code": "C3985", "fixed_amount": "800万", "land_mu": "25"}
    rows = rows_of(me.post(page, data={**form.fields, **mine}))
    assert sum("只有您改了" in row for row in rows.values()) == 3
    assert sum("只有对方改了" in row for row in rows.values()) == 1
