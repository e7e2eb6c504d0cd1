"""Cells nobody understands, from the file to the library: no company is lost, no word either."""

import json
from datetime import date

import pytest
from sqlalchemy import select

from app.core.storage.db import db
from app.exchange.imports.models import ImportRow
from app.register.enterprises.enums import EnterpriseStatus
from app.register.enterprises.models import Enterprise
from tests.factories.accounts import acting, make_user
from tests.factories.imports import checked, csv_file, written

pytestmark = pytest.mark.both_databases
HEADINGS = ("企业名称", "注册资本（万元）", "成立日期", "登记状态", "人数", "联系人", "联系电话")
ODD = (
    ("苏州澜川新材料有限公司", "10个亿", "2016年03月15号", "迁入", "50-99人", "林一舟", "0512-68001234转802"),
    (
        "无锡景榕机电有限公司",
        "500多万",
        "二〇一六年三月十五日",
        "责令关闭",
        "约200",
        "林二舟",
        "0086-17012340001",
    ),
    (
        "常州盈阡电子有限公司",
        "1000万元人民币（实缴500万）",
        "长期",
        "在谈",
        "1000人以上",
        "林三舟",
        "17012340001.0",
    ),
    ("宁波恒岳电器有限公司", "35,00万", "2025.1", "存续", "少于50人", "林四舟", "微信 lin_si"),
)


@pytest.fixture(autouse=True)
def somebody(session):
    with acting(make_user()) as actor:
        yield actor


def odd_file():
    return csv_file(*ODD, headings=HEADINGS)


def companies():
    return db.session.scalars(select(Enterprise).order_by(Enterprise.id)).all()


def test_every_company_arrives_with_what_is_readable_and_the_words_of_the_rest():
    assert written(odd_file()).written["created"] == 4
    first, second, third, fourth = companies()
    assert [one.capital for one in companies()] == [10**9, 5_000_000, 10_000_000, None]
    assert [one.capital_text for one in companies()] == [row[1] for row in ODD]
    assert [one.established_on for one in (first, second, third, fourth)] == [
        *(date(2016, 3, 15), date(2016, 3, 15), None, date(2025, 1, 1))
    ]
    assert {one.status for one in companies()} == {EnterpriseStatus.ACTIVE}
    assert [one.headcount for one in companies()] == [None, 200, 1000, None]
    assert first.notes == "存续状态原文：迁入\n从业人数原文：50-99人"
    assert second.notes == "存续状态原文：责令关闭"
    assert sorted(third.notes.splitlines()) == ["成立日期原文：长期", "招商阶段原文：在谈"]
    assert [one.contacts[0].personal.phone for one in companies()] == [
        *("0512-68001234-802", "17012340001", "17012340001", "微信 lin_si")
    ]


def test_the_same_file_adds_nothing_the_second_time():
    written(odd_file())
    again = checked(odd_file(), "再传.csv")
    assert (again.unchanged_count, again.error_count) == (4, 0)


def test_a_state_nobody_understands_leaves_the_known_one_and_is_told_in_the_notes():
    written(csv_file(("苏州澜川新材料有限公司", "注销"), headings=("企业名称", "登记状态")))
    written(csv_file(("苏州澜川新材料有限公司", "歇业"), headings=("企业名称", "登记状态")), "再传.csv")
    company = companies()[0]
    assert (company.status, company.notes) == (EnterpriseStatus.CLOSED, "存续状态原文：歇业")


def test_a_lost_leading_zero_is_refused_with_its_reason():
    rows = (("苏州澜川新材料有限公司", "林一舟", "51268001234"),)
    batch = checked(csv_file(*rows, headings=("企业名称", "联系人", "联系电话")))
    assert batch.error_count == 1
    row = db.session.scalars(select(ImportRow)).one()
    assert "座机区号前面的 0 没有了" in row.problems["contact_phone"]


def test_the_command_counts_them_as_the_page_does(app, tmp_path):
    path = tmp_path / "台账.csv"
    path.write_bytes(odd_file())
    done = app.test_cli_runner().invoke(args=["import", "enterprises", str(path), "--json"])
    told = json.loads(done.stdout)
    assert (told["created"], told["rejected"]) == (4, 0)
