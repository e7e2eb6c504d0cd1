"""Who a contact is, is erased by two people: one asks, another one confirms, and both are in the ledger."""

import re
import shutil
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import Actor, acting_as
from app.core.storage.audit import AuditEvent
from app.core.storage.db import db
from app.core.values.clock import today
from app.core.values.errors import NotAllowed, RuleBroken, Stale
from app.exchange.imports.models import ImportBatch
from app.exchange.imports.services import folder_of
from app.promotion.leads.enums import LeadStage
from app.promotion.steps.models import Step
from app.register.accounts.enums import Role
from app.register.enterprises import erasing, queries, services
from app.register.enterprises.enums import ErasureState
from app.register.enterprises.models import Contact, ContactErasure
from app.register.enterprises.services import ERASED, ContactData
from tests.factories.days import entered_yesterday
from tests.factories.enterprises import file_away, make_contact
from tests.factories.imports import csv_file, written
from tests.factories.leads import (
    County,
    a_confidential_lead,
    a_contract,
    a_county,
    a_file,
    a_lead,
    a_review,
    an_actor,
    an_enterprise,
    move,
    sign_in,
)
from tests.factories.projects import a_project
from tests.factories.visits import a_todo, an_archived_visit
from tests.factories.visits import a_visit as a_visit_of_today
from tests.services.client import forms_of

pytestmark = pytest.mark.both_databases
Db = scoped_session[Session]
a_visit = entered_yesterday(a_visit_of_today)


def a_contact(county: County) -> Contact:
    """Of a company that the resident team has visited."""
    with acting_as(county.head):
        contact = make_contact(county.enterprise)
    a_visit(county, next_step=None)
    return contact


def asked_by(actor: Actor, contact: Contact) -> ContactErasure:
    with acting_as(actor):
        asked = erasing.ask_erasure(contact, contact.version, "本人要求删除")
        db.session.commit()
    return asked


def confirm(asked: ContactErasure, actor: Actor) -> None:
    with acting_as(actor):
        erasing.confirm_erasure(asked, asked.version, asked.contact.version)
        db.session.commit()


def told(session: Db) -> list[str]:
    """What the ledger says was done about erasing, in order."""
    events = select(AuditEvent).where(AuditEvent.action.like("contact.erase%")).order_by(AuditEvent.id)
    return [f"{event.actor_name} {event.action}" for event in session.scalars(events)]


def test_one_asks_and_another_confirms(session: Db) -> None:
    county = a_county()
    contact = a_contact(county)
    asked = asked_by(county.resident, contact)
    session.commit()
    assert contact.personal.phone == "13812346021"
    confirm(asked, county.head)
    session.commit()
    assert (contact.personal.name, contact.personal.phone, contact.is_archived) == (ERASED, None, True)
    assert told(session) == [
        f"{county.resident.name} contact.erase_asked",
        f"{county.head.name} contact.erase",
    ]


def test_nobody_confirms_what_they_asked_for_not_by_another_account_either(session: Db) -> None:
    county = a_county()
    contact = a_contact(county)
    asked = asked_by(county.head, contact)
    for actor in (county.head, replace(county.head, user_id=0)):
        with pytest.raises(NotAllowed) as refused:
            confirm(asked, actor)
        assert "另一位同事" in refused.value.message
    assert contact.personal.name == "贺晓冬"


def test_who_does_not_work_with_the_company_neither_asks_nor_decides(session: Db) -> None:
    county = a_county()
    contact = a_contact(county)
    with pytest.raises(NotAllowed):
        asked_by(county.outsider, contact)
    asked = asked_by(county.head, contact)
    mate = an_actor(county.bureau, Role.RESIDENT, county.team)  # works with it and may not archive
    for actor in (county.outsider, mate, county.leader):
        with pytest.raises(NotAllowed), acting_as(actor):
            erasing.refuse_erasure(asked, asked.version, "核实过")
        with pytest.raises(NotAllowed):
            confirm(asked, actor)
        assert queries.list_erasures(actor) == []
    a_visit(county, county.outsider, next_step=None)
    assert queries.list_erasures(county.outsider) == [asked]
    confirm(asked, county.outsider)
    assert contact.personal.name == ERASED


