"""Two people open one form of each feature: the second reads what both wrote and chooses; nothing is lost."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session
from werkzeug.test import TestResponse

from app.core.access.auth import Actor, acting_as
from app.core.values.clock import today
from app.finding.words import services as words
from app.register.accounts.enums import Role
from tests.factories.accounts import join_team, make_person, make_team, make_unit, make_user
from tests.factories.enterprises import make_contact, make_enterprise
from tests.factories.leads import (
    County,
    a_contract,
    a_county,
    a_lead,
    an_actor,
    an_asked_review,
    sign_in,
)
from tests.factories.projects import a_project
from tests.factories.steps import a_done_step
from tests.factories.visits import a_visit, person_of
from tests.services.client import Form, SeparateClient, forms_of
from tests.services.conflicts import Row, rows_in

pytestmark = pytest.mark.both_databases
Db = scoped_session[Session]
Fields = dict[str, Any]
MINE, THEIRS = "只有您改了", "只有对方改了"


@dataclass(frozen=True, slots=True)
class Journey:
    """A form that both open; what the first saves and what the second sends; what the second then reads; and
    what the form holds in the end when the second insists where both wrote.
    """

    people: tuple[Actor, Actor]
    page: str
    theirs: Fields
    mine: Fields
    rows: dict[str, Row]
    chosen: Fields
    after: Fields
    action: str = ""


def _colleagues(county: County) -> tuple[Actor, Actor]:
    return county.colleague, county.officer


def _administrators(county: County) -> tuple[Actor, Actor]:
    first, second = (an_actor(county.bureau, Role.ADMINISTRATOR) for _ in range(2))
    return first, second


def a_company(county: County) -> Journey:
    row = make_enterprise(notes="起初", headcount=100, capital_text="1亿", region="320506", aliases=("澜川",))
    return Journey(
        _colleagues(county),
        f"/enterprises/{row.public_id}/edit",
        {"notes": "彼方", "headcount": "200", "status": "revoked", "aliases": "澜川\n澜川新材"},
        {"notes": "此方", "capital_text": "2亿", "region": "江苏省苏州市吴中区", "industry": "C3841"},
        {
            "简称或别名": Row("澜川", "澜川\n澜川新材", "澜川", THEIRS),
            "行业": Row("未填", "未填", "C3841", MINE),
            "存续状态": Row("存续", "吊销", "存续", THEIRS),
            "注册资本": Row("1亿", "1亿", "2亿", MINE),
            "从业人数": Row("100 人", "200 人", "100 人", THEIRS),
            "备注": Row("起初", "彼方", "此方"),
        },
        {"notes": "此方"},
        {"notes": "此方", "headcount": "200", "status": "revoked", "capital_text": "2亿"},
    )


def a_contact(county: County) -> Journey:
    contact = make_contact(make_enterprise())
    page = f"/contacts/{contact.public_id}/edit"
    return Journey(
        (county.head, an_actor(county.bureau, Role.BUREAU_HEAD)),
        page,
        {"post": "总经理", "is_decider": "y", "phone": "13987654321"},
        {"post": "董事长", "phone": "13711112222"},
        {
            "职务": Row("未填", "总经理", "董事长"),
            "电话": Row("—", "139****4321", "13711112222"),
            "决策人": Row("否", "是", "否", THEIRS),
        },
        {"post": "董事长", "phone": "13711112222"},
        {"post": "董事长", "is_decider": ["y"]},
    )


def a_lead_of_two(county: County) -> Journey:
    lead = a_lead(county, industry_code="C3841", jobs_planned=30)
    return Journey(
        _colleagues(county),
        f"/leads/{lead.public_id}/edit",
        {"name": "二期", "source": "chain", "fixed_amount": "3000", "land_mu": "30"},
        {"name": "三期", "jobs_planned": "40", "industry_code": "C3841", "amount_text": "5亿"},
        {
            "线索名称": Row(lead.name, "二期", "三期"),
            "来源": Row("定向招商", "产业链招商", "定向招商", THEIRS),
            "计划总投资": Row("2.6亿", "2.6亿", "5亿", MINE),
            "固定资产投资": Row("未填", "3,000 万元", "未填", THEIRS),
            "用地": Row("未填", "30.00 亩", "未填", THEIRS),
            "计划用工": Row("30 人", "30 人", "40 人", MINE),
        },
        {"name": "三期"},
        {"name": "三期", "source": "chain", "fixed_amount": "3000", "jobs_planned": "40"},
    )


def a_first_talk(county: County) -> Journey:
    page = f"/leads/{a_lead(county).public_id}/fill/first-talk"
    one, other = person_of(county.resident), person_of(county.head)
    day = today().isoformat()
    return Journey(
        _colleagues(county),
        page,
        {"first_negotiator_id": one.public_id, "first_talk_on": day},
        {"first_negotiator_id": other.public_id, "first_talk_on": day},
        {"首谈人": Row("未填", one.name, other.name)},
        {"first_negotiator_id": other.public_id},
        {"first_negotiator_id": other.public_id, "first_talk_on": day},
    )


def an_assignment(county: County) -> Journey:
    lead = a_lead(county)
    one, other = person_of(county.colleague), person_of(county.resident)
    return Journey(
        (county.head, an_actor(county.bureau, Role.BUREAU_HEAD)),
        f"/leads/{lead.public_id}/assign",
        {"owner": one.public_id, "reason": "熟悉"},
        {"owner": other.public_id, "reason": "他在驻点"},
        {
            "负责人": Row(lead.owner.name, one.name, other.name),
            "责任单位": Row("负责人所在单位", county.park.name, county.bureau.name),
            "驻点组": Row("没有", "没有", county.team.name, MINE),
        },
        {"owner": other.public_id, "unit": ""},
        {"owner": other.public_id},
    )


def who_sees_a_lead(county: County) -> Journey:
    one, other = person_of(county.resident), person_of(county.colleague)
    return Journey(
        (county.head, county.officer),
        f"/leads/{a_lead(county).public_id}/access",
        {"members": [one.public_id]},
        {"members": [other.public_id], "confidential": "y"},
        {
            "保密": Row("不保密", "不保密", "保密", MINE),
            "点名的人": Row("未填", one.name, other.name),
        },
        {"members-whole": other.public_id},
        {"members": other.public_id, "confidential": ["y"]},
    )


def an_agreement(county: County) -> Journey:
    agreement = a_contract(a_lead(county), county, signed_on=None)
    day = today().isoformat()
    return Journey(
        _colleagues(county),
        f"/agreements/{agreement.public_id}/edit",
        {"title": "投资协议（修订）", "amount": "3亿"},
        {"amount": "2.8亿", "signed_on": day},
        {
            "协议名称": Row("投资协议", "投资协议（修订）", "投资协议", THEIRS),
            "签订日期": Row("未填", "未填", day, MINE),
            "合同金额": Row("2.6亿", "3亿", "2.8亿"),
        },
        {"amount": "2.8亿"},
        {"title": "投资协议（修订）", "amount": "2.8亿", "signed_on": day},
    )


def a_conclusion(county: County) -> Journey:
    agreement = a_contract(a_lead(county), county)
    an_asked_review(agreement, county)
    day = today().isoformat()
    same = {"reviewed_on": day, "opinion": "第三条删去"}
    first = {"number": "公审 8 号", "verdict": "passed", **same}
    second = {"number": "公审 9 号", "verdict": "amended", **same}
    return Journey(
        (county.colleague, county.colleague),
        f"/agreements/{agreement.public_id}/conclude",
        first,
        second,
        {
            "文号": Row("未填", "公审 8 号", "公审 9 号"),
            "结论": Row("未填", "通过", "修改后通过"),
        },
        {"number": "公审 9 号", "verdict": "amended"},
        second,
    )


def a_visit_of_two(county: County) -> Journey:
    visit = a_visit(county, place="苏州")
    with acting_as(county.head):
        contact = make_contact(visit.enterprise, "严书宁")
    me, head = person_of(county.resident), person_of(county.head)
    both = {me.public_id, head.public_id}
    return Journey(
        (county.head, county.resident),
        f"/visits/{visit.public_id}/edit",
        {"others": head.name, "contacts": [contact.public_id], "kind": "reception"},
        {"place": "上海", "needs": "用地"},
        {
            "方式": Row("外出拜访", "来访接待", "外出拜访", THEIRS),
            "地点": Row("苏州", "苏州", "上海", MINE),
            "我方人员": Row("", "", "", THEIRS),
            "见到谁": Row("未填", "严书宁", "未填", THEIRS),
            "企业诉求": Row("未填", "未填", "用地", MINE),
        },
        {},
        {"place": "上海", "people": both, "contacts": [contact.public_id]},
    )


def a_project_of_two(county: County) -> Journey:
    project = a_project(county)
    return Journey(
        _colleagues(county),
        f"/projects/{project.public_id}/edit",
        {"name": "储能一期", "project_code": "2609-320506-04-01-123456"},
        {"name": "储能电芯一期"},
        {
            "项目名称": Row(project.name, "储能一期", "储能电芯一期"),
            "项目代码": Row("未填", "2609-320506-04-01-123456", "未填", THEIRS),
        },
        {"name": "储能电芯一期"},
        {"name": "储能电芯一期", "project_code": "2609-320506-04-01-123456"},
    )


def an_outcome(county: County) -> Journey:
    step = a_done_step(owner=person_of(county.officer))
    return Journey(
        _colleagues(county),
        f"/steps/{step.public_id}/outcome",
        {"outcome": "已送到"},
        {"outcome": "改日再送"},
        {"办得怎样": Row("方案已送", "已送到", "改日再送")},
        {"outcome": "改日再送"},
        {"outcome": "改日再送"},
    )


def a_person(county: County) -> Journey:
    unit, other = make_unit("云溪镇"), make_unit("清河镇")
    page = f"/admin/people/{make_person('沈若岚', unit).public_id}/edit"
    return Journey(
        _administrators(county),
        page,
        {"post": "副镇长", "unit": other.public_id},
        {"post": "镇长", "phone": "0512-6800"},
        {
            "职务": Row("", "副镇长", "镇长"),
            "电话": Row("未填", "未填", "0512-6800", MINE),
            "单位": Row("云溪镇", "清河镇", "云溪镇", THEIRS),
        },
        {"post": "镇长"},
        {"post": "镇长", "unit": other.public_id, "phone": "0512-6800"},
    )


def a_unit(county: County) -> Journey:
    page = f"/admin/units/{make_unit('云溪镇').public_id}/edit"
    return Journey(
        _administrators(county),
        page,
        {"parent": county.bureau.public_id, "position": "7"},
        {"name": "云溪乡", "position": "9"},
        {
            "名称": Row("云溪镇", "云溪镇", "云溪乡", MINE),
            "上级单位": Row("没有上级", county.bureau.name, "没有上级", THEIRS),
            "排序": Row("0", "7", "9"),
        },
        {"position": "9"},
        {"name": "云溪乡", "parent": county.bureau.public_id, "position": "9"},
    )


def roles(county: County) -> Journey:
    page = f"/admin/users/{make_user(Role.OFFICER).public_id}"
    return Journey(
        _administrators(county),
        page,
        {"roles": ["leader"]},
        {"roles": ["resident", "officer"]},
        {"角色": Row("招商干部", "县领导", "招商干部、驻点队员")},
        {"roles-whole": "officer resident"},
        {"roles": {"officer", "resident"}},
        f"{page}/roles",
    )


def a_last_day(county: County) -> Journey:
    person = make_person()
    term = join_team(person, make_team())
    day = today() - timedelta(days=9)
    one, other = day.isoformat(), (day + timedelta(days=3)).isoformat()
    return Journey(
        _administrators(county),
        f"/admin/people/{person.public_id}",
        {"ends_on": one},
        {"ends_on": other},
        {"最后一天": Row("", one, other)},
        {"ends_on": other},
        {},
        f"/admin/memberships/{term.public_id}/leave",
    )


def a_setting(county: County) -> Journey:
    return Journey(
        _administrators(county),
        "/admin/settings/idle_desk",
        {"of_leader": "10", "of_officer": "40"},
        {"of_leader": "20", "of_auditor": "25"},
        {
            "招商干部": Row("30 分钟", "40 分钟", "30 分钟", THEIRS),
            "县领导": Row("30 分钟", "10 分钟", "20 分钟"),
            "审计员": Row("30 分钟", "30 分钟", "25 分钟", MINE),
        },
        {"of_leader": "20"},
        {"of_leader": "20", "of_officer": "40", "of_auditor": "25"},
    )


def a_group_of_words(county: County) -> Journey:
    with acting_as(county.head):
        group = words.save_group(None, "光伏、太阳能")
    return Journey(
        _administrators(county),
        f"/words/groups/{group.public_id}/edit",
        {"words": "光伏、太阳能、光电"},
        {"words": "光伏、太阳能、日能"},
        {"同义词": Row("光伏、太阳能", "光伏、太阳能、光电", "光伏、太阳能、日能")},
        {"words": "光伏、太阳能、日能"},
        {"words": "光伏、太阳能、日能"},
    )


def a_reading(county: County) -> Journey:
    with acting_as(county.head):
        row = words.save_reading(None, "丹县", "shan xian")
    return Journey(
        _administrators(county),
        f"/words/readings/{row.public_id}/edit",
        {"reading": "chan xian"},
        {"reading": "tan xian"},
        {"读音": Row("shan xian", "chan xian", "tan xian")},
        {"reading": "tan xian"},
        {"word": "丹县", "reading": "tan xian"},
    )


JOURNEYS = [
    *(a_company, a_contact, a_lead_of_two, a_first_talk, an_assignment, who_sees_a_lead, an_agreement),
    *(a_conclusion, a_visit_of_two, a_project_of_two, an_outcome, a_person, a_unit, roles, a_last_day),
    *(a_setting, a_group_of_words, a_reading),
]


@pytest.mark.parametrize("journey_of", JOURNEYS)
def test_the_second_of_two_reads_what_both_wrote_and_goes_on_with_what_is_chosen(
    app: Flask, session: Db, journey_of: Callable[[County], Journey]
) -> None:
    journey = journey_of(a_county())
    session.commit()
    action = journey.action or journey.page
    first, second = (_signed_in(app, actor) for actor in journey.people)
    theirs, mine = (_opened(client, journey.page, action) for client in (first, second))
    assert first.post(action, data=_sent(theirs, journey.theirs)).status_code == 303
    clash = second.post(action, data=_sent(mine, journey.mine))
    _reads(clash, journey.rows)
    form = next(form for form in forms_of(clash.text) if form.action == action)
    assert second.post(action, data=_sent(form, journey.chosen)).status_code == 303
    if journey.after:
        again = _opened(second, journey.page, action).fields
        for name, value in journey.after.items():
            assert _as_set(again[name]) == _as_set(value), name


def _signed_in(app: Flask, actor: Actor) -> SeparateClient:
    client = sign_in(app.test_client(), actor)
    assert isinstance(client, SeparateClient)
    return client


def _opened(client: SeparateClient, page: str, action: str) -> Form:
    return next(form for form in forms_of(client.get(page).text) if (form.action or page) == action)


def _sent(form: Form, written: Fields) -> Fields:
    return {**form.fields, **written}


def _reads(answer: TestResponse, wanted: dict[str, Row]) -> None:
    found = rows_in(answer)
    assert list(found) == list(wanted)
    for label, row in wanted.items():
        assert found[label].only == row.only, label
        for side in ("was", "theirs", "mine"):
            assert getattr(row, side) in ("", getattr(found[label], side)), (label, found[label])


def _as_set(value: Any) -> set[str]:
    return {value.strip()} if isinstance(value, str) else set(value)
