import json
from datetime import date
from io import BytesIO

import pytest
from sqlalchemy import func, select

from app.core import audit
from app.core.audit import AuditEvent
from app.core.db import db
from app.core.errors import RuleBroken
from app.core.outbox import OutboxEntry
from app.enterprises.models import Enterprise, EnterpriseName
from app.imports import services, writing
from app.imports.enums import BatchState, Decision
from app.imports.models import ImportRow
from app.imports.workbooks import write_template
from tests.factories.accounts import acting, make_user
from tests.factories.imports import (
    checked,
    commit_only,
    company_rows,
    csv_file,
    stopping_after,
    write,
    written,
)

pytestmark = pytest.mark.both_databases
CODE, OTHER = "91330100799655058B", "914403001922038216"


@pytest.fixture(autouse=True)
def somebody(session):
    with acting(make_user()) as actor:
        yield actor


def companies():
    return db.session.scalars(select(Enterprise).order_by(Enterprise.id)).all()


def counts_of(batch):
    names = ("new_count", "update_count", "unchanged_count", "duplicate_count", "error_count")
    return tuple(getattr(batch, name) for name in names)


def test_a_dry_run_writes_no_company_and_its_counts_add_up():
    batch = checked(csv_file(*company_rows(3), ("", "", "", "", ""), ("", "", "5", "", "")))
    assert companies() == []
    assert counts_of(batch) == (3, 0, 0, 0, 1)
    assert sum(counts_of(batch)) == batch.rows_read


def test_the_writing_writes_what_was_promised(somebody):
    batch = written(csv_file(("苏州澜川新材料有限公司", CODE, "3500", "2016-09-02", "光伏胶膜")))
    row = companies()[0]
    assert (row.name, row.credit_code, row.live_code) == ("苏州澜川新材料有限公司", CODE, CODE)
    assert (row.capital, row.established_on, row.scope) == (35_000_000, date(2016, 9, 2), "光伏胶膜")
    assert (row.batch_id, row.batch_row, row.author_id) == (batch.id, 2, somebody.person_id)
    assert batch.state is BatchState.WRITTEN
    assert batch.written == {"created": 1, "updated": 0, "unchanged": 0, "suspected": 0, "rejected": 0}


def test_every_company_written_is_audited_and_sent_to_the_index():
    written(csv_file(*company_rows(40)))
    created = select(func.count()).select_from(AuditEvent).where(AuditEvent.action == "enterprise.create")
    sent = select(func.count()).select_from(OutboxEntry).where(OutboxEntry.kind == "enterprise")
    assert (db.session.scalar(created), db.session.scalar(sent)) == (40, 40)
    assert audit.verify().broken_at is None


def test_the_same_file_again_adds_and_changes_nothing():
    content = csv_file(*company_rows(30))
    written(content)
    before = [(row.name, row.version, row.updated_at) for row in companies()]
    again = checked(content)
    assert counts_of(again) == (0, 0, 30, 0, 0)
    assert services.will_write(again) == (0, 30)
    assert [(row.name, row.version, row.updated_at) for row in companies()] == before


def test_an_update_fills_and_changes_but_never_blanks():
    written(csv_file(("苏州澜川新材料有限公司", CODE, "3500", "2016-09-02", "光伏胶膜")))
    batch = written(csv_file(("苏州澜川新材料有限公司", CODE, "5000", "", "")))
    row = companies()[0]
    assert (row.capital, row.established_on, row.scope) == (50_000_000, date(2016, 9, 2), "光伏胶膜")
    assert (row.version, batch.written["updated"]) == (2, 1)
    event = db.session.scalar(select(AuditEvent).where(AuditEvent.action == "enterprise.update"))
    assert json.loads(event.details)["capital"] == [35_000_000, 50_000_000]


def test_a_renamed_company_keeps_its_former_name():
    written(csv_file(("苏州澜川新材料有限公司", CODE, "", "", "")))
    written(csv_file(("苏州盈阡新材料有限公司", CODE, "", "", "")))
    assert companies()[0].name == "苏州盈阡新材料有限公司"
    assert db.session.scalars(select(EnterpriseName.name)).all() == ["苏州澜川新材料有限公司"]


