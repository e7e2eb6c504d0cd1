import json
from datetime import date
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.core.index import reindexing
from app.core.storage import audit, bulk
from app.core.storage.audit import AuditEvent, AuditPersonal
from app.core.storage.db import db
from app.core.storage.outbox import OutboxEntry
from app.core.values.errors import RuleBroken
from app.exchange.imports import jobs, keeping, services, undoing, writing
from app.exchange.imports.companies.target import COMPANIES
from app.exchange.imports.enums import BatchState, Decision
from app.exchange.imports.models import ImportBatch, ImportRow
from app.exchange.imports.workbooks import write_template
from app.register.enterprises.enums import NameKind
from app.register.enterprises.models import Enterprise, EnterpriseName
from app.register.enterprises.rules import name_key
from app.register.enterprises.services import archive_contact
from tests.factories.accounts import acting, make_user
from tests.factories.enterprises import erase
from tests.factories.imports import (
    at_once,
    checked,
    commit_only,
    company_rows,
    csv_file,
    stopping_after,
    write,
    written,
)
from tests.factories.leads import a_county, a_lead
from tests.factories.visits import a_visit
from tests.services.index import drained

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


MARKED = (
    "企业名称",
    "经营范围",
    "备注",
    "来源",
    "注册资本",
    "登记状态",
    "成立日期",
    "人数",
    "曾用名",
    "联系人",
    "职务",
)


@pytest.mark.parametrize("mark", ["-", "—", "/", "\\", "无", "暂无", "未公示", "N/A", "——", "*", "…"])
def test_marks_of_nothing_overwrite_nothing_and_refuse_nothing(mark):
    name = "苏州墨荷精密部件有限公司"
    whole = (
        name,
        "精密部件",
        "老客户",
        "商会",
        "500",
        "存续",
        "2016-09-02",
        "50",
        "苏州墨荷有限公司",
        "乔知远",
        "经理",
    )
    written(csv_file(whole, headings=MARKED))
    batch = checked(csv_file((name, *[mark] * (len(MARKED) - 1)), headings=MARKED), "再传.csv")
    assert (counts_of(batch), batch.doubt_count) == ((0, 0, 1, 0, 0), 0)


@pytest.mark.parametrize("mark", ["-", "无", "（空）"])
def test_a_row_whose_company_is_a_mark_of_nothing_names_no_company(mark):
    batch = checked(csv_file((mark, CODE, "500", "", "")))
    assert counts_of(batch) == (0, 0, 0, 0, 1)
    assert "没有企业名称" in db.session.scalar(select(ImportRow.problems))["name"]


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
    assert "已经登记" in keeping.problem_of(row, COMPANIES)


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
        jobs.write(batch, stopping_after(20))
    db.session.rollback()
    assert (len(companies()), batch.written_through) == (20, 21)
    counts = jobs.write(batch, commit_only)
    assert (counts["created"], counts["unchanged"], counts["suspected"]) == (45, 1, 0)
    assert [row.batch_row for row in companies()] == list(range(2, 47))


@pytest.fixture
def refused_once(monkeypatch):
    """The database refuses the first companies that are written: somebody else registered one just then."""
    insert_rows, tries = bulk.insert_rows, []

    def refuse_the_first(*given, **named):
        tries.append(given)
        if len(tries) == 1:
            raise IntegrityError("INSERT", {}, Exception("live_code"))
        return insert_rows(*given, **named)

    monkeypatch.setattr(bulk, "insert_rows", refuse_the_first)


def test_rows_written_anew_after_a_refusal_are_no_duplicates_of_later_ones(refused_once):
    rows = [(f"苏州澜川新材料{form}", "", "", "", "") for form in ("有限公司", "股份有限公司")]
    counts = write(checked(csv_file(*rows)))
    assert (counts["created"], counts["suspected"]) == (1, 1)
    assert companies()[0].name == "苏州澜川新材料有限公司"


def test_a_chunk_written_anew_knows_the_rows_of_those_before_it(monkeypatch, refused_once):
    monkeypatch.setattr(writing, "CHUNK", 1)
    written(csv_file(("苏州澜川新材料有限公司", "", "", "", "")), "别的.csv")
    rows = [("苏州澜川新材料有限公司", "", "500", "", ""), ("苏州澜川新材料股份有限公司", "", "", "", "")]
    counts = write(checked(csv_file(*rows, *company_rows(2))))
    assert (counts["updated"], counts["created"], counts["suspected"]) == (1, 2, 1)


def test_rows_to_look_at_are_kept_though_their_chunk_was_written_anew(tmp_path, monkeypatch, refused_once):
    monkeypatch.setattr(writing, "DOUBTS_KEPT", 1)
    path = tmp_path / "台账.csv"
    path.write_bytes(loose_file())
    batch, _counts = at_once(path)
    assert batch.doubt_count == 1