def test_a_request_is_refused_with_a_reason_or_withdrawn_and_may_be_made_again(session: Db) -> None:
    county = a_county()
    contact = a_contact(county)
    asked = asked_by(county.resident, contact)
    with acting_as(county.head):
        with pytest.raises(RuleBroken):
            erasing.refuse_erasure(asked, asked.version, "")
        erasing.refuse_erasure(asked, asked.version, "核实过，不是本人提出的")
    again = asked_by(county.resident, contact)
    with acting_as(county.head), pytest.raises(NotAllowed):
        erasing.withdraw_erasure(again, again.version)
    with acting_as(county.resident):
        erasing.withdraw_erasure(again, again.version)
    session.commit()
    assert [asked.state, again.state] == [ErasureState.REFUSED, ErasureState.WITHDRAWN]
    assert contact.personal.name == "贺晓冬"
    assert [line.split(".")[1] for line in told(session)] == [
        "erase_asked",
        "erase_refused",
        "erase_asked",
        "erase_withdrawn",
    ]


def test_what_somebody_decided_meanwhile_is_not_decided_again(session: Db) -> None:
    county = a_county()
    contact = a_contact(county)
    asked = asked_by(county.resident, contact)
    session.commit()
    seen, seen_contact = asked.version, contact.version
    confirm(asked, county.head)
    session.commit()
    other = an_actor(county.bureau, Role.BUREAU_HEAD)
    with acting_as(other):
        with pytest.raises(Stale):
            erasing.confirm_erasure(asked, seen, seen_contact)
        with pytest.raises(Stale):
            erasing.refuse_erasure(asked, seen, "核实过")
        with pytest.raises(RuleBroken):
            erasing.refuse_erasure(asked, asked.version, "核实过")
    assert asked.state is ErasureState.ERASED


def test_a_contact_that_was_changed_meanwhile_is_looked_at_before_it_is_erased(
    session: Db, client: FlaskClient
) -> None:
    county = a_county()
    contact = a_contact(county)
    asked = asked_by(county.resident, contact)
    session.commit()
    seen = contact.version
    with acting_as(county.resident):
        services.update_contact(contact, seen, ContactData("孟庆川", phone="13912346022"))
    session.commit()
    with acting_as(county.head), pytest.raises(Stale):
        erasing.confirm_erasure(asked, asked.version, seen)
    session.rollback()
    page = sign_in(client, county.head).get(f"/contacts/{contact.public_id}/erase").text
    assert "申请以后这位联系人有过改动：改了" in page and "孟庆川" in page
    confirm(asked, county.head)
    assert contact.personal.name == ERASED


def test_it_is_asked_once_at_a_time_and_not_of_who_was_erased(session: Db) -> None:
    county = a_county()
    contact = a_contact(county)
    asked = asked_by(county.resident, contact)
    with pytest.raises(RuleBroken) as refused:
        asked_by(county.head, contact)
    assert "正等确认" in refused.value.problems[""]
    confirm(asked, county.head)
    with pytest.raises(RuleBroken) as refused:
        asked_by(county.head, contact)
    assert "已经删除" in refused.value.problems[""]


def test_whose_data_they_are_does_not_depend_on_our_filing(session: Db) -> None:
    county = a_county()
    contact = a_contact(county)
    asked = asked_by(county.resident, contact)
    file_away(county.enterprise)
    confirm(asked, county.head)
    assert contact.personal.name == ERASED


