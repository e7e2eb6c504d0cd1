"""Guests of an event: pasted, invited, checked in at the door; what was signed, who was followed up."""

import io
import re
from datetime import timedelta

import pytest
import xlsxwriter
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import acting_as
from app.core.storage.audit import AuditEvent
from app.core.storage.db import db
from app.core.values.clock import now, today
from app.core.values.errors import Stale
from app.core.values.registries import NAMED_IN, RELATED, Sought
from app.core.work.regular import NIGHTLY
from app.promotion.gatherings import metrics, queries, rules, services
from app.promotion.gatherings.enums import GatheringFigure as F
from app.promotion.gatherings.enums import GuestReply, GuestSource, SigningKind
from app.promotion.gatherings.models import DoorTry, Gathering, Guest, Signing
from tests.factories.gatherings import a_gathering, a_guest, a_past_gathering
from tests.factories.leads import County, a_confidential_lead, a_county, a_lead, sign_in
from tests.factories.visits import a_visit
from tests.services.client import SeparateClient, forms_of

Db = scoped_session[Session]
pytestmark = pytest.mark.both_databases
STRANGER = {"name": "苏岚", "phone": "13900000002", "company": "远望储能有限公司"}


@pytest.fixture
def county(session: Db) -> County:
    return a_county()


def opened(gathering: Gathering) -> str:
    return f"/gatherings/{gathering.public_id}"


def at_the_door(app: Flask, gathering: Gathering, minutes_ago: int = 0) -> str:
    """What a phone that scans the screen opens."""
    moment = now() - timedelta(minutes=minutes_ago)
    code = rules.door_code(str(app.secret_key), gathering.public_id, moment)
    return f"/checkin/{gathering.public_id}?code={code}"


