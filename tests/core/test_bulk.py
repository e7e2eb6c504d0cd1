"""The bulk writer leaves behind exactly what the unit of work would have left."""

import json

import pytest
from sqlalchemy import select

from app.accounts.models import Person
from app.core import audit, bulk, outbox
from app.core.audit import AuditEvent, AuditPersonal
from app.core.outbox import Itself, Linked, OutboxEntry
from app.enterprises.enums import NameKind
from app.enterprises.models import Enterprise, EnterpriseName
from app.visits.models import Visit
from tests.factories.accounts import make_person, make_unit
from tests.factories.counties import a_company
from tests.factories.leads import a_county, a_lead
from tests.factories.visits import a_visit

pytestmark = pytest.mark.both_databases

OWN = {"id", "public_id", "created_at", "updated_at"}


def content(row):
    return {column.name: getattr(row, column.name) for column in row.__table__.c if column.name not in OWN}


def told(session):
    """The last event without what names its own row."""
    event = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()
    return event.action, event.subject_kind, json.loads(event.details)


def waiting(session):
    return session.execute(select(OutboxEntry.kind, OutboxEntry.record_id).order_by(OutboxEntry.id)).all()


FIELDS = {
    "name": "苏州澄明电子科技有限公司",
    "name_key": "苏州澄明电子科技有限公司",
    "core_key": "澄明电子科技",
    "scope": "光学模组",
    "capital": 5_000_000,
    "credit_code": None,
}


def test_an_inserted_row_equals_the_one_the_unit_of_work_writes(session):
    session.add(Enterprise(**FIELDS))
    session.commit()
    action, kind, details = told(session)
    written = bulk.insert_rows(Enterprise, [dict(FIELDS)], action="enterprise.create")
    session.commit()
    by_orm, by_bulk = session.scalars(select(Enterprise).order_by(Enterprise.id)).all()
    assert content(by_bulk) == content(by_orm)
    assert written[0]["public_id"] == by_bulk.public_id
    bulk_action, bulk_kind, bulk_details = told(session)
    assert (bulk_action, bulk_kind) == (action, kind)
    # The unit of work also tells the defaults of columns that were not given.
    assert bulk_details.items() <= details.items()
    assert set(bulk_details) == {name for name, value in FIELDS.items() if value is not None}
    assert waiting(session) == [("enterprise", by_orm.public_id), ("enterprise", by_bulk.public_id)]


def test_an_updated_row_equals_the_one_the_unit_of_work_writes(session):
    first, second = a_company("甲有限公司", scope="旧"), a_company("乙有限公司", scope="旧")
    session.commit()
    first.scope = "新"
    session.commit()
    by_orm = told(session)
    change = (second.id, second.public_id, {"scope": ("旧", "新")})
    bulk.update_rows(Enterprise, [change], action="enterprise.update")
    session.commit()
    assert told(session) == by_orm
    session.expire_all()
    assert (second.scope, second.version) == (first.scope, first.version) == ("新", 2)
    assert second.updated_at > second.created_at
    assert waiting(session)[-1] == ("enterprise", second.public_id)


def test_rows_changed_in_different_columns_go_in_one_call(session):
    first, second = a_company("甲有限公司"), a_company("乙有限公司")
    session.commit()
    changes = [
        (first.id, first.public_id, {"notes": ("", "甲的备注")}),
        (second.id, second.public_id, {"scope": ("", "乙的范围"), "capital": (None, 7)}),
    ]
    bulk.update_rows(Enterprise, changes, action="enterprise.update")
    session.commit()
    session.expire_all()
    assert (first.notes, first.scope) == ("甲的备注", "")
    assert (second.notes, second.scope, second.capital) == ("", "乙的范围", 7)


def test_personal_values_are_digests_here_too(session):
    unit = make_unit()
    session.commit()
    person = {"name": "林远", "post": "", "phone": "13800000001", "unit_id": unit.id}
    bulk.insert_rows(Person, [person], action="person.create")
    session.commit()
    details = told(session)[2]
    assert details["phone"] == [None, audit.digest_of("13800000001")]
    assert session.scalars(select(AuditPersonal.after_value)).one() == "13800000001"