def test_the_pages_lead_from_asking_to_confirming(session: Db, client: FlaskClient) -> None:
    county = a_county()
    contact = a_contact(county)
    session.commit()
    company, url = f"/enterprises/{county.enterprise.public_id}", f"/contacts/{contact.public_id}/erase"
    sign_in(client, county.resident)
    assert url in client.get(f"/contacts/{contact.public_id}/edit").text
    assert client.submit(url).status_code == 422  # without a reason
    assert client.submit(url, {"reason": "本人要求删除"}).status_code == 303
    shown = client.get(url).text
    assert "撤销申请" in shown and "确认删除" not in shown and "要由另一位同事确认" in shown
    assert "等确认删除" in client.get(company).text
    sign_in(client, county.head)
    home = client.get("/").text
    assert url in home and "等您确认：删除联系人" in home
    assert client.submit(url, action=f"{url}/refuse").status_code == 422
    assert client.submit(url, {"is_sure": "y"}, action=f"{url}/confirm").status_code == 303
    assert "等您确认" not in client.get("/").text
    assert "已经删除" in client.get(url).text
    assert contact.public_id not in client.get(company).text


def test_the_page_is_closed_to_who_may_neither_ask_nor_decide(session: Db, client: FlaskClient) -> None:
    county = a_county()
    contact = a_contact(county)
    session.commit()
    refused = sign_in(client, county.outsider).get(f"/contacts/{contact.public_id}/erase")
    assert refused.status_code == 403 and "请找招商局" in refused.text


def test_it_is_confirmed_only_once_ticked_that_it_is_meant(session: Db, client: FlaskClient) -> None:
    county = a_county()
    contact = a_contact(county)
    asked_by(county.resident, contact)
    url = f"/contacts/{contact.public_id}/erase"
    unsure = sign_in(client, county.head).submit(url, action=f"{url}/confirm")
    assert unsure.status_code == 422 and "先勾选这一项" in unsure.text
    session.expire_all()
    assert contact.personal.name == "贺晓冬"
    token = forms_of(sign_in(client, county.outsider).get("/enterprises").text)[0].fields["csrf_token"]
    assert client.post(f"{url}/confirm", data={"csrf_token": token}).status_code == 403


@pytest.mark.parametrize(
    "words",
    [
        "贺晓冬本人要求",
        "贺 晓冬要求",
        "电话 138 1234-6021",
        "尾号6021的来电",
        "身份证32050619800101123X",
        "电话１３９１２３４６０２２",
    ],
)
def test_what_says_who_it_is_goes_into_no_reason_and_no_answer(session: Db, words: str) -> None:
    county = a_county()
    contact = a_contact(county)
    with pytest.raises(RuleBroken) as refused, acting_as(county.resident):
        erasing.ask_erasure(contact, contact.version, words)
    assert "本人来电要求删除" in refused.value.problems["reason"]
    asked = asked_by(county.resident, contact)
    with pytest.raises(RuleBroken) as refused, acting_as(county.head):
        erasing.refuse_erasure(asked, asked.version, words)
    assert "核实过" in refused.value.problems["reason"]


def test_a_day_and_the_number_of_a_letter_say_nothing_of_who_it_is(session: Db) -> None:
    county = a_county()
    contact = a_contact(county)
    with acting_as(county.resident):
        erasing.ask_erasure(contact, contact.version, "本人 2026-11-20 来信要求，信访〔2025〕12号")
    assert queries.open_erasure(contact) is not None


def test_the_words_of_a_request_stand_with_the_request_alone(session: Db) -> None:
    county = a_county()
    contact = a_contact(county)
    refused = asked_by(county.resident, contact)
    with acting_as(county.head):
        erasing.refuse_erasure(refused, refused.version, "核实过，不是本人提出的")
    confirm(asked_by(county.resident, contact), county.head)
    events = session.scalars(select(AuditEvent).where(AuditEvent.subject_kind == "contact")).all()
    assert contact.archive_reason == "个人信息已删除"
    for words in ("本人要求删除", "核实过"):
        assert not any(words in event.summary + event.details for event in events)


