"""What a row does to the companies that are there: in the same file, in the library, in the archive."""

import pytest
from sqlalchemy import select

from app.core.storage.db import db
from app.core.values.errors import RuleBroken
from app.exchange.imports import jobs, services, undoing, writing
from app.exchange.imports.enums import Decision
from app.exchange.imports.models import ImportBatch, ImportRow
from app.register.enterprises.models import Enterprise
from app.register.enterprises.services import archive_enterprise, restore_enterprise
from tests.factories.accounts import acting, make_user
from tests.factories.enterprises import file_away
from tests.factories.imports import at_once, checked, commit_only, csv_file, write, written
from tests.factories.runs import before_runs_were_kept

pytestmark = pytest.mark.both_databases
CODE, OTHER = "91330100799655058B", "914403001922038216"
NAME = "安徽双码新材料有限公司"
HEADINGS = ("企业名称", "统一社会信用代码", "联系人", "联系电话", "备注", "所在地区", "行业", "经营范围")
ONE = (NAME, CODE, "张三", "13812346021", "甲", "", "", "")
TWO = (NAME, OTHER, "李四", "13912346022", "乙", "", "", "")


@pytest.fixture(autouse=True)
def somebody(session):
    with acting(make_user()) as actor:
        yield actor


def file_of(*rows):
    return csv_file(*(row + ("",) * (len(HEADINGS) - len(row)) for row in rows), headings=HEADINGS)


def companies():
    return db.session.scalars(select(Enterprise).order_by(Enterprise.id)).all()


def counts_of(batch):
    names = ("new_count", "update_count", "unchanged_count", "duplicate_count", "error_count")
    return tuple(getattr(batch, name) for name in names)


def people_of(row):
    return [one.personal.name for one in row.contacts]


def rows_of(batch):
    return db.session.scalars(
        select(ImportRow).where(ImportRow.batch_id == batch.id).order_by(ImportRow.number)
    ).all()


def archived(content):
    written(content)
    row = companies()[0]
    file_away(row, "重复登记")
    db.session.commit()
    return row


def test_rows_with_one_code_are_one_company_and_nobody_is_asked():
    rows = [(NAME, CODE, person) for person in ("张三", "张三", "李四", "王五")]
    batch = checked(file_of(*rows))
    assert counts_of(batch) == (1, 2, 1, 0, 0)
    counts = write(batch)
    assert (counts["created"], counts["updated"], counts["unchanged"]) == (1, 2, 1)
    assert people_of(companies()[0]) == ["张三", "李四", "王五"]
    assert counts_of(checked(file_of(*rows), "再传.csv")) == (0, 0, 4, 0, 0)


def test_rows_of_one_name_without_codes_are_one_company_with_the_contacts_and_notes_of_all():
    rows = [(NAME, "", "张三", "", "甲"), ("别的企业有限公司",), (NAME, "", "李四", "", "乙"), (NAME, CODE)]
    batch = written(file_of(*rows))
    first = companies()[0]
    assert (len(companies()), batch.written["suspected"]) == (2, 0)
    assert (first.name, first.credit_code, people_of(first)) == (NAME, CODE, ["张三", "李四"])
    assert first.notes == "甲\n乙"


def test_what_later_rows_say_otherwise_is_marked_and_changes_nothing_ever_again():
    rows = [(NAME, CODE, "", "", "", "", "", "电池"), (NAME, CODE, "", "", "", "", "", "电机")]
    batch = written(file_of(*rows))
    assert companies()[0].scope == "电池"
    assert "按第 2 行" in rows_of(batch)[1].doubts["scope"]
    assert counts_of(checked(file_of(*rows), "再传.csv")) == (0, 0, 2, 0, 0)


def test_one_code_beside_two_unlike_names_asks():
    batch = checked(file_of((NAME, CODE), ("无锡景榕机电有限公司", CODE)))
    assert counts_of(batch) == (1, 0, 0, 1, 0)
    assert "名称不同" in rows_of(batch)[1].reason


def test_a_wrong_row_of_a_company_costs_only_itself():
    batch = written(file_of((NAME, CODE, "张三", "1"), (NAME, CODE, "李四")))
    assert (batch.written["created"], people_of(companies()[-1])[-1]) == (1, "李四")


def test_one_name_with_two_codes_is_two_companies():
    batch = written(file_of(ONE, TWO))
    assert batch.written["created"] == 2
    assert [(row.credit_code, people_of(row)) for row in companies()] == [(CODE, ["张三"]), (OTHER, ["李四"])]
    assert counts_of(checked(file_of(ONE, TWO), "再传.csv")) == (0, 0, 2, 0, 0)


def test_an_update_never_replaces_a_credit_code_nor_mixes_two_companies():
    written(file_of(ONE))
    batch = checked(file_of(TWO), "二.csv")
    row = rows_of(batch)[0]
    assert (counts_of(batch), CODE in row.reason, OTHER in row.reason) == ((0, 0, 0, 1, 0), True, True)
    with pytest.raises(RuleBroken, match="两家企业"):
        services.decide(batch, Decision.UPDATE, 2)
    assert services.decide(batch, Decision.UPDATE) == 1, "named as not possible"
    assert rows_of(batch)[0].decision is Decision.SKIP
    services.decide(batch, Decision.CREATE, 2)
    write(batch)
    assert [(one.credit_code, people_of(one)) for one in companies()] == [(CODE, ["张三"]), (OTHER, ["李四"])]