def test_rows_without_a_public_id_are_told_by_the_id_they_got(session):
    company = a_company("甲有限公司")
    session.commit()
    rows = [
        {"enterprise_id": company.id, "kind": NameKind.ALIAS, "name": name, "name_key": name}
        for name in ("甲", "甲科技")
    ]
    written = bulk.insert_rows(EnterpriseName, rows, action="enterprise_name.create", summary="导入 x")
    session.commit()
    names = {str(row.id): row.name for row in session.scalars(select(EnterpriseName))}
    events = session.scalars(select(AuditEvent).where(AuditEvent.summary == "导入 x")).all()
    assert {str(row["id"]): row["name"] for row in written} == names
    assert {event.subject_id: json.loads(event.details)["name"][1] for event in events} == names


def test_rows_written_in_a_run_say_so_like_any_other_change(session):
    company = a_company("甲有限公司")
    session.commit()
    with audit.run("import:x"):
        bulk.insert_rows(Enterprise, [dict(FIELDS)], action="enterprise.create")
        change = (company.id, company.public_id, {"scope": ("", "新")})
        bulk.update_rows(Enterprise, [change], action="enterprise.update")
        session.commit()
    runs = session.scalars(select(AuditEvent.run_id).order_by(AuditEvent.id.desc()).limit(2)).all()
    assert runs == ["import:x", "import:x"]
    assert audit.verify().broken_at is None


def test_what_hangs_on_an_updated_row_is_sent_too(session):
    county = a_county()
    lead, visit = a_lead(county), a_visit(county)
    session.query(OutboxEntry).delete()
    session.commit()
    company = county.enterprise
    change = (company.id, company.public_id, {"name": (company.name, "改了名的有限公司")})
    bulk.update_rows(Enterprise, [change], action="enterprise.update")
    session.commit()
    expected = {("enterprise", company.public_id), ("lead", lead.public_id), ("visit", visit.public_id)}
    assert expected == set(waiting(session))


def test_what_hangs_on_the_owner_of_an_inserted_part_is_sent(session):
    county = a_county()
    lead = a_lead(county)
    session.query(OutboxEntry).delete()
    session.commit()
    row = {"enterprise_id": county.enterprise.id, "kind": NameKind.ALIAS, "name": "甲", "name_key": "甲"}
    bulk.insert_rows(EnterpriseName, [row], action="enterprise_name.create")
    session.commit()
    expected = {("enterprise", county.enterprise.public_id), ("lead", lead.public_id)}
    assert expected == set(waiting(session))


def test_the_columns_that_watchers_tell_by_are_read_where_an_update_does_not_give_them(session, monkeypatch):
    county = a_county()
    visit = a_visit(county)
    monkeypatch.setattr(outbox, "_watchers", {})
    outbox.watch(
        Visit, Linked("enterprise", Enterprise.public_id, on=Enterprise.id, holds=Visit.enterprise_id)
    )
    outbox.watch(Visit, Itself("visit"))
    session.query(OutboxEntry).delete()
    session.commit()
    change = (visit.id, visit.public_id, {"place": (visit.place, "无锡")})
    bulk.update_rows(Visit, [change], action="visit.update")
    session.commit()
    expected = {("enterprise", county.enterprise.public_id), ("visit", visit.public_id)}
    assert expected == set(waiting(session))


def test_a_row_of_which_only_parts_change_gets_a_version_and_no_event(session):
    company = a_company("甲有限公司")
    session.commit()
    before = session.query(AuditEvent).count()
    change = (company.id, company.public_id, {})
    bulk.update_rows(Enterprise, [change], action="enterprise.update")
    session.commit()
    session.expire_all()
    assert (company.version, session.query(AuditEvent).count()) == (2, before)
    assert waiting(session)[-1] == ("enterprise", company.public_id)


def test_nothing_is_left_behind_by_a_rollback(session):
    bulk.insert_rows(Enterprise, [dict(FIELDS)], action="enterprise.create")
    session.rollback()
    assert session.query(Enterprise).count() == session.query(AuditEvent).count() == 0
    assert waiting(session) == []


def test_the_chain_fits_after_rows_of_both_ways(session):
    make_person()
    bulk.insert_rows(
        Enterprise,
        [dict(FIELDS, name=f"第{n}公司") for n in range(5)],
        action="enterprise.create",
    )
    session.commit()
    verdict = audit.verify()
    assert verdict.broken_at is None
    assert verdict.checked == session.query(AuditEvent).count() >= 7


def test_no_rows_is_no_work(session):
    assert bulk.insert_rows(Enterprise, [], action="enterprise.create") == []
    bulk.update_rows(Enterprise, [], action="enterprise.update")
    session.commit()
    assert session.query(AuditEvent).count() == 0