def test_suspected_rows_are_left_until_somebody_decides():
    content = csv_file(
        ("苏州澜川新材料有限公司", "", "1", "", ""), ("澜川新材料（苏州）有限公司", "", "2", "", "")
    )
    batch = written(content)
    assert (batch.written["created"], batch.written["suspected"]) == (1, 1)
    assert len(companies()) == 1


@pytest.mark.parametrize(
    ("decision", "expected"),
    [(Decision.CREATE, [10_000, 20_000]), (Decision.UPDATE, [20_000]), (Decision.SKIP, [10_000])],
)
def test_a_decision_on_a_suspected_row_is_followed(decision, expected):
    batch = checked(
        csv_file(("苏州澜川新材料有限公司", "", "1", "", ""), ("澜川新材料（苏州）有限公司", "", "2", "", ""))
    )
    services.decide(batch, decision, 3)
    write(batch)
    assert [row.capital for row in companies()] == expected
    assert companies()[0].name == "苏州澜川新材料有限公司"


def test_a_code_already_registered_is_never_registered_twice():
    content = csv_file(
        ("苏州澜川新材料有限公司", CODE, "", "", ""), ("无锡景榕机电有限公司", CODE, "", "", "")
    )
    batch = checked(content)
    services.decide(batch, Decision.CREATE)
    counts = write(batch)
    assert (counts["created"], counts["rejected"]) == (1, 1)
    row = db.session.scalar(select(ImportRow).where(ImportRow.number == 3))
    assert "已经登记" in writing.problem_of(row)


def test_an_archived_company_does_not_stand_in_the_way():
    written(csv_file(("苏州澜川新材料有限公司", CODE, "", "", "")))
    old = companies()[0]
    old.archived_at, old.live_code = old.created_at, None
    db.session.commit()
    assert checked(csv_file(("苏州澜川新材料有限公司", CODE, "", "", ""))).new_count == 1


def test_a_company_registered_since_the_dry_run_is_not_doubled():
    batch = checked(csv_file(("苏州澜川新材料有限公司", CODE, "", "", "")))
    written(csv_file(("苏州澜川新材料有限公司", CODE, "", "", "")), "别的.csv")
    counts = write(batch)
    assert (counts["created"], counts["unchanged"], len(companies())) == (0, 1, 1)


def test_a_stopped_writing_goes_on_after_the_last_committed_row(monkeypatch):
    monkeypatch.setattr(writing, "CHUNK", 10)
    rows = company_rows(45)
    batch = checked(csv_file(*rows, rows[3]))
    services.ask_for_writing(batch, 45)
    db.session.commit()
    with pytest.raises(InterruptedError):
        services.write(batch, stopping_after(20))
    db.session.rollback()
    assert (len(companies()), batch.written_through) == (20, 21)
    counts = services.write(batch, commit_only)
    assert (counts["created"], counts["suspected"]) == (45, 1)
    assert [row.batch_row for row in companies()] == list(range(2, 47))


def test_what_was_not_written_comes_back_as_a_workbook_that_can_be_sent_again():
    batch = checked(csv_file(*company_rows(1), ("=SUM(A1)有限公司", "1", "", "", ""), encoding="gb18030"))
    left = (services.folder_of(batch) / writing.PROBLEMS).read_bytes()
    again = checked(left, "没有写入的行.xlsx")
    assert counts_of(again) == (0, 0, 0, 0, 1)
    kept = db.session.scalar(select(ImportRow).where(ImportRow.batch_id == again.id))
    assert kept.cells["name"] == "=SUM(A1)有限公司"


def test_the_template_is_understood_and_its_example_is_not_imported():
    template = BytesIO()
    write_template(template)
    with pytest.raises(RuleBroken, match="下面没有企业"):
        checked(template.getvalue(), "模板.xlsx")