def test_of_two_companies_of_one_name_the_one_to_update_is_chosen():
    written(file_of(ONE, TWO))
    batch = checked(file_of((NAME, "", "王五")), "三.csv")
    assert rows_of(batch)[0].reason == "库里有 2 家同名企业"
    with pytest.raises(RuleBroken, match="请选更新哪一家"):
        services.decide(batch, Decision.UPDATE, 2)
    services.decide(batch, Decision.UPDATE, 2, companies()[1].public_id)
    write(batch)
    assert [people_of(row) for row in companies()] == [["张三"], ["李四", "王五"]]


def test_rows_that_follow_a_suspected_one_share_its_fate():
    written(file_of((NAME, CODE)))
    near = "安徽双码新材料股份有限公司"
    batch = checked(file_of((near, "", "张三"), (near, "", "李四")), "近.csv")
    assert counts_of(batch) == (0, 0, 0, 2, 0)
    assert [row.follows for row in rows_of(batch)] == [None, 2]
    with pytest.raises(RuleBroken, match="请在第 2 行选"):
        services.decide(batch, Decision.CREATE, 3)
    services.decide(batch, Decision.CREATE, 2)
    assert services.will_write(batch) == (2, 0)
    write(batch)
    assert people_of(companies()[1]) == ["张三", "李四"]


def test_a_second_file_makes_nothing_coarser_replaces_no_notes_and_no_legal_form():
    first = (NAME, CODE, "", "", "首次来访，已约回访", "安徽省合肥市蜀山区", "C3841")
    second = (NAME.replace("有限公司", "有限责任公司"), CODE, "", "", "三月重点", "安徽", "C38")
    written(file_of(first))
    before = companies()[0]
    region = before.region_code
    written(file_of(second), "二.csv")
    row = companies()[0]
    assert (row.name, row.region_code, row.industry_code) == (NAME, region, "C3841")
    assert row.notes == "首次来访，已约回访\n三月重点"
    for again in (file_of(second), file_of(first)):
        assert counts_of(checked(again, "再传.csv")) == (0, 0, 1, 0, 0)


def test_a_company_that_matches_an_archived_one_is_brought_back_and_updated():
    old = archived(file_of(ONE))
    batch = checked(file_of((NAME, CODE, "王五")), "二.csv")
    assert counts_of(batch) == (0, 0, 0, 1, 0)
    assert "重复登记" in rows_of(batch)[0].reason
    services.decide(batch, Decision.UPDATE, 2)
    write(batch)
    row = companies()[0]
    assert (len(companies()), row.id, row.is_archived, row.live_code) == (1, old.id, False, CODE)
    assert people_of(row) == ["张三", "王五"]
    undoing.undo(db.session.get_one(ImportBatch, batch.id), commit_only)
    back = companies()[0]
    assert (back.is_archived, back.archive_reason, back.live_code) == (True, "重复登记", None)


def test_the_archive_is_found_by_name_too_and_another_code_is_another_company():
    archived(file_of(ONE))
    assert counts_of(checked(file_of((NAME, "")), "二.csv")) == (0, 0, 0, 1, 0)
    assert counts_of(checked(file_of((NAME, OTHER)), "三.csv")) == (1, 0, 0, 0, 0)


def test_the_shell_leaves_a_row_of_an_archived_company(tmp_path):
    archived(file_of(ONE))
    path = tmp_path / "二.csv"
    path.write_bytes(file_of(ONE))
    _batch, counts = at_once(path)
    assert (counts["suspected"], counts["created"], len(companies())) == (1, 0, 1)


def test_an_undone_import_is_as_if_it_had_never_been():
    batch_id = written(file_of(ONE)).id
    undoing.undo(db.session.get_one(ImportBatch, batch_id), commit_only)
    assert counts_of(checked(file_of(ONE), "改好.csv")) == (1, 0, 0, 0, 0)


def test_so_is_one_that_was_undone_before_events_named_their_run():
    with before_runs_were_kept():
        batch_id = written(file_of(ONE)).id
        undoing.undo(db.session.get_one(ImportBatch, batch_id), commit_only)
    assert counts_of(checked(file_of(ONE), "改好.csv")) == (1, 0, 0, 0, 0)


def test_a_company_that_somebody_archived_in_the_words_of_an_undo_is_found_in_the_archive():
    written(file_of(ONE))
    archive_enterprise(companies()[0], 1, "撤销导入")
    db.session.commit()
    assert counts_of(checked(file_of(ONE), "二.csv")) == (0, 0, 0, 1, 0)


def test_one_that_was_restored_from_an_undo_and_archived_again_is_found_there_too():
    batch_id = written(file_of(ONE)).id
    undoing.undo(db.session.get_one(ImportBatch, batch_id), commit_only)
    row = companies()[0]
    restore_enterprise(row, row.version)
    archive_enterprise(row, row.version, "撤销导入")
    db.session.commit()
    assert counts_of(checked(file_of(ONE), "二.csv")) == (0, 0, 0, 1, 0)


def test_a_stopped_writing_loses_no_row_of_a_company(monkeypatch):
    monkeypatch.setattr(writing, "CHUNK", 2)
    rows = [(f"{NAME}{number}", "", person) for person in ("张三", "李四") for number in range(6)]
    batch = checked(file_of(*rows))
    services.ask_for_writing(batch, services.will_write(batch)[0])
    db.session.commit()

    def stopping(done, _total):
        db.session.commit()
        if done >= 4:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        jobs.write(batch, stopping)
    db.session.rollback()
    counts = jobs.write(batch, commit_only)
    assert (counts["created"], counts["updated"]) == (6, 6)
    assert [people_of(row) for row in companies()] == [["张三", "李四"]] * 6
