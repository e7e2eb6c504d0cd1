"""Who a contact is, is erased by two people: one asks, another one confirms, and both are in the ledger."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from app.accounts.enums import Role
from app.core.audit import AuditEvent
from app.core.auth import Actor, acting_as
from app.core.db import db
from app.core.errors import NotAllowed, RuleBroken, Stale
from app.enterprises import erasing, queries, services
from app.enterprises.enums import ErasureState
from app.enterprises.models import Contact, ContactErasure
from app.enterprises.services import ERASED, ContactData
from tests.factories.days import entered_yesterday
from tests.factories.enterprises import file_away, make_contact
from tests.factories.leads import County, a_county, an_actor, sign_in
from tests.factories.visits import a_visit as a_visit_of_today

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
    assert client.submit(url, action=f"{url}/confirm").status_code == 303
    assert "等您确认" not in client.get("/").text
    assert contact.public_id not in client.get(company).text


def test_the_page_is_closed_to_who_may_neither_ask_nor_decide(session: Db, client: FlaskClient) -> None:
    county = a_county()
    contact = a_contact(county)
    session.commit()
    refused = sign_in(client, county.outsider).get(f"/contacts/{contact.public_id}/erase")
    assert refused.status_code == 403 and "请找招商局" in refused.text
