"""Pages of visits as people see them: the quick form, what it refuses and with which words, list and page."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import acting_as
from app.core.storage.db import db
from app.core.values.clock import today
from app.promotion.steps.models import Step
from app.promotion.visits import services
from app.promotion.visits.models import Visit
from app.register.enterprises import services as enterprises
from tests.factories.days import in_days, told
from tests.factories.enterprises import (
    a_credit_code,
    an_archived_enterprise,
    erase,
    make_contact,
    make_enterprise,
)
from tests.factories.leads import a_confidential_lead, a_county, a_lead, an_enterprise, sign_in
from tests.factories.visits import a_todo, a_visit, an_archived_visit, person_of, visit_data
from tests.services.client import forms_of
from tests.services.conflicts import rows_in

Db = scoped_session[Session]
DUE = (today() + timedelta(days=3)).isoformat()


def _written(**changed: Any) -> dict[str, Any]:
    words = {"summary": "看中离苏州近", "next_what": "约严总来看厂房", "next_due_on": DUE}
    return words | changed


def test_a_visit_is_written_down_from_the_page_of_a_company(session: Db, client) -> None:
    county = a_county()
    me = sign_in(client, county.resident)
    page = me.get(f"/visits/new?enterprise={county.enterprise.public_id}").text
    assert county.enterprise.name in page and "记走访" in page
    fields = _written(
        enterprise=county.enterprise.name,
        **{"promises-0-what": "发厂房图纸", "promises-0-due_on": DUE},
    )
    answer = me.submit("/visits/new", fields)
    assert answer.status_code == 303
    shown = me.get(answer.location).text
    for words in (county.enterprise.name, "看中离苏州近", "发厂房图纸", "约严总来看厂房", county.team.name):
        assert words in shown
    assert session.scalar(select(func.count()).select_from(Step)) == 2


def test_the_page_of_the_company_leads_to_the_visit(session: Db, client) -> None:
    county = a_county()
    visit = a_visit(county)
    shown = sign_in(client, county.resident).get(f"/enterprises/{county.enterprise.public_id}").text
    assert f'href="/visits/{visit.public_id}"' in shown


def test_a_form_sent_twice_makes_one_visit(session: Db, client) -> None:
    county = a_county()
    me = sign_in(client, county.resident)
    fields = _written(enterprise=county.enterprise.name, idempotency_key="one-phone-two-sends")
    first, second = (me.submit("/visits/new", fields) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert session.scalar(select(func.count()).select_from(Visit)) == 1


def test_a_lead_in_the_address_fills_in_company_and_lead(session: Db, client) -> None:
    county = a_county()
    lead = a_lead(county)
    me = sign_in(client, county.officer)
    answer = me.submit(f"/visits/new?lead={lead.public_id}", _written(), action="/visits/new")
    assert answer.status_code == 303
    assert lead.name in me.get(answer.location).text
    assert session.scalars(select(Visit)).one().lead_id == lead.id


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"enterprise": ""}, "选一家企业"),
        ({"enterprise": "没有这家企业有限公司"}, "库里没有这家企业"),
        ({"summary": ""}, "写上谈了什么"),
        ({"summary": "x" * 4001}, "最多 4000 个字"),
        ({"next_what": ""}, "写下一步做什么"),
        ({"next_due_on": ""}, "写上下一步的期限"),
        ({"held_on": "2026-02-30"}, "真有的一天"),
        ({"held_on": in_days(1)}, "不能在今天之后"),
        ({"kind": "picnic"}, "方式"),
        ({"people": "0000000000000000"}, "重新选我方人员"),
        ({"others": "查无此人"}, "名单里没有「查无此人」"),
        ({"lead": "0000000000000000"}, "没有找到这条线索"),
        ({"next_owner": "nobody"}, "重新选谁办"),
        ({"promises-0-what": "发图纸"}, "第 1 条承诺写上期限"),
        ({"promises-1-what": "发图纸", "promises-1-due_on": "NaN"}, "真有的一天"),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_what_was_typed_stays(
    session: Db, client, changed: dict[str, str], said: str
) -> None:
    county = a_county()
    fields = _written(enterprise=county.enterprise.name, place="江苏无锡")
    fields |= {name: str(value) for name, value in told(changed).items()}
    answer = sign_in(client, county.resident).submit("/visits/new", fields)
    assert answer.status_code == 422
    assert said in answer.text and "江苏无锡" in answer.text
    assert session.scalar(select(func.count()).select_from(Visit)) == 0


def test_a_company_that_cannot_be_meant_is_said_why(session: Db, client) -> None:
    county = a_county()
    old = an_archived_enterprise("安徽旧码新材料有限公司", reason="重复登记")
    for number in (1, 2):
        make_enterprise("安徽双码新材料有限公司", credit_code=a_credit_code(number))
    session.commit()
    me = sign_in(client, county.resident)
    for name, said in ((old.name, "已归档（重复登记）"), ("安徽双码新材料有限公司", "库里有 2 家同名")):
        assert said in me.submit("/visits/new", _written(enterprise=name)).text
    fields = _written(enterprise=a_credit_code(2))
    assert me.submit("/visits/new", fields).status_code == 303
    assert session.scalars(select(Visit)).one().enterprise.credit_code == a_credit_code(2)


def test_people_who_came_along_are_ticked_or_written_by_name(session: Db, client) -> None:
    county = a_county()
    head, colleague = person_of(county.head), person_of(county.colleague)
    written = f"{head.name}、{colleague.name}（{colleague.unit.name}）"
    fields = _written(enterprise=county.enterprise.name, others=written)
    sign_in(client, county.resident).submit("/visits/new", fields)
    names = {row.person.name for row in session.scalars(select(Visit)).one().participants}
    assert names == {county.resident.name, head.name, colleague.name}


def test_two_people_of_one_name_are_told_apart_by_their_unit(session: Db, client) -> None:
    county = a_county()
    person_of(county.colleague).name = person_of(county.head).name
    fields = _written(enterprise=county.enterprise.name, others=person_of(county.head).name)
    answer = sign_in(client, county.resident).submit("/visits/new", fields)
    assert answer.status_code == 422 and "请连单位一起写" in answer.text


def test_the_contacts_of_the_chosen_company_stand_ready(session: Db, client) -> None:
    county = a_county()
    with acting_as(county.head):
        contact = make_contact(county.enterprise, "严书宁", post="总经理")
        make_contact(an_enterprise(), "别家的人")
    me = sign_in(client, county.resident)
    part = me.get(f"/visits/company-parts?enterprise_id={county.enterprise.public_id}").text
    assert "严书宁" in part and "别家的人" not in part
    page = f"/visits/new?enterprise={county.enterprise.public_id}"
    answer = me.submit(page, _written(contacts=contact.public_id), action="/visits/new")
    assert "严书宁（总经理）" in me.get(answer.location).text


def test_a_visit_is_corrected_archived_and_brought_back(session: Db, client) -> None:
    county = a_county()
    url = f"/visits/{a_visit(county).public_id}"
    me = sign_in(client, county.resident)
    assert me.submit(f"{url}/edit", {"place": "江苏苏州"}).status_code == 303
    assert "江苏苏州" in me.get(url).text
    assert me.submit(url, {"reason": ""}, action=f"{url}/archive").status_code == 422
    assert me.submit(url, {"reason": "记重了"}, action=f"{url}/archive").status_code == 303
    assert "已归档" in me.get(url).text
    assert url not in me.get("/visits").text
    assert url in me.get("/visits?archived=1").text
    assert me.submit(url, action=f"{url}/restore").status_code == 303
    assert url in me.get("/visits").text


def test_two_editors_see_both_values(session: Db, client) -> None:
    county = a_county()
    visit = a_visit(county)
    seen = visit.version
    with acting_as(county.resident):
        services.edit_visit(visit, seen, visit_data(county, county.resident, place="江苏苏州"))
    session.commit()
    me = sign_in(client, county.resident)
    stale = {"version": str(seen), "place": "上海"}
    answer = me.submit(f"/visits/{visit.public_id}/edit", stale)
    assert {label: row.sides for label, row in rows_in(answer).items()} == {"地点": ("江苏苏州", "上海")}


@pytest.mark.parametrize("gone", ["archived", "erased"])
def test_an_edit_keeps_whom_one_met_also_when_they_are_gone_since(session: Db, client, gone: str) -> None:
    county = a_county()
    with acting_as(county.head):
        left, here = make_contact(county.enterprise, "严书宁"), make_contact(county.enterprise, "孟庆川")
        never = make_contact(county.enterprise, "贺晓冬")
        visit = a_visit(county, contacts=[left, here])
        for contact in (left, never):
            if gone == "archived":
                enterprises.archive_contact(contact, contact.version)
            else:
                erase(contact)
    session.commit()
    me, url = sign_in(client, county.resident), f"/visits/{visit.public_id}/edit"
    page = me.get(url).text
    assert f"{left.personal.name}（已归档）" in page
    assert never.public_id not in page
    assert me.submit(url, {"place": "江苏苏州"}).status_code == 303
    session.expire_all()
    assert {row.contact_id for row in visit.contacts} == {left.id, here.id}
    assert me.submit(url, {"contacts": [here.public_id, never.public_id]}).status_code == 303
    session.expire_all()
    assert [row.contact_id for row in visit.contacts] == [here.id]


def test_a_conflict_offers_their_people_and_takes_them_whole(session: Db, client) -> None:
    county = a_county()
    with acting_as(county.head):
        contact = make_contact(county.enterprise, "严书宁")
    visit = a_visit(county)
    url, seen = f"/visits/{visit.public_id}/edit", visit.version
    with acting_as(county.head):
        together = [person_of(county.resident), person_of(county.head)]
        data = visit_data(county, county.resident, people=together, contacts=[contact])
        services.edit_visit(visit, seen, data)
        session.commit()
    me = sign_in(client, county.resident)
    mine = {"people": person_of(county.resident).public_id, "contacts": [], "version": str(seen)}
    clash = me.submit(url, mine)
    assert clash.status_code == 409
    for words in ("我方人员", county.head.name, "见到谁", "严书宁"):
        assert words in clash.text
    theirs = [person_of(county.resident).public_id, person_of(county.head).public_id]
    chosen = forms_of(clash.text)[-1].fields | {
        "people-whole": " ".join(theirs),
        "contacts-whole": contact.public_id,
    }
    assert me.post(url, data=chosen).status_code == 303
    session.expire_all()
    assert {row.person_id for row in visit.participants} == {person.id for person in together}
    assert [row.contact_id for row in visit.contacts] == [contact.id]


def test_the_one_who_changed_only_the_people_is_named_in_a_conflict(session: Db, client) -> None:
    county = a_county()
    visit = a_visit(county)
    seen = visit.version
    with acting_as(county.head):
        together = [person_of(county.resident), person_of(county.head)]
        services.edit_visit(visit, seen, visit_data(county, county.resident, people=together))
        session.commit()
    url = f"/visits/{visit.public_id}"
    answer = sign_in(client, county.resident).submit(
        url, {"reason": "记重了", "version": str(seen)}, action=f"{url}/archive"
    )
    assert answer.status_code == 409
    for words in (county.head.name, "改了我方人员", "归档：记重了"):
        assert words in answer.text


def test_archiving_and_restoring_a_visit_ask_for_what_was_seen(session: Db, client) -> None:
    county = a_county()
    visit = a_visit(county)
    url, seen = f"/visits/{visit.public_id}", visit.version
    with acting_as(county.head):
        services.edit_visit(visit, seen, visit_data(county, county.resident, summary="其实谈成了"))
        session.commit()
    me = sign_in(client, county.resident)
    stale = {"reason": "记重了", "version": str(seen)}
    clash = me.submit(url, stale, action=f"{url}/archive")
    assert clash.status_code == 409 and "改了谈了什么" in clash.text
    assert me.post(f"{url}/archive", data=forms_of(clash.text)[-1].fields).status_code == 303
    clash = me.submit(url, {"version": str(seen)}, action=f"{url}/restore")
    assert clash.status_code == 409
    assert "归档：记重了" in clash.text and "恢复" in clash.text
    assert me.submit(url, action=f"{url}/restore").status_code == 303


def test_what_was_typed_into_a_visit_that_was_archived_meanwhile_is_shown(session: Db, client) -> None:
    county = a_county()
    visit = a_visit(county)
    url = f"/visits/{visit.public_id}/edit"
    me = sign_in(client, county.resident)
    fields = forms_of(me.get(url).text)[-1].fields | {"place": "上海"}
    with acting_as(county.head):
        services.archive_visit(visit, visit.version, "记重了")
        session.commit()
    clash = me.post(url, data=fields)
    assert clash.status_code == 409
    assert "上海" in clash.text and "归档：记重了" in clash.text and county.head.name in clash.text
    assert me.get(url).status_code == 403


def test_a_refused_form_keeps_the_lead_and_the_company_it_came_with(session: Db, client) -> None:
    county = a_county()
    lead = a_lead(county)
    me = sign_in(client, county.officer)
    page = f"/visits/new?lead={lead.public_id}"
    sent_to = forms_of(me.get(page).text)[-1].action
    assert sent_to == page
    refused = me.submit(page, _written(summary=""), action=sent_to)
    assert refused.status_code == 422
    assert forms_of(refused.text)[-1].action == page
    assert forms_of(refused.text)[-1].fields["lead"] == lead.public_id
    emptied = me.submit(page, _written(enterprise="", enterprise_id=""), action=sent_to)
    assert emptied.status_code == 422 and forms_of(emptied.text)[-1].fields["lead"] == lead.public_id


def test_an_address_with_an_unknown_company_or_an_archived_lead_says_so(session: Db, client) -> None:
    county = a_county()
    lead = a_lead(county)
    lead.archived_at = lead.created_at
    me = sign_in(client, county.officer)
    unknown = me.get("/visits/new?enterprise=nope")
    assert unknown.status_code == 400 and "库里没有这家企业" in unknown.text
    archived = me.get(f"/visits/new?lead={lead.public_id}")
    assert archived.status_code == 400 and "先恢复再记走访" in archived.text
    assert me.get("/visits/new?lead=nope").status_code == 404


def test_the_list_is_narrowed_by_its_address(session: Db, client) -> None:
    county = a_county()
    other = an_enterprise("无锡另一家有限公司")
    old = a_visit(county, held_on=today() - timedelta(days=40))
    new = a_visit(county, county.officer, enterprise=other)
    me = sign_in(client, county.head)

    def shown(query: str) -> set[str]:
        page = me.get(f"/visits{query}").text
        return {visit.public_id for visit in (old, new) if visit.public_id in page}

    week_ago = (today() - timedelta(days=7)).isoformat()
    both, only_old, only_new = {old.public_id, new.public_id}, {old.public_id}, {new.public_id}
    assert shown("") == both
    assert shown(f"?from={week_ago}") == only_new
    assert shown(f"?to={week_ago}") == only_old
    assert shown(f"?team={county.team.public_id}") == only_old
    assert shown(f"?unit={county.park.public_id}") == only_new
    assert shown(f"?enterprise={other.public_id}") == only_new
    assert shown(f"?person={person_of(county.resident).public_id}") == only_old
    assert shown("?kind=reception") == set()
    assert shown("?q=无锡另一家") == only_new
    assert shown("?view=mine") == set()


@pytest.mark.parametrize(
    "query",
    [
        "?page=abc",
        "?from=2026-02-30",
        "?kind=picnic",
        "?unit=nobody",
        "?enterprise=没有这家",
        "?person=%00x",
        "?sort=nothing",
        "?view=nothing",
        "?archived=2",
    ],
)
def test_an_address_that_cannot_be_is_refused_in_words(session: Db, client, query: str) -> None:
    answer = sign_in(client, a_county().head).get(f"/visits{query}")
    assert answer.status_code in (400, 404)
    assert "编号" in answer.text


def test_a_hidden_visit_is_missing_on_every_page(session: Db, client) -> None:
    county = a_county()
    visit = a_visit(county, county.officer, lead=a_confidential_lead(county))
    me = sign_in(client, county.head)
    for page in ("", "/edit"):
        assert me.get(f"/visits/{visit.public_id}{page}").status_code == 404
    assert visit.public_id not in me.get("/visits").text
    page = me.get(f"/enterprises/{county.enterprise.public_id}").text
    assert visit.summary not in page


def test_a_page_of_the_list_asks_the_database_as_often_for_one_row_as_for_many(session: Db, client) -> None:
    county = a_county()
    me = sign_in(client, county.head)
    a_visit(county)

    def asked() -> int:
        count = 0

        def counted(*_args: object) -> None:
            nonlocal count
            count += 1

        engine = db.engine
        event.listen(engine, "before_cursor_execute", counted)
        me.get("/visits")
        event.remove(engine, "before_cursor_execute", counted)
        return count

    few = asked()
    for _ in range(6):
        a_visit(county, people=[person_of(county.resident), person_of(county.officer)])
    assert asked() == few


def test_a_leader_reads_and_does_not_write(session: Db, client) -> None:
    county = a_county()
    visit = a_visit(county, promises=[a_todo(county.resident)])
    archived = an_archived_visit(county)
    me = sign_in(client, county.leader)
    assert "记一次走访" not in me.get("/visits").text
    assert "归档这次走访" not in me.get(f"/visits/{visit.public_id}").text
    assert "恢复</button>" not in me.get(f"/visits/{archived.public_id}").text
    assert me.get("/visits/new").status_code == 403
