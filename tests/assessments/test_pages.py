"""Assessments as people use them, page by page."""

import io
import re
from collections.abc import Iterator
from typing import Any

import docx
import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from app.core.storage.db import db
from app.core.values.credit import WHOLE
from app.promotion.assessments import queries
from app.promotion.assessments.models import AssessmentScheme
from app.promotion.assessments.rules import shown_points
from app.register.accounts.enums import Role
from tests.factories.accounts import make_team
from tests.factories.assessments import a_closed, a_scheme, an_entry, months_ago, visit_in
from tests.factories.leads import County, a_confidential_lead, a_county, an_actor, sign_in
from tests.services.client import SeparateClient


@pytest.fixture
def county(app: Flask) -> Iterator[County]:
    with app.app_context():
        found = a_county()
        db.session.commit()
        yield found


def went(me: SeparateClient, page: str, fields: dict[str, Any], action: str | None = None) -> str:
    """What somebody reads after a form of a page was sent."""
    answer = me.submit(page, fields, action)
    return me.get(answer.location).text if answer.status_code == 303 else answer.text


def test_a_scheme_from_a_sample_is_put_in_force_and_scores(
    app: Flask, county: County, client: FlaskClient
) -> None:
    me = sign_in(client, county.head)
    assert "驻点组月度比拼" in me.get("/assessments").text
    page = me.get("/assessments/new?like=resident_month").text
    assert "照样例定方案" in page
    first = months_ago(2).isoformat()
    sent = {"shipped": "resident_month", "name": "比拼", "by": "team", "kind": "month", "starts_on": first}
    page = went(me, "/assessments/new", sent)
    assert "分值合计 100 分" in page and "草稿" in page
    start = re.search(r"/assessments/versions/\w+/start", page)
    assert start
    page = went(me, start[0], {"valid_from": first, "note": ""})
    assert "已启用" in page and county.team.name in page


def test_a_score_opens_to_its_items_and_these_to_the_visit_behind(
    app: Flask, county: County, client: FlaskClient
) -> None:
    scheme = a_scheme(county.head)
    visit = visit_in(county, 1)
    hidden = visit_in(county, 1, lead=a_confidential_lead(county, county.resident))
    of, code, team = scheme.public_id, scheme.versions[0].items[0].code, county.team.public_id
    shown, not_shown = f"/visits/{visit.public_id}", f"/visits/{hidden.public_id}"
    me = sign_in(client, county.head)
    on = f"?on={months_ago(1)}"
    assert f"who={team}" in me.get(f"/assessments/{of}{on}").text
    assert f"item={code}" in me.get(f"/assessments/{of}/score{on}&who={team}").text
    page = me.get(f"/assessments/{of}/inputs{on}&who={team}&item={code}").text
    assert shown in page and not_shown not in page and "另有 1 条保密" in page


def test_members_of_a_team_open_their_own_score_and_see_the_ranking(
    app: Flask, county: County, client: FlaskClient
) -> None:
    scheme = a_scheme(county.head)
    other = make_team("第二组", county.bureau)
    an_actor(county.bureau, Role.RESIDENT, other)
    db.session.commit()
    of, theirs, others = scheme.public_id, county.team.public_id, other.public_id
    me = sign_in(client, county.resident)
    on = f"?on={months_ago(1)}"
    assert "第二组" in me.get(f"/assessments/{of}{on}").text
    assert me.get(f"/assessments/{of}/score{on}&who={theirs}").status_code == 200
    assert me.get(f"/assessments/{of}/score{on}&who={others}").status_code == 403


def test_numbers_by_hand_go_from_one_to_another_and_the_month_is_closed(
    app: Flask, county: County, client: FlaskClient
) -> None:
    scheme = a_scheme(county.head, months=1)
    visit_in(county, 1)
    of = scheme.public_id
    code = next(item.code for item in scheme.versions[0].items if not item.measure)
    team = county.team.public_id
    on = f"?on={months_ago(1)}"
    me = sign_in(client, county.officer)
    sent = {"item": code, "group": team, "quantity": "x", "why": "查岗"}
    assert "写成数字" in me.submit(f"/assessments/{of}/entries{on}", sent).text
    page = went(me, f"/assessments/{of}/entries{on}", sent | {"quantity": "1"})
    assert "等复核" in page and "复核通过" not in page
    head = sign_in(client, county.head)
    assert "等复核" in head.submit(f"/assessments/{of}{on}", {}, f"/assessments/{of}/close{on}").text
    confirm = re.search(r"/assessments/entries/\w+/confirm", head.get(f"/assessments/{of}/entries{on}").text)
    assert confirm
    head.submit(f"/assessments/{of}/entries{on}", {}, confirm[0])
    page = went(head, f"/assessments/{of}{on}", {}, f"/assessments/{of}/close{on}")
    assert "已结账" in page
    page = went(head, f"/assessments/{of}{on}", {}, f"/assessments/{of}/verify{on}")
    assert "一致" in page


def test_workbook_and_document_say_what_the_page_says(
    app: Flask, county: County, client: FlaskClient
) -> None:
    scheme = a_scheme(county.head)
    visit_in(county, 3)
    entry = an_entry(scheme, county, 3)
    assert entry.quantity == WHOLE
    db.session.delete(entry)
    db.session.commit()
    a_closed(scheme, county.head)
    of, name = scheme.public_id, county.team.name
    ranking = queries.ranking_of(db.session.get_one(AssessmentScheme, scheme.id), scheme.span(months_ago(3)))
    assert ranking is not None
    total = ranking.lines[0].of.total
    me, on = sign_in(client, county.head), f"?on={months_ago(3)}"
    answer = me.submit(f"/assessments/{of}{on}", {}, f"/assessments/{of}/export{on}")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    row = book.get_sheet_by_name("排名").to_python()[1]
    assert row[:3] == [1, name, total / 100]
    assert name in me.get(f"/assessments/{of}/print?on={months_ago(3)}").text
    answer = me.submit(f"/assessments/{of}{on}", {}, f"/assessments/{of}/document{on}")
    places, reasons, *_others = docx.Document(io.BytesIO(answer.data)).tables
    assert [cell.text for cell in places.rows[1].cells][:4] == ["1", name, "新", shown_points(total)]
    assert [cell.text for cell in reasons.rows[-1].cells] == ["得分", "", "", shown_points(total)]


def test_an_objection_is_made_by_the_team_and_answered_by_the_head(
    app: Flask, county: County, client: FlaskClient
) -> None:
    scheme = a_scheme(county.head)
    visit_in(county, 3)
    a_closed(scheme, county.head)
    of, code, team = scheme.public_id, scheme.versions[0].items[0].code, county.team.public_id
    on = f"?on={months_ago(3)}"
    me = sign_in(client, county.resident)
    at = f"/assessments/{of}/object{on}"
    assert me.get(at).status_code == 200
    page = went(me, at, {"item": code, "words": "10 日还去了一家"})
    found = re.search(r"/assessments/objections/\w+", page)
    assert found
    head = sign_in(client, county.head)
    sent = {"version": "1", "state": "upheld", "quantity": "", "reply": "行程单核实"}
    assert "应该是多少" in head.submit(found[0], sent).text
    page = went(head, found[0], sent | {"quantity": "2"})
    assert "第 2 次公布" in page
    assert "原来 1" in head.get(f"/assessments/{of}/score{on}&who={team}").text
