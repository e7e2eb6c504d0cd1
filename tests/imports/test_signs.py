"""Tables of 扩张迹象: a file in, a dry run that names what is wrong by row, the writing, again, the undo."""

import io

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from app.core.access.auth import acting_as
from app.core.storage.db import db
from app.core.values.clock import today
from app.core.values.errors import RuleBroken
from app.exchange.imports import keeping, services, undoing
from app.exchange.imports.enums import Decision
from app.exchange.imports.models import ImportBatch, ImportRow
from app.exchange.imports.signs.target import SIGNS
from app.register.signs import services as signs
from app.register.signs.enums import SignKind
from app.register.signs.models import ExpansionSign
from tests.factories.accounts import acting, make_user, sign_in
from tests.factories.enterprises import a_credit_code, file_away, make_enterprise
from tests.factories.imports import at_once, checked, commit_only, csv_file, write, written, xlsx_file
from tests.factories.signs import a_sign, sign_data

pytestmark = pytest.mark.both_databases
HEADINGS = ("企业名称", "信用代码", "迹象", "发生日期", "内容", "金额（万元）", "来源", "链接")
NAME = "苏州澜川新材料有限公司"
FUNDED = (NAME, "", "融资", "2026-03-02", "完成 B 轮融资", "12000", "公司公告", "https://example.com/a")
HIRING = (NAME, "", "招聘", "2026年5月", "招聘 200 名操作工", "", "招聘网站", "")


@pytest.fixture
def officer(session):
    with acting(make_user()) as actor:
        yield actor


@pytest.fixture
def company(officer):
    row = make_enterprise(NAME, credit_code=a_credit_code(), aliases=("澜川高科",))
    db.session.commit()
    return row


def a_file(*rows, headings=HEADINGS):
    return csv_file(*rows, headings=headings)


def check(*rows):
    return checked(a_file(*rows), "迹象.csv", SIGNS)


def counts(batch):
    told = (batch.new_count, batch.update_count, batch.unchanged_count, batch.duplicate_count)
    return (*told, batch.error_count)


def problems(batch):
    rows = db.session.scalars(select(ImportRow).where(ImportRow.batch_id == batch.id))
    return {row.number: keeping.problem_of(row, SIGNS) for row in rows if row.problems or row.reason}


def stored():
    db.session.expire_all()
    return list(db.session.scalars(select(ExpansionSign).order_by(ExpansionSign.id)))


def test_rows_are_written_in_the_name_of_who_imports_with_what_was_guessed_told(company, officer):
    batch = written(a_file(FUNDED, HIRING), "迹象.csv", SIGNS)
    first, second = stored()
    assert (first.enterprise_id, first.kind, first.amount) == (company.id, SignKind.FUNDING, 120_000_000)
    assert (first.happened_on.isoformat(), first.source_url) == ("2026-03-02", "https://example.com/a")
    assert first.author_id == second.author_id == officer.person_id
    assert (second.kind, second.happened_on.isoformat(), second.amount) == (
        SignKind.HIRING,
        "2026-05-01",
        None,
    )
    assert batch.doubt_count == 1  # a month is its first day, and says so


@pytest.mark.usefixtures("company")
def test_a_file_that_comes_again_makes_no_doubles_also_in_itself(officer):
    by_alias = ("澜川高科", *FUNDED[1:])
    assert counts(check(FUNDED, HIRING, by_alias)) == (2, 0, 1, 0, 0)
    written(a_file(FUNDED, HIRING, by_alias), "一.csv", SIGNS)
    assert len(stored()) == 2
    otherwise = (NAME, "", "融资", "2026/3/2", "完成B轮融资。", "", "公司公告", "")
    assert counts(check(FUNDED, HIRING, otherwise)) == (0, 0, 3, 0, 0)
    with pytest.raises(RuleBroken, match="没有要写入的行"):
        written(a_file(FUNDED, HIRING, otherwise), "二.csv", SIGNS)
    assert len(stored()) == 2


def test_a_company_is_known_by_code_or_by_any_name_and_told_by_row_where_it_is_not(company):
    code = company.credit_code
    twin = make_enterprise("武汉博元充电有限公司")
    namesake = make_enterprise("武汉博元科技有限公司", aliases=("博元",))
    make_enterprise("武汉博元股份有限公司", aliases=("博元",))
    gone = file_away(make_enterprise("南通旧厂有限公司"))
    db.session.commit()
    rest = ("融资", "2026-03-02", "完成 B 轮融资", "", "公司公告", "")
    found = problems(
        check(
            ("", code, *rest),
            ("澜川高科", "", "扩产", *rest[1:]),
            ("没有登记的公司", "", *rest),
            (twin.name, code, *rest),
            ("博元", "", *rest),
            (gone.name, "", *rest),
            (company.name, a_credit_code(), *rest),
            (namesake.name, "", *rest),
        )
    )
    assert not {2, 3, 9} & set(found)
    assert "库里没有这家企业，先登记或导入企业" in found[4]
    assert "是「苏州澜川新材料有限公司」的，和企业名称不是一家" in found[5]
    assert "几家企业叫这个名称" in found[6]
    assert "已归档" in found[7]
    assert "和这一行的不同" in found[8]


