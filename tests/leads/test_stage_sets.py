"""阶段和时限: a version holds from its day on; what came before it stays as it was judged."""

from datetime import date, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import acting_as
from app.core.storage.audit import AuditEvent
from app.core.storage.db import db
from app.core.values.clock import now, today
from app.core.values.errors import NotAllowed
from app.promotion.leads import queries
from app.promotion.leads.enums import Criterion, LeadStage
from app.promotion.leads.models import LeadEntry, StageSet
from app.promotion.leads.views.stage_sets import STAGE_SETS
from tests.factories.leads import County, a_county, a_lead, sign_in
from tests.services.client import forms_of

pytestmark = pytest.mark.both_databases
NEW = "/stages/new"


@pytest.fixture
def county(session: scoped_session[Session]) -> County:
    return a_county()


@pytest.fixture
def head(client: FlaskClient, county: County) -> FlaskClient:
    return sign_in(client, county.head)


def tomorrow() -> date:
    return today() + timedelta(days=1)


def asked(**changed: str) -> dict[str, str]:
    return {"valid_from": tomorrow().isoformat(), "note": "县政府常务会议定的"} | changed


def sets() -> list[StageSet]:
    return list(db.session.scalars(select(StageSet).order_by(StageSet.valid_from)))


def a_planned_set(head: FlaskClient, **changed: str) -> StageSet:
    """Begins tomorrow; without anything else said it calls the first stage 意向."""
    assert head.submit(NEW, asked(**(changed or {"label_lead": "意向"}))).status_code == 303
    return sets()[-1]


def test_a_new_version_holds_from_its_day_on_and_not_before(head: FlaskClient) -> None:
    made = a_planned_set(head, label_negotiating="洽谈", days_negotiating="45", days_assessed="")
    was, will_be = queries.stages_on(), queries.stages_on(tomorrow())
    assert (was.label(LeadStage.NEGOTIATING), was.clocks[LeadStage.NEGOTIATING]) == ("在谈", 30)
    assert (will_be.label(LeadStage.NEGOTIATING), will_be.clocks[LeadStage.NEGOTIATING]) == ("洽谈", 45)
    assert will_be.clocks[LeadStage.ASSESSED] is None
    assert will_be.id == made.id
    with time_machine.travel(now() + timedelta(days=1), tick=True):
        db.session.rollback()
        assert queries.stage_labels()[LeadStage.NEGOTIATING] == "洽谈"


def test_what_a_stage_asks_for_and_its_order_stay_as_they_were(head: FlaskClient) -> None:
    a_planned_set(head)
    was, will_be = queries.stages_on(), queries.stages_on(tomorrow())
    assert (will_be.order, will_be.criteria) == (was.order, was.criteria)
    assert Criterion.AGREEMENT in will_be.criteria[LeadStage.SIGNED]
    groups = [[(one.stage, one.reporting_group) for one in row.stages] for row in sets()]
    assert groups[0] == groups[1]


def test_what_was_judged_by_a_version_keeps_it(head: FlaskClient, county: County) -> None:
    lead = a_lead(county)
    first = db.session.scalars(select(LeadEntry.stage_set_id).where(LeadEntry.lead_id == lead.id)).all()
    a_planned_set(head)
    with time_machine.travel(now() + timedelta(days=1), tick=True):
        later = a_lead(county, registered_on=today())
    second = db.session.scalars(select(LeadEntry.stage_set_id).where(LeadEntry.lead_id == later.id)).all()
    old, new = sets()
    assert (set(first), set(second)) == ({old.id}, {new.id})


def test_a_look_says_what_would_change_and_keeps_nothing(head: FlaskClient, county: County) -> None:
    lead = a_lead(county)
    with acting_as(county.officer):
        lead.stage_since = today() - timedelta(days=1)
        db.session.commit()
    fields = forms_of(head.get(NEW).text)[-1].fields | asked(days_lead="30", label_lost="没谈成", look="1")
    page = head.post(NEW, data=fields)
    assert page.status_code == 200
    assert "会变成这样，还没有保存" in page.text
    assert "叫「线索」，1 天内" in page.text and "叫「线索」，30 天内" in page.text
    assert "叫「没谈成」" in page.text and "叫「在谈」" not in page.text
    assert "今天停留超时的线索有 0 条，和照前一版一样多" in page.text
    assert 'value="没谈成"' in page.text
    again = head.post(NEW, data=fields | {"days_lead": ""})
    assert "叫「线索」，不限时间" in again.text
    assert len(sets()) == 1


