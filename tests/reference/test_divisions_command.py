"""`flask reference divisions`: a newer list is previewed, then written; nothing is ever removed."""

import csv

import pytest
from sqlalchemy import func, select

from app.core.access.auth import SYSTEM
from app.core.storage.audit import AuditEvent
from app.register.enterprises.listing import ENTERPRISES
from app.register.reference import queries
from app.register.reference.models import Division
from app.register.reference.rules import DIVISIONS_FILE
from tests.factories.enterprises import make_enterprise

pytestmark = pytest.mark.both_databases


@pytest.fixture
def run(app, session, tmp_path):
    def invoke(text, *options, encoding="utf-8"):
        session.commit()
        file = tmp_path / "list.csv"
        file.write_bytes(text.encode(encoding))
        return app.test_cli_runner().invoke(args=["reference", "divisions", str(file), *options])

    return invoke


def todays_list(without=(), instead=None):
    """As the Ministry publishes it: what is in force, without placeholders and zones."""
    with DIVISIONS_FILE.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == "0" and not row["valid_to"]]
    names = {row["code"]: row["name"] for row in rows if row["code"] not in without} | (instead or {})
    return "".join(f"{code},{name}\n" for code, name in [("代码", "名称"), *sorted(names.items())])


def test_the_list_of_today_changes_nothing(run):
    result = run(todays_list(), "--apply")
    assert (result.exit_code, result.output) == (0, "和现有的行政区划一样，没有变化\n")


def test_a_preview_says_what_is_new_ended_renamed_and_moved_and_writes_nothing(run, session):
    before = session.scalar(select(func.count(Division.id)))
    newer = {"659014": "新湖市", "320506": "吴中新区", "430190": "岳麓区"}
    result = run(todays_list(("430104", "110101"), newer), "--on", "2027-03-01")
    assert result.output.splitlines() == [
        "停用 110101 东城区，2027-02-28 止",
        "改名 320506 吴中新区（原吴中区），2027-03-01 起",
        "改代码 430190 岳麓区（原430104），2027-03-01 起",
        "新增 659014 新湖市，2027-03-01 起",
        "共 4 处变化，还没有写入；核对后加 --apply 再运行一次",
    ]
    assert session.scalar(select(func.count(Division.id))) == before


def test_what_is_applied_is_offered_and_read_and_old_records_keep_their_names(run, session):
    assert queries.find_divisions(
        "东城区"
    )  # read before: the change must reach a process that knows the table
    old = make_enterprise("澜川新材料有限公司", region="430104")
    newer = {"659014": "新湖市", "320506": "吴中新区", "430190": "岳麓区"}
    result = run(todays_list(("430104", "110101"), newer), "--on", "2026-03-01", "--apply")
    assert result.exit_code == 0
    names = queries.division_names(["110101", "320506", "430104", "430190", "659014"])
    assert names == {
        "110101": "北京市东城区",
        "320506": "江苏省苏州市吴中新区",
        "430104": "湖南省长沙市岳麓区",
        "430190": "湖南省长沙市岳麓区",
        "659014": "新疆维吾尔自治区新湖市",
    }
    assert [row.code for row in queries.find_divisions("岳麓区")] == ["430190"]
    assert queries.find_divisions("北京东城") == []
    assert (
        queries.read_division("苏州吴中区").code == queries.read_division("苏州市吴中新区").code == "320506"
    )
    assert queries.read_division("长沙岳麓区").code == "430190"
    inside = ENTERPRISES.asked({"region": queries.division("430190")})
    page = ENTERPRISES.page(inside, SYSTEM)
    assert [row.id for row in page.rows] == [old.id]
    again = run(todays_list(("430104", "110101"), newer), "--on", "2026-03-01", "--apply")
    assert again.output == "和现有的行政区划一样，没有变化\n"


def test_a_prefecture_that_is_renamed_renames_the_addresses_in_it(run):
    run("code,name\n320500,姑苏市\n", "--changes-only", "--on", "2026-05-01", "--apply")
    assert queries.division_names(["320506"]) == {"320506": "江苏省姑苏市吴中区"}
    assert queries.read_division("江苏省苏州市吴中区").code == "320506"


def test_a_short_file_tells_days_and_successors_of_its_own(run, session):
    lines = ("320506,吴中区,,2026-08-31,320590", "320590,太湖新区,2026-09-01,,")
    text = "\n".join(("code,name,valid_from,valid_to,successor", *lines))
    result = run(text, "--changes-only", "--apply", encoding="gb18030")
    assert result.output.splitlines() == [
        "停用 320506 吴中区，2026-08-31 止，并入 320590",
        "新增 320590 太湖新区，2026-09-01 起",
        "已写入 2 处变化",
    ]
    assert queries.division_prefixes(queries.division("320590")) == ("320590", "320506")
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "division.revised")).one()
    assert "新增 320590 太湖新区" in event.details


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "第一行要有「代码」和「名称」两列"),
        ("code,name\n32050,吴中区\n", "第 2 行：代码要 6 位数字"),
        ("code,name\n320506,吴中区\n320506,吴县\n", "代码 320506 在文件里有两行：吴中区、吴县"),
        ("code,name,valid_from\n659014,新湖市,明年\n", "第 2 行：日期写成 2026-04-01 这样，现在是「明年」"),
        ("code,name\n500105,江北新城\n", "停用的代码不再使用，请核对文件里的「江北新城」"),
        ("code,name\n659014,新湖市\n", "像是不全"),
        ("code,name\n710101,某区\n990101,某区\n", "没有它所在的省（990000），请核对代码"),
    ],
)
def test_a_list_that_cannot_be_right_is_refused_and_nothing_is_written(run, session, text, sentence):
    before = session.scalar(select(func.count(Division.id)))
    result = run(text, "--apply")
    assert result.exit_code == 1 and sentence in result.output
    assert session.scalar(select(func.count(Division.id))) == before


def test_a_file_in_another_encoding_is_refused(app, tmp_path):
    file = tmp_path / "list.csv"
    file.write_bytes("代码,名称\n".encode("utf-16"))
    result = app.test_cli_runner().invoke(args=["reference", "divisions", str(file)])
    assert result.exit_code == 1 and "请另存为 CSV UTF-8" in result.output