def test_a_request_of_before_that_says_who_it_is_is_cleared_as_well(session: Db) -> None:
    county = a_county()
    contact = a_contact(county)
    asked = asked_by(county.resident, contact)
    asked.reason = "贺晓冬本人要求，电话13812346021"
    session.commit()
    confirm(asked, county.head)
    assert asked.reason == "（写了姓名或号码，已一并删除）"


def test_who_was_erased_is_edited_no_more(session: Db, client: FlaskClient) -> None:
    county = a_county()
    contact = a_contact(county)
    confirm(asked_by(county.resident, contact), county.head)
    page = sign_in(client, county.resident).get(f"/contacts/{contact.public_id}/edit")
    assert page.status_code == 400
    assert "已经删除" in page.text and "申请删除" not in page.text


def test_who_asked_reads_who_may_confirm_and_never_that_it_is_oneself(
    session: Db, client: FlaskClient
) -> None:
    county = a_county()
    contact = a_contact(county)
    other = an_actor(county.bureau, Role.BUREAU_HEAD)
    asked_by(county.head, contact)
    page = sign_in(client, county.head).get(f"/contacts/{contact.public_id}/erase").text
    assert f"招商局负责人{other.name}（{county.bureau.name}），或跟过这家企业的招商干部" in page
    assert f"{county.head.name}（{county.bureau.name}），或" not in page


# --- what still names them ---


def told_of(session: Db, client: FlaskClient, actor: Actor, contact: Contact) -> list[str]:
    """Where the page of the request sends this person to put texts right."""
    session.commit()
    page = sign_in(client, actor).get(f"/contacts/{contact.public_id}/erase").text
    return re.findall('<li class="related-row"><div><a href="([^"]+)"', page)


def test_each_kind_of_record_that_names_them_is_listed_before_it_is_asked(
    session: Db, client: FlaskClient
) -> None:
    county = a_county()
    contact = a_contact(county)
    with acting_as(county.head):
        secretary = make_contact(county.enterprise, "孟庆川", "13912346022", purpose="贺晓冬的秘书")
    county.enterprise.notes = "办公室电话 13812346021"
    promised = a_visit(county, summary="看了厂房", next_step=a_todo(county.resident, "给贺晓冬寄样品"))
    visit = a_visit(county, summary="贺晓冬说明年扩产", next_step=None)
    an_archived_visit(county, needs="贺晓冬要厂房", next_step=None)
    lead = a_lead(county, content="贺晓冬拍板")
    project = a_project(county, name="贺晓冬的项目")
    step = session.scalars(select(Step).where(Step.visit_id == promised.id)).one()
    other = an_enterprise("苏州旁边有限公司")
    other.notes = "贺晓冬也在这里"
    shown = told_of(session, client, county.head, contact)
    assert {
        f"/enterprises/{county.enterprise.public_id}",
        f"/contacts/{secretary.public_id}/edit",
        f"/steps/{step.public_id}",
        f"/visits/{visit.public_id}",
        f"/leads/{lead.public_id}",
        f"/projects/{project.public_id}",
    } <= set(shown)
    assert f"/visits/{promised.public_id}" not in shown
    assert f"/enterprises/{other.public_id}" not in shown
    assert len([url for url in shown if url.startswith("/visits/")]) == 2


def test_what_the_ledger_a_paper_or_its_review_says_of_them_is_of_its_lead(
    session: Db, client: FlaskClient
) -> None:
    county = a_county()
    contact = a_contact(county)
    names = ("一期厂房", "二期厂房", "三期厂房", "四期厂房", "五期厂房")
    entered, titled, reviewed, filed, silent = (a_lead(county, name=name) for name in names)
    move(entered, LeadStage.ON_HOLD, county.officer, today(), reason="等贺晓冬回国")
    a_contract(titled, county, title="与贺晓冬的协议")
    a_review(a_contract(reviewed, county), county, opinion="贺晓冬的股份另议")
    a_contract(filed, county, a_file("贺晓冬名片.pdf"))
    a_contract(silent, county)
    shown = told_of(session, client, county.head, contact)
    leads = {f"/leads/{lead.public_id}" for lead in (entered, titled, reviewed, filed)}
    assert leads == {url for url in shown if url.startswith("/leads/")}