def test_a_look_counts_who_would_be_late(head: FlaskClient, county: County) -> None:
    lead = a_lead(county)
    lead.stage_since = today() - timedelta(days=5)
    db.session.commit()
    fields = forms_of(head.get(NEW).text)[-1].fields | asked(days_lead="9", look="1")
    assert "今天停留超时的线索有 0 条，照前一版是 1 条" in head.post(NEW, data=fields).text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "没有改动"),
        ({"label_lead": ""}, "写上阶段的名称"),
        ({"label_lead": "流失"}, "已经是「线索」那一步的名称"),
        ({"label_lead": "Ａ轮", "label_lost": "a轮"}, "已经是「线索」那一步的名称"),
        ({"days_lead": "0"}, "要写 1 到 730 之间的整数"),
        ({"days_lead": "三天"}, "要写 1 到 730 之间的整数"),
        ({"days_lead": "9", "note": ""}, "写一句为什么改"),
        ({"days_lead": "9", "valid_from": ""}, "选从哪天起按这一版"),
        ({"days_lead": "9", "valid_from": "2020-01-01"}, "最早从明天"),
        ({"days_lead": "9", "valid_from": "2099-01-01"}, "不能晚于两年以后"),
    ],
)
def test_what_cannot_hold_is_refused_where_it_was_typed(
    head: FlaskClient, typed: dict[str, str], sentence: str
) -> None:
    refused = head.submit(NEW, asked(**typed))
    assert refused.status_code == 422
    assert sentence in refused.text
    assert len(sets()) == 1


def test_today_is_too_early_for_what_was_done_today(head: FlaskClient) -> None:
    refused = head.submit(NEW, asked(label_lead="意向", valid_from=today().isoformat()))
    assert "到今天为止的事已经按原来的办了" in refused.text


def test_two_versions_cannot_begin_on_one_day(head: FlaskClient, county: County) -> None:
    a_planned_set(head)
    refused = head.submit(NEW, asked(label_lead="苗头"))
    assert refused.status_code == 422
    assert f"起已经有一版（{county.head.name}定的）" in refused.text


def test_until_its_day_a_version_is_changed_moved_and_withdrawn(head: FlaskClient) -> None:
    row = a_planned_set(head)
    at, day = f"/stages/{row.public_id}", tomorrow() + timedelta(days=3)
    answer = head.submit(f"{at}/edit", {"label_lead": "苗头", "valid_from": day.isoformat()})
    assert answer.location == at
    db.session.expire_all()
    assert queries.stages_on(tomorrow()).label(LeadStage.LEAD) == "线索"
    assert queries.stages_on(day).label(LeadStage.LEAD) == "苗头"
    assert "苗头" in head.get(at).text
    assert head.submit(at, {}, f"{at}/withdraw").location == "/stages"
    db.session.expire_all()
    assert len(sets()) == 1
    done = db.session.scalars(select(AuditEvent.action)).all()
    assert "stage_set.delete" in done


def test_once_it_has_begun_it_stays(head: FlaskClient, county: County) -> None:
    row = a_planned_set(head)
    at = f"/stages/{row.public_id}"
    page = head.get(at).text
    assert "/edit" in page
    with time_machine.travel(now() + timedelta(days=1), tick=True):
        sign_in(head, county.head)
        assert "/edit" not in head.get(at).text
        assert head.get(f"{at}/edit").status_code == 403
        with acting_as(county.head), pytest.raises(NotAllowed, match="已经生效"):
            STAGE_SETS.withdraw(sets()[-1], row.version)
    assert len(sets()) == 2


def test_the_second_of_two_who_change_it_is_told(head: FlaskClient, county: County) -> None:
    row = a_planned_set(head)
    at = f"/stages/{row.public_id}/edit"
    mine = forms_of(head.get(at).text)[-1].fields | {"label_lead": "苗头"}
    assert head.submit(at, {"label_lead": "机会"}).status_code == 303
    told = head.post(at, data=mine)
    assert told.status_code == 409
    assert "机会" in told.text and "苗头" in told.text


def test_history_says_what_holds_what_comes_and_who_set_it(head: FlaskClient, county: County) -> None:
    row = a_planned_set(head)
    page = head.get("/stages").text
    assert "现在用的：第 1 版" in page
    assert "还没生效" in page and "县政府常务会议定的" in page and county.head.name in page
    one = head.get(f"/stages/{row.public_id}").text
    assert "比前一版" in one and "叫「意向」" in one
    with time_machine.travel(now() + timedelta(days=1), tick=True):
        sign_in(head, county.head)
        page = head.get("/stages").text
    assert "现在用的：第 2 版" in page and "用过的" in page


def test_whoever_reads_leads_reads_them_and_only_the_head_sets_them(
    client: FlaskClient, county: County
) -> None:
    me = sign_in(client, county.officer)
    assert me.get("/stages").status_code == 200
    assert "定新的一版" not in me.get("/stages").text
    assert me.get(NEW).status_code == 403
    assert me.get("/stages/unheardof").status_code == 404
    with acting_as(county.officer), pytest.raises(NotAllowed):
        STAGE_SETS.withdraw(sets()[0], 1)