PARTS = ("企业名称", "统一社会信用代码", "简称", "曾用名", "联系人", "职务", "联系电话", "经营范围")
WHOLE = (
    "苏州澜川新材料有限公司",
    CODE,
    "澜川、澜川科技",
    "苏州老澜川有限公司",
    "贺晓冬、安然",
    "总经理、主任",
    "13812346021、0512-12345678",
    "光伏胶膜",
)


def with_parts(*rows):
    return csv_file(*rows, headings=PARTS)


def names_of(row):
    return {(other.kind, other.name) for other in row.other_names}


def people_of(row):
    return [(one.personal.name, one.post, one.personal.phone) for one in row.contacts]


def test_names_and_people_come_with_a_new_company():
    written(with_parts(WHOLE))
    row = companies()[0]
    assert names_of(row) == {
        (NameKind.FORMER, "苏州老澜川有限公司"),
        (NameKind.ALIAS, "澜川"),
        (NameKind.ALIAS, "澜川科技"),
    }
    assert people_of(row) == [("贺晓冬", "总经理", "13812346021"), ("安然", "主任", "0512-12345678")]
    assert audit.verify().broken_at is None


def test_people_are_audited_as_digests_and_can_be_erased():
    written(with_parts(WHOLE))
    contact = companies()[0].contacts[0]
    stored = select(AuditEvent.details).where(AuditEvent.subject_kind == "contact_personal")
    assert not any("13812346021" in details for details in db.session.scalars(stored))
    erase(contact)
    db.session.commit()
    kept = db.session.scalars(select(AuditPersonal.after_value)).all()
    assert "13812346021" not in kept
    assert "0512-12345678" in kept


def test_the_same_names_and_people_again_add_nothing():
    written(with_parts(WHOLE))
    again = checked(with_parts(WHOLE))
    assert counts_of(again) == (0, 0, 1, 0, 0)
    assert (len(companies()[0].other_names), len(companies()[0].contacts)) == (3, 2)


def test_names_and_people_are_added_to_a_known_company():
    written(with_parts(WHOLE))
    more = (*WHOLE[:2], "澜川、澜川光伏", "", "江岚", "", "13912346022", "")
    batch = written(with_parts(more), "补充.csv")
    row = companies()[0]
    assert batch.written["updated"] == 1
    assert (NameKind.ALIAS, "澜川光伏") in names_of(row)
    assert (len(row.other_names), people_of(row)[-1]) == (4, ("江岚", "", "13912346022"))
    assert row.version == 2
    event = db.session.scalar(select(AuditEvent).where(AuditEvent.action == "enterprise.names"))
    assert json.loads(event.details) == {"aliases": ["澜川、澜川科技", "澜川、澜川光伏、澜川科技"]}
    sent = select(OutboxEntry.id).where(OutboxEntry.record_id == row.public_id)
    assert len(db.session.scalars(sent).all()) == 2


def test_a_known_person_is_left_as_they_are_and_the_dry_run_says_so():
    written(with_parts(WHOLE))
    batch = checked(with_parts((*WHOLE[:2], "", "", "贺晓冬", "董事长", "", "")))
    assert (counts_of(batch), batch.doubt_count) == ((0, 0, 1, 0, 0), 1)
    kept = db.session.scalar(select(ImportRow).where(ImportRow.batch_id == batch.id))
    assert "没有改" in kept.doubts["contact"]


def test_a_person_taken_off_the_page_does_not_come_back_by_the_same_file():
    written(with_parts(WHOLE))
    contact = companies()[0].contacts[0]
    with acting(make_user()):
        archive_contact(contact, contact.version)
    db.session.commit()
    assert checked(with_parts(WHOLE)).unchanged_count == 1


def test_rows_of_one_file_on_the_same_company_add_each_name_and_person_once():
    written(csv_file(("苏州澜川新材料有限公司", CODE, "", "", "")))
    by_name = (WHOLE[0], "", *WHOLE[2:])
    batch = checked(with_parts(WHOLE, by_name))
    assert counts_of(batch) == (0, 1, 1, 0, 0)
    write(batch)
    row = companies()[0]
    assert (len(companies()), len(row.other_names), len(row.contacts)) == (1, 3, 2)


def test_a_name_that_is_the_legal_one_is_no_other_name():
    written(with_parts((WHOLE[0], "", WHOLE[0], "", "", "", "", "")))
    assert names_of(companies()[0]) == set()


def test_what_was_not_written_comes_back_as_a_workbook_that_can_be_sent_again():
    batch = checked(csv_file(*company_rows(1), ("=SUM(A1)有限公司", "1", "", "", ""), encoding="gb18030"))
    left = (services.folder_of(batch) / keeping.PROBLEMS).read_bytes()
    again = checked(left, "没有写入的行.xlsx")
    assert counts_of(again) == (0, 0, 0, 0, 1)
    kept = db.session.scalar(select(ImportRow).where(ImportRow.batch_id == again.id))
    assert kept.cells["name"] == "=SUM(A1)有限公司"