def test_a_hidden_record_is_told_of_neither_by_its_line_nor_by_the_number_of_lines(
    session: Db, client: FlaskClient
) -> None:
    county = a_county()
    contact = a_contact(county)
    secret = a_confidential_lead(county, content="贺晓冬拍板")
    asked_by(county.resident, contact)
    url = f"/contacts/{contact.public_id}/erase"
    with_it = sign_in(client, county.head).get(url).text
    secret.content = "另一位拍板"
    session.commit()
    without = sign_in(client, county.head).get(url).text
    assert secret.public_id not in with_it and secret.name not in with_it
    assert "没有找到" in with_it
    assert with_it.count("<li") == without.count("<li")


def test_the_number_is_looked_for_only_for_who_may_read_it(session: Db) -> None:
    county = a_county()
    contact = a_contact(county)
    with acting_as(county.head):
        assert erasing.sought(contact).words == ("贺晓冬", "13812346021")
    with acting_as(county.outsider):
        assert erasing.sought(contact).words == ("贺晓冬",)


def test_the_page_after_it_leads_once_more_to_what_still_names_them(session: Db, client: FlaskClient) -> None:
    county = a_county()
    contact = a_contact(county)
    visit = a_visit(county, summary="贺晓冬说明年扩产", next_step=None)
    asked_by(county.resident, contact)
    url = f"/contacts/{contact.public_id}/erase"
    sign_in(client, county.head)
    done = client.submit(url, {"is_sure": "y"}, action=f"{url}/confirm")
    page = client.get(done.location).text
    assert f"/visits/{visit.public_id}" in page and "离开这一页" in page
    assert county.resident.name in page and county.head.name in page
    assert visit.public_id not in client.get(url).text


def test_the_address_of_that_page_opens_nothing_that_is_hidden_or_of_another_company(
    session: Db, client: FlaskClient
) -> None:
    county = a_county()
    contact = a_contact(county)
    secret = a_confidential_lead(county, content="贺晓冬拍板")
    elsewhere = a_visit(county, enterprise=an_enterprise(), next_step=None)
    confirm(asked_by(county.resident, contact), county.head)
    known = f"lead:{secret.public_id} visit:{elsewhere.public_id} lead:x :: {secret.public_id}"
    page = sign_in(client, county.head).get(
        f"/contacts/{contact.public_id}/erase", query_string={"left": known}
    )
    assert page.status_code == 200
    assert not any(one in page.text.partition("<main")[2] for one in (secret.public_id, elsewhere.public_id))


def an_imported_contact(session: Db, owner: Actor) -> tuple[Contact, str]:
    """From a file of somebody's, which is still kept; with the public id of the import."""
    row = ("青岚澜川制造有限公司", "贺晓冬", "13812346021")
    with acting_as(owner):
        batch = written(csv_file(row, headings=("企业名称", "联系人", "联系电话")), "名单.csv")
    return session.scalars(select(Contact)).one(), batch.public_id


def test_the_file_they_were_imported_from_is_named_to_who_may_open_it_while_it_is_kept(
    session: Db, client: FlaskClient
) -> None:
    county = a_county()
    contact, batch_id = an_imported_contact(session, county.officer)
    url = f"/contacts/{contact.public_id}/erase"
    other = an_actor(county.park)
    assert f"/imports/{batch_id}" in told_of(session, client, county.officer, contact)
    page = sign_in(client, other).get(url).text
    assert "导入的原文件" in page and "30 天" in page
    assert batch_id not in page and "名单.csv" not in page
    confirm(asked_by(county.officer, contact), county.head)
    assert f"/imports/{batch_id}" in told_of(session, client, county.officer, contact)
    shutil.rmtree(folder_of(session.scalars(select(ImportBatch)).one()))
    assert "导入的原文件" not in sign_in(client, county.officer).get(url).text