def guests(gathering: Gathering) -> list[Guest]:
    query = select(Guest).where(Guest.gathering_id == gathering.id).order_by(Guest.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def a_phone(app: Flask) -> SeparateClient:
    """Nobody who has an account."""
    client = app.test_client()
    assert isinstance(client, SeparateClient)
    return client


def came(gathering: Gathering, guest: Guest) -> None:
    guest.came_at = now() - (today() - gathering.first_on)
    db.session.commit()


def counted(gathering: Gathering, county: County) -> dict[F, int]:
    numbers = metrics.numbers_of(gathering, county.officer, today())
    return {one.told.metric.figure: one.told.count for one in numbers}


# --- the list ------------------------------------------------------------------------------------------


def test_a_list_is_pasted_and_companies_of_the_library_are_found(client: FlaskClient, county: County) -> None:
    gathering = a_gathering(county.officer)
    me = sign_in(client, county.officer)
    lines = f"严文舟\t{county.enterprise.name}\t副总\t138 0000 0001\n苏岚\t没有登记的企业\t\t"
    me.submit(f"{opened(gathering)}/guests/paste", {"lines": lines})
    first, second = guests(gathering)
    assert (first.phone, first.enterprise_id) == ("13800000001", county.enterprise.id)
    assert (second.company, second.enterprise_id) == ("没有登记的企业", None)
    page = me.get(f"{opened(gathering)}/guests").text
    assert "严文舟" in page and "13800000001" not in page
    again = me.submit(f"{opened(gathering)}/guests/paste", {"lines": lines})
    assert "1 位的电话名单上已有" in me.get(again.location).text


def test_the_same_phone_five_times_is_told_with_its_lines_and_nothing_is_lost(
    client: FlaskClient, county: County
) -> None:
    gathering = a_gathering(county.officer)
    lines = "\n".join(f"客商{number}\t\t\t13800000001" for number in range(1, 6))
    refused = sign_in(client, county.officer).submit(f"{opened(gathering)}/guests/paste", {"lines": lines})
    assert refused.status_code == 422
    assert "第 1、2、3、4、5 行的电话相同" in refused.text and "客商5" in refused.text
    assert guests(gathering) == []


def a_workbook(*rows: tuple[str, ...]) -> tuple[io.BytesIO, str]:
    """As people send one: a title above the headings, columns in an order of their own, one nobody wants."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet("名单")
        sheet.write(0, 0, "推介会邀请名单")
        for number, row in enumerate((("序号", "手机号", "单位名称", "姓名"), *rows), start=1):
            for place, cell in enumerate(row):
                sheet.write_string(number, place, cell)
    target.seek(0)
    return target, "名单.xlsx"


def test_a_workbook_is_read_into_the_list_and_looked_over_before_anybody_joins(
    client: FlaskClient, county: County
) -> None:
    gathering = a_gathering(county.officer)
    me, at = sign_in(client, county.officer), f"{opened(gathering)}/guests/paste"
    file = a_workbook(("1", "13800000001", "澜川", "严文舟"), ("2", "", "远望", "苏岚"))
    shown = me.submit(at, {"lines": "", "file": file})
    assert shown.status_code == 422 and guests(gathering) == []
    lines = next(form.fields["lines"] for form in forms_of(shown.text) if "lines" in form.fields)
    assert lines.lstrip().splitlines() == [
        "姓名\t单位\t电话",
        "严文舟\t澜川\t13800000001",
        "苏岚\t远望\t",
    ]
    me.submit(at, {"lines": lines})
    assert [(one.name, one.company, one.phone) for one in guests(gathering)] == [
        ("严文舟", "澜川", "13800000001"),
        ("苏岚", "远望", ""),
    ]


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "名单.xlsx", "是空文件"),
        (b"%PDF-1.7", "名单.pdf", "不是能导入的格式"),
        ("单位,电话\n澜川,1".encode(), "名单.csv", "没有找到「姓名」这一列的表头"),
        (b"PK\x03\x04broken", "名单.xlsx", "可能已损坏"),
    ],
)
def test_a_file_that_is_no_list_is_told_at_its_field_and_what_was_typed_stays(
    client: FlaskClient, county: County, content: bytes, name: str, said: str
) -> None:
    at = f"{opened(a_gathering(county.officer))}/guests/paste"
    sent = {"lines": "苏岚", "file": (io.BytesIO(content), name)}
    refused = sign_in(client, county.officer).submit(at, sent)
    assert refused.status_code == 422 and said in refused.text and "苏岚" in refused.text


def test_a_phone_stands_on_a_list_once(client: FlaskClient, county: County) -> None:
    gathering = a_gathering(county.officer)
    a_guest(gathering, county.officer)
    me = sign_in(client, county.officer)
    refused = me.submit(f"{opened(gathering)}/guests/new", {"name": "苏岚", "phone": "138-0000-0001"})
    assert refused.status_code == 422 and "名单上 严文舟 已经是这个电话" in refused.text


def test_a_number_is_not_shown_where_it_is_changed_and_stands_in_no_chain(
    client: FlaskClient, county: County
) -> None:
    gathering = a_gathering(county.officer)
    guest = a_guest(gathering, county.officer, reply_note="派副总来")
    me, at = sign_in(client, county.officer), f"/gatherings/guests/{guest.public_id}/edit"
    page = me.get(at).text
    assert "13800000001" not in page and "138****0001" in page
    me.submit(at, {"post": "总经理"})
    assert [(one.post, one.phone) for one in guests(gathering)] == [("总经理", "13800000001")]
    me.submit(at, {"phone": "无"})
    assert [one.phone for one in guests(gathering)] == [""]
    told = [event.details for event in db.session.scalars(select(AuditEvent))]
    assert told and not [
        each for each in told if "13800000001" in each or "严文舟" in each or "派副总" in each
    ]


def test_who_was_added_by_mistake_leaves_and_who_came_stays(client: FlaskClient, county: County) -> None:
    gathering = a_gathering(county.officer)
    guest = a_guest(gathering, county.officer)
    with acting_as(county.officer):
        services.mark_came(guest, guest.version)
        db.session.commit()
        stale = guest.version - 1
        with pytest.raises(Stale):
            services.mark_came(guest, stale)
    db.session.rollback()
    me, at = sign_in(client, county.officer), f"/gatherings/guests/{guest.public_id}"
    refused = me.submit(f"{at}/edit", {"version": str(guest.version)}, f"{at}/remove")
    assert refused.status_code == 422 and "已经签到，不能移出" in refused.text


def test_a_list_names_somebody_before_they_are_erased_and_stands_beside_its_company(
    app: Flask, county: County
) -> None:
    gathering = a_gathering(county.officer)
    guest = a_guest(gathering, county.officer, county.enterprise)
    sought = Sought("0" * 16, county.enterprise.id, ("严文舟",))
    with app.test_request_context():
        found = NAMED_IN["gatherings"](sought, county.officer)
        assert [(one.kind, one.public_id) for one in found] == [("gathering_guest", guest.public_id)]
        beside = RELATED["gatherings"](county.enterprise.id, county.officer)
        assert beside is not None and beside.rows[0].title == gathering.name
        assert RELATED["gatherings"](county.enterprise.id, county.outsider) is None


# --- at the door ---------------------------------------------------------------------------------------


def test_a_guest_checks_in_once_however_often_they_send_it(app: Flask, county: County) -> None:
    gathering = a_gathering(county.officer)
    guest = a_guest(gathering, county.officer)
    phone, at = a_phone(app), at_the_door(app, gathering)
    typed = {"name": "严文舟", "phone": "138 0000 0001", "company": "澜川"}
    page = phone.get(at)
    assert gathering.name in page.text and guest.name not in page.text  # it says nothing of the list
    for _each in range(2):
        answer = phone.submit(at, typed, at.partition("?")[0])
        assert "已签到" in phone.get(answer.location).text
    (only,) = guests(gathering)
    assert only.came_at is not None and only.source is GuestSource.INVITED


def test_whoever_is_on_no_list_joins_it_as_one_who_came(app: Flask, county: County) -> None:
    gathering = a_gathering(county.officer)
    at = at_the_door(app, gathering)
    a_phone(app).submit(at, STRANGER, at.partition("?")[0])
    (only,) = guests(gathering)
    assert (only.source, only.name, only.company) == (GuestSource.WALK_IN, "苏岚", "远望储能有限公司")
    assert only.came_at is not None and only.inviter_id is None


def test_a_stale_code_says_to_scan_again_and_takes_nothing(app: Flask, county: County) -> None:
    gathering = a_gathering(county.officer)
    phone, at = a_phone(app), at_the_door(app, gathering)
    old = at_the_door(app, gathering, minutes_ago=45)
    assert "二维码已过期，请重新扫现场屏幕上的码" in phone.get(old).text
    typed = STRANGER | {"code": old.partition("=")[2]}
    refused = phone.submit(at, typed, at.partition("?")[0])
    assert refused.status_code == 422 and "二维码已过期" in refused.text
    assert guests(gathering) == []


def test_a_code_is_of_no_use_on_another_day(app: Flask, county: County) -> None:
    over = a_past_gathering(county.officer, 1)
    ahead = a_gathering(county.officer, first_on=today() + timedelta(1), last_on=today() + timedelta(1))
    for gathering, said in ((over, "活动已经结束"), (ahead, "那天再来签到")):
        assert said in a_phone(app).get(at_the_door(app, gathering)).text


def test_a_form_without_a_phone_says_so_and_keeps_what_was_typed(app: Flask, county: County) -> None:
    gathering = a_gathering(county.officer)
    at = at_the_door(app, gathering)
    refused = a_phone(app).submit(at, STRANGER | {"phone": "问秘书"}, at.partition("?")[0])
    assert refused.status_code == 422 and "电话写数字" in refused.text and "远望储能有限公司" in refused.text


def test_nobody_sends_a_list_through_the_door(app: Flask, county: County) -> None:
    gathering = a_gathering(county.officer)
    tries = [DoorTry(gathering_id=gathering.id, address="127.0.0.1", at=now()) for _ in range(300)]
    db.session.add_all(tries)
    db.session.commit()
    at = at_the_door(app, gathering)
    refused = a_phone(app).submit(at, STRANGER, at.partition("?")[0])
    assert refused.status_code == 422 and "请过十分钟再试" in refused.text
    for each in tries:
        each.at = now() - timedelta(minutes=11)
    db.session.commit()
    assert a_phone(app).submit(at, STRANGER, at.partition("?")[0]).status_code == 303
    NIGHTLY["gatherings"]()
    assert len(list(db.session.scalars(select(DoorTry)))) == 1


def test_the_screen_shows_the_code_to_who_may_change_the_event(client: FlaskClient, county: County) -> None:
    gathering = a_gathering(county.officer)
    page = sign_in(client, county.officer).get(f"{opened(gathering)}/door")
    assert "<svg" in page.text and page.headers["Refresh"] == "120"
    assert sign_in(client, county.outsider).get(f"{opened(gathering)}/door").status_code == 404


# --- invitations ---------------------------------------------------------------------------------------


def test_a_guest_answers_their_invitation_and_changes_their_mind(app: Flask, county: County) -> None:
    gathering = a_gathering(county.officer, agenda="下午两点开始")
    guest = a_guest(gathering, county.officer)
    phone, at = a_phone(app), f"/invitations/{guest.public_id}"
    assert "下午两点开始" in phone.get(at).text
    refused = phone.submit(at, {"reply": "sends"})
    assert refused.status_code == 422 and "写谁来" in refused.text
    phone.submit(at, {"reply": "sends", "reply_note": "副总 苏岚"})
    phone.submit(at, {"reply": "comes", "reply_note": ""})
    (only,) = guests(gathering)
    assert only.reply is GuestReply.COMES


def test_an_invitation_takes_no_answer_once_the_event_is_over(app: Flask, county: County) -> None:
    gathering = a_past_gathering(county.officer, 2)
    guest = a_guest(gathering, county.officer)
    phone, at = a_phone(app), f"/invitations/{guest.public_id}"
    page = phone.get(at).text
    assert "这次活动已经结束" in page and "<form" not in page


# --- signed, followed up -------------------------------------------------------------------------------


def test_contracts_and_intents_stand_apart_and_a_contract_names_its_lead(
    client: FlaskClient, county: County
) -> None:
    lead = a_lead(county)
    gathering = a_gathering(county.officer)
    me, at = sign_in(client, county.officer), f"{opened(gathering)}/signings/new"
    contract = {"kind": "contract", "company": "澜川", "project": "隔膜二期", "amount": "1.2亿"}
    refused = me.submit(at, contract)
    assert refused.status_code == 422 and "正式协议写线索编号" in refused.text
    assert "没有编号是「X-1」的线索" in me.submit(at, contract | {"lead_number": "X-1"}).text
    me.submit(at, contract | {"lead_number": lead.number})
    me.submit(at, {"kind": "intent", "company": "远望", "project": "储能柜", "amount": "8000万"})
    rows = list(db.session.scalars(select(Signing)))
    assert [(row.kind.value, row.amount, row.lead_id) for row in rows] == [
        ("contract", 120_000_000, lead.id),
        ("intent", 80_000_000, None),
    ]
    page = me.get(opened(gathering)).text
    assert lead.public_id in page and "1.2" in page and "2 亿" not in page


def test_a_lead_that_a_reader_may_not_see_is_not_led_to(client: FlaskClient, county: County) -> None:
    secret = a_confidential_lead(county)
    gathering = a_gathering(county.officer)
    with acting_as(county.officer):
        data = {"company": "澜川", "project": "隔膜二期", "lead_number": secret.number}
        services.add_signing(gathering, services.SigningData(kind=SigningKind.CONTRACT, **data))
        db.session.commit()
    assert secret.public_id in sign_in(client, county.officer).get(opened(gathering)).text
    assert secret.public_id not in sign_in(client, county.colleague).get(opened(gathering)).text


def test_who_was_followed_up_follows_from_visits_and_leads_after_the_event(county: County) -> None:
    gathering = a_past_gathering(county.officer, 100)
    guest = a_guest(gathering, county.officer, county.enterprise)
    came(gathering, guest)
    a_visit(county, county.officer, held_on=gathering.last_on)  # on the day itself nobody was followed up
    a_visit(county, county.officer, held_on=gathering.last_on + timedelta(60))
    assert counted(gathering, county) == {
        F.GUESTS: 1,
        F.CAME: 1,
        F.COMPANIES: 1,
        F.FOLLOWED_30: 0,
        F.FOLLOWED_90: 1,
    }
    a_visit(county, county.officer, held_on=gathering.last_on + timedelta(30))
    assert counted(gathering, county)[F.FOLLOWED_30] == 1


def test_a_number_opens_to_its_rows_and_says_until_when_it_grows(client: FlaskClient, county: County) -> None:
    gathering = a_past_gathering(county.officer, 40)
    came(gathering, a_guest(gathering, county.officer, county.enterprise))
    a_guest(gathering, county.officer, name="苏岚", phone="13900000002")
    me = sign_in(client, county.officer)
    page = me.get(opened(gathering)).text
    assert f"到 {gathering.last_on + timedelta(90)} 为止" in page
    for figure, number in ((F.GUESTS, 2), (F.CAME, 1), (F.COMPANIES, 1), (F.FOLLOWED_30, 0)):
        rows = me.get(f"{opened(gathering)}/figure?figure={figure.value}").text
        assert len(re.findall("data-line", rows)) == number == counted(gathering, county)[figure]


def test_numbers_of_the_list_stand_in_its_order(county: County) -> None:
    gathering = a_gathering(county.officer)
    first = a_guest(gathering, county.officer)
    second = a_guest(gathering, county.officer, name="苏岚", phone="13900000002")
    came(gathering, second)
    assert [guest.id for guest in queries.guests_of(gathering, 10)] == [second.id, first.id]