LOOSE_HEADINGS = ("企业名称", "行业", "地区", "备注")
LOOSE = (
    ("青岚澜川能源有限公司", "新能源", "高新片区", "商会介绍"),
    ("青岚景榕装备有限公司", "装备制造业", "", ""),
)


def loose_file(*rows):
    return csv_file(*rows or LOOSE, headings=LOOSE_HEADINGS)


def test_a_loose_industry_or_place_loses_no_company_and_its_words_go_into_the_notes():
    batch = checked(loose_file())
    assert (counts_of(batch), batch.doubt_count) == ((2, 0, 0, 0, 0), 2)
    assert write(batch) == {"created": 2, "updated": 0, "unchanged": 0, "suspected": 0, "rejected": 0}
    found = [(one.industry_code, one.region_code, one.notes) for one in companies()]
    assert found == [
        (None, None, "商会介绍\n行业原文：新能源\n地区原文：高新片区"),
        (None, None, "行业原文：装备制造业"),
    ]


def test_a_file_with_loose_industries_adds_nothing_the_second_time():
    written(loose_file())
    assert counts_of(checked(loose_file(), "再传.csv")) == (0, 0, 2, 0, 0)


def test_loose_words_are_added_to_the_notes_of_a_known_company_and_replace_none():
    written(csv_file((LOOSE[1][0], "", "", "老客户"), headings=LOOSE_HEADINGS))
    written(loose_file(LOOSE[1]), "再传.csv")
    assert companies()[0].notes == "老客户\n行业原文：装备制造业"


def test_a_company_that_has_its_industry_keeps_it_whatever_loose_word_comes():
    written(csv_file((LOOSE[1][0], "C3841", "", ""), headings=LOOSE_HEADINGS))
    batch = checked(loose_file(LOOSE[1]), "再传.csv")
    assert counts_of(batch) == (0, 0, 1, 0, 0)
    kept = db.session.scalar(select(ImportRow).where(ImportRow.batch_id == batch.id))
    assert "库里已有的行业不变" in kept.doubts["industry"]


def test_an_industry_chosen_later_is_not_undone_by_the_same_file():
    written(loose_file(LOOSE[0]))
    companies()[0].industry_code = "C3841"
    db.session.commit()
    assert counts_of(checked(loose_file(LOOSE[0]), "再传.csv")) == (0, 0, 1, 0, 0)


def test_a_usual_word_that_means_one_class_is_taken_for_it():
    written(csv_file(("青岚泰禾电池有限公司", "锂电池", "", ""), headings=LOOSE_HEADINGS))
    assert (companies()[0].industry_code, companies()[0].notes) == ("C3841", "")


def sheets_of(batch):
    book = CalamineWorkbook.from_path(services.folder_of(batch) / keeping.PROBLEMS)
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_the_workbook_tells_row_by_row_what_was_not_understood():
    batch = checked(loose_file(LOOSE[1], ("", "", "", "")))
    sentence = "没有认出行业「装备制造业」，公司照常导入，行业先空着，原文写进备注"
    assert sheets_of(batch)["照常写入，请核对"][1][-1] == f"第 2 行，行业：{sentence}"


def test_the_shell_keeps_what_was_not_understood_though_it_makes_no_dry_run(tmp_path):
    path = tmp_path / "台账.csv"
    path.write_bytes(loose_file())
    batch, counts = at_once(path)
    assert (counts["created"], counts["rejected"], batch.doubt_count) == (2, 0, 2)
    assert len(sheets_of(batch)["照常写入，请核对"]) == 3


def test_the_template_is_understood_and_its_example_is_not_imported():
    template = BytesIO()
    write_template(COMPANIES, template)
    with pytest.raises(RuleBroken, match="下面没有企业"):
        checked(template.getvalue(), "模板.xlsx")


def test_whether_a_written_phone_is_the_stored_one_is_not_told():
    written(with_parts(WHOLE))
    for phone in ("13812346021", "13912346022"):
        batch = checked(with_parts((*WHOLE[:2], "", "", "贺晓冬", "总经理", phone, "")), f"{phone}.csv")
        assert (counts_of(batch), batch.doubt_count) == ((0, 0, 1, 0, 0), 0)


def test_what_hangs_on_a_company_gets_its_new_names_in_the_index_too():
    county = a_county()
    name = county.enterprise.name
    county.enterprise.name_key = name_key(name)
    a_lead(county)
    a_visit(county)
    drained()
    batch_id = written(with_parts((name, "", "澜川科技", "", "", "", "", ""))).id
    drained()
    assert reindexing.check().is_none
    undoing.undo(db.session.get_one(ImportBatch, batch_id), commit_only)
    drained()
    assert reindexing.check().is_none