@pytest.mark.usefixtures("company")
def test_each_wrong_cell_is_told_at_its_row_and_the_right_rows_are_written():
    tomorrow = f"{today().year + 1}-01-01"
    batch = check(
        FUNDED,
        (NAME, "", "破产", "2026-03-02", "清算", "", "公告", ""),
        (NAME, "", "融资", tomorrow, "完成 C 轮融资", "", "公告", ""),
        (NAME, "", "融资", "1985-01-01", "完成 C 轮融资", "", "公告", ""),
        (NAME, "", "融资", "2026-03-02", "……", "", "公告", ""),
        (NAME, "", "融资", "2026-03-02", "完成 C 轮融资", "", "", ""),
        (NAME, "", "融资", "2026-03-02", "完成 C 轮融资", "", "公告", "javascript:alert(1)"),
        (NAME, "", "融资", "2026-03-02", "长" * 201, "", "公告", ""),
        (NAME, "123", "融资", "2026-03-02", "完成 D 轮融资", "", "公告", ""),
    )
    found = problems(batch)
    assert "没有「破产」这一类" in found[3]
    assert "今天之后" in found[4] and "早于 1990 年" in found[5]
    assert "没有内容" in found[6] and "没有来源" in found[7]
    assert "http://" in found[8] and "最多 200 个" in found[9]
    assert "信用代码" in found[10]
    write(batch)
    assert [row.what for row in stored()] == ["完成 B 轮融资"]


@pytest.mark.usefixtures("company")
def test_an_amount_that_cannot_be_read_is_left_out_and_told():
    rows = [
        (NAME, "", "融资", "2026-03-02", f"第 {number} 轮", amount, "公告", "")
        for number, amount in enumerate(("1.5亿", "约2000", "500万美元", "面议", "0"))
    ]
    batch = written(a_file(*rows), "迹象.csv", SIGNS)
    assert [row.amount for row in stored()] == [150_000_000, 20_000_000, None, None, None]
    assert batch.doubt_count == 4


@pytest.mark.usefixtures("company")
def test_what_a_later_file_says_otherwise_is_put_right_and_a_blank_cell_says_nothing():
    written(a_file(FUNDED), "一.csv", SIGNS)
    later = (*FUNDED[:5], "15000", "证券报", "")
    batch = written(a_file(later), "二.csv", SIGNS)
    [row] = stored()
    assert (row.amount, row.source, row.source_url) == (150_000_000, "证券报", "https://example.com/a")
    undoing.undo(batch, commit_only)
    [row] = stored()
    assert (row.amount, row.source, row.is_archived) == (120_000_000, "公司公告", False)


@pytest.mark.usefixtures("company")
def test_an_undo_archives_what_came_keeps_what_was_touched_and_the_file_can_come_again(officer):
    batch = written(a_file(FUNDED, HIRING), "迹象.csv", SIGNS)
    touched = stored()[1]
    signs.change_sign(touched, touched.version, sign_data("招聘 300 名操作工", SignKind.HIRING))
    db.session.commit()
    plan = undoing.survey(batch)
    assert (plan.archive, plan.keep, plan.kept[0].why) == (1, 1, "导入后改过，保留不动")
    assert undoing.undo(batch, commit_only) == {"archived": 1, "restored": 0, "kept": 1}
    assert [row.is_archived for row in stored()] == [True, False]
    again = db.session.get_one(ImportBatch, batch.id)
    assert undoing.undo(again, commit_only) == {"archived": 1, "restored": 0, "kept": 1}
    assert counts(check(FUNDED)) == (1, 0, 0, 0, 0)


def test_what_somebody_withdrew_does_not_come_back_by_itself(company, officer):
    sign = a_sign(officer, company, "完成 B 轮融资", on=today())
    with acting_as(officer):
        signs.ARCHIVING.archive(sign, sign.version, "公告更正了")
        db.session.commit()
    row = (NAME, "", "融资", today().isoformat(), "完成 B 轮融资", "", "公告", "")
    batch = check(row)
    assert counts(batch) == (0, 0, 0, 1, 0)
    assert "后来归档了" in problems(batch)[2]
    with pytest.raises(RuleBroken, match="归档状态不同"):
        services.decide(batch, Decision.UPDATE, 2)
    services.decide(batch, Decision.CREATE, 2)
    write(batch)
    assert [one.is_archived for one in stored()] == [True, False]


def test_the_shell_imports_a_workbook_in_nobodys_name(company, tmp_path):
    book = tmp_path / "迹象.xlsx"
    book.write_bytes(xlsx_file(FUNDED, HIRING, headings=HEADINGS, above=1))
    _batch, told = at_once(book, SIGNS)
    assert told["created"] == 2


def test_the_pages_take_a_filled_template_and_lead_to_the_list(session, client, company):
    sign_in(client, make_user())
    assert "下载扩张迹象模板" in client.get("/imports").text
    answer = client.get("/imports/template.xlsx?kind=signs")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    assert book.get_sheet_by_name("扩张迹象").to_python()[0] == [
        *("企业名称", "信用代码", "类别", "发生日期", "内容", "金额（万元）", "来源", "链接")
    ]
    with acting(make_user()), pytest.raises(RuleBroken, match="下面没有扩张迹象"):
        checked(answer.data, "模板.xlsx", SIGNS)
    unknown = ("没有登记的公司", *FUNDED[1:])
    sent = {"file": (io.BytesIO(a_file(FUNDED, unknown)), "迹象.csv"), "kind": "signs"}
    page = client.submit("/imports", sent).location
    assert "库里没有这家企业，先登记或导入企业" in client.get(page).text
    client.submit(page, action=f"{page}/write")
    assert "看扩张迹象" in client.get(page).text
    assert [row.what for row in stored()] == ["完成 B 轮融资"]
    assert "导入" in client.get("/signs").text
