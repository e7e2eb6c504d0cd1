"""What a transaction changed is seen at every flush; nothing passes by in bulk."""

import json

import pytest
from sqlalchemy import delete, update

from app.core.storage import changes
from app.core.storage.audit import AuditEvent
from app.core.storage.outbox import OutboxEntry
from app.register.accounts.models import Person, Unit, UserRole
from app.register.enterprises.models import Enterprise
from tests.factories.accounts import make_person, make_unit, make_user
from tests.factories.counties import a_company

pytestmark = pytest.mark.both_databases


def test_a_row_flushed_long_before_the_commit_is_still_seen(session):
    unit = make_unit("云溪镇")
    session.flush()
    unit.name = "云溪街道"
    session.flush()
    seen = [(change.verb, change.fields.get("name")) for change in changes.pending(session()).changes]
    assert seen == [("create", (None, "云溪镇")), ("update", ("云溪镇", "云溪街道"))]


def test_a_value_set_to_what_it_was_is_no_change(session):
    unit = make_unit("云溪镇")
    session.commit()
    unit.name = "云溪镇"
    session.flush()
    assert changes.pending(session()).changes == []


def test_a_deleted_part_is_told_with_all_it_held(session):
    user = make_user()
    session.commit()
    user.grants = []
    session.flush()
    found = [change for change in changes.pending(session()).changes if isinstance(change.row, UserRole)]
    assert [(change.verb, change.fields["role"]) for change in found] == [("delete", ("officer", None))]


@pytest.mark.parametrize(
    "statement", [update(Unit).values(name="改"), delete(Person), update(Enterprise).values(notes="")]
)
def test_a_bulk_statement_on_an_audited_table_is_refused(session, statement):
    with pytest.raises(changes.UnguardedBulkStatement):
        session.execute(statement)


def test_a_bulk_statement_with_a_stated_reason_passes(session):
    make_person()
    session.commit()
    reason = {changes.BULK_ALLOWED: "tests only"}
    session.execute(update(Person).values(post="科员").execution_options(**reason))
    assert session.query(Person).one().post == "科员"


def test_a_bulk_statement_on_a_mechanism_needs_no_reason(session):
    session.execute(delete(OutboxEntry))


def test_a_rollback_forgets_everything(session):
    make_unit("云溪镇")
    session.rollback()
    assert changes.pending(session()).changes == []


def test_a_company_undone_in_a_savepoint_is_not_audited_or_indexed(session):
    with pytest.raises(ZeroDivisionError), session.begin_nested():
        a_company("苏州澄明电子科技有限公司")
        _ = 1 // 0
    session.commit()
    assert session.query(OutboxEntry).count() == 0


def test_what_came_before_a_savepoint_that_was_undone_is_still_told(session):
    a_company("甲有限公司")
    with pytest.raises(ZeroDivisionError), session.begin_nested():
        a_company("乙有限公司")
        _ = 1 // 0
    a_company("丙有限公司")
    session.commit()
    told = [
        json.loads(event.details)["name"][1] for event in session.query(AuditEvent).order_by(AuditEvent.id)
    ]
    assert told == ["甲有限公司", "丙有限公司"]
    assert session.query(OutboxEntry).count() == 2


def test_a_savepoint_that_was_kept_is_told(session):
    with session.begin_nested():
        a_company("乙有限公司")
    session.commit()
    assert session.query(AuditEvent).count() == session.query(OutboxEntry).count() == 1


def test_a_value_set_on_a_row_not_read_since_a_commit_is_told_with_the_one_before(session):
    unit = make_unit("云溪镇")
    session.commit()
    unit.name = "云溪街道"
    session.flush()
    assert changes.pending(session()).changes[0].fields["name"] == ("云溪镇", "云溪街道")
