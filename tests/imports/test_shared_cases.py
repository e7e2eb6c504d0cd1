"""The small inputs of the shared cases, by page and by command: what stands in the library afterwards."""

import io
from pathlib import Path

import pytest
from sqlalchemy import select

from app.core.storage.db import db
from app.register.enterprises.models import Contact, Enterprise
from tests.factories.accounts import make_user, sign_in
from tests.factories.enterprises import make_enterprise

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases"
WAN, YI = 10_000, 100_000_000
pytestmark = [
    pytest.mark.both_databases,
    pytest.mark.skipif(not CASES.is_dir(), reason="the cases lie beside the repository only"),
]


def by_page(app, client, folder, name):
    """Sent, tried and written as somebody does who presses what the pages offer."""
    answer = client.submit("/imports", {"file": (io.BytesIO((CASES / name).read_bytes()), name)})
    client.submit(answer.location, action=f"{answer.location}/write")


def by_command(app, client, folder, name):
    path = folder / name
    path.write_bytes((CASES / name).read_bytes())
    done = app.test_cli_runner().invoke(args=["import", "enterprises", str(path)])
    assert done.exit_code == 0, done.output


WAYS = {"page": by_page, "command": by_command}


@pytest.fixture(params=WAYS)
def bring(request, app, session, client, tmp_path):
    """Brings a case into the library, one way or the other."""
    who = make_user()
    session.commit()
    sign_in(client, who)

    def way(name):
        session.commit()
        WAYS[request.param](app, client, tmp_path, name)
        session.expire_all()

    return way


def companies():
    return list(db.session.scalars(select(Enterprise).order_by(Enterprise.id)))


def people():
    """(company, person, post, number) of everybody, in order."""
    rows = db.session.scalars(select(Contact).order_by(Contact.id))
    return [(row.enterprise.name, row.personal.name, row.post, row.personal.phone) for row in rows]


def numbers():
    return {person: phone for _company, person, _post, phone in people()}


@pytest.mark.parametrize(
    ("name", "capitals"),
    [
        ("unit_in_number_format.xlsx", [3500 * WAN, 35_000 * WAN, 500 * WAN, 500 * WAN, None, None]),
        ("unit_line_above_the_table.xlsx", [3.5 * YI, 0.5 * YI, 12 * YI]),
        ("two_row_headings.xlsx", [5000 * WAN, 600 * WAN]),
        ("two_row_heading_phone.xlsx", [500 * WAN, 600 * WAN]),
        ("wps_pictures.xlsx", [None, None, None]),
    ],
)
def test_amounts_are_what_a_person_sees_in_the_cell(bring, name, capitals):
    bring(name)
    assert [row.capital for row in companies()] == capitals


def test_a_currency_in_the_number_format_stays_in_its_words(bring):
    bring("unit_in_number_format.xlsx")
    assert [row.capital_text for row in companies()][-2:] == ["US$500.00", "500万美元"]


def test_marks_of_nothing_overwrite_nothing(bring, session):
    make_enterprise("苏州墨荷精密部件有限公司", scope="精密部件", notes="首次来访", origin="招商会")
    bring("dash_overwrites.xlsx")
    (row,) = companies()
    assert (row.scope, row.notes, row.origin, row.capital) == ("精密部件", "首次来访", "招商会", None)
    assert people() == [(row.name, "乔知远", "总经理", "17012340077")]


def test_every_way_of_writing_a_phone_is_read_or_refused(bring):
    bring("phones.xlsx")
    assert numbers() == {
        "林一舟": "17012340001",
        "林四舟": "17012340001",
        "林五舟": "17012340001",
        "林六舟": None,
        "林七舟": "0512-68001234-802",
        "林八舟": "17012340001",
        "林九舟": "0512-68001234",
        "林十舟": "68001234",
        "林甲舟": None,
        "林乙舟": None,
        "林丙舟": "微信 lin_bing",
        "林丁舟": "17012340001",
        "林戊舟": "17012340001",
        "林庚舟": "17012340001",
        "林辛舟": "1701234000",
        "林壬舟": "400-800-1234",
    }


@pytest.mark.parametrize(
    ("name", "arrived"),
    [
        (
            "two_row_headings.xlsx",
            [("段二鸣", "总经理", "17012340102"), ("段三鸣", "副总", "17012340103")],
        ),
        ("two_row_heading_phone.xlsx", [("赵六", "", "13812346031"), ("钱七", "", "13812346032")]),
        ("title_tab.csv", [("段四鸣", "", "17012340104")]),
        ("wps_pictures.xlsx", [("张三", "", "13812346021")]),
    ],
)
def test_posts_and_phones_arrive(bring, name, arrived):
    bring(name)
    assert [row[1:] for row in people()] == arrived


def test_the_separator_comes_from_the_table_and_not_from_its_title(bring):
    bring("title_tab.csv")
    assert [row.name for row in companies()] == ["文编甲软件公司"]


def test_a_picture_is_no_company_no_name_and_no_text(bring):
    bring("wps_pictures.xlsx")
    assert [row.name for row in companies()] == ["图甲电子有限公司", "图乙电子有限公司", "图丙电子有限公司"]
    assert not any(row.notes or row.scope or row.other_names for row in companies())


def test_two_companies_of_one_name_keep_their_codes_and_their_people(bring):
    bring("one_name_two_codes.xlsx")
    assert [row.credit_code for row in companies()] == ["91340100MA2ABCDE34", "91440300MA5FGHJK44"]
    assert numbers() == {"张三": "13800138000", "李四": "13900139000"}


def test_words_of_a_stage_cost_no_company_and_stand_in_the_notes(bring):
    bring("status_means_stage.xlsx")
    told = [row.notes.splitlines()[1] for row in companies()]
    assert told == ["招商阶段原文：在谈", "招商阶段原文：已签约", "招商阶段原文：开工"]


def test_nothing_becomes_coarser_by_a_second_file(bring):
    bring("coarser_first.xlsx")
    bring("coarser_second.xlsx")
    first, second = companies()
    assert (first.region_code, first.industry_code) == ("340104", "C3841")
    assert first.notes.splitlines() == ["首次来访，已约回访", "三月重点"]
    assert (second.name, second.other_names) == ("合肥同名更名有限责任公司", [])


def test_one_company_on_many_rows_is_one(bring):
    bring("same_company_many_rows.xlsx")
    assert len(companies()) == 1
    assert [person for _company, person, *_rest in people()] == ["张三", "李四", "王五"]


def test_a_company_merged_over_its_rows_loses_nobody(bring):
    bring("company_merged_over_rows.xlsx")
    assert [row.name for row in companies()] == ["苏州澜川新材料有限公司", "宁波恒岳电器有限公司"]
    assert [person for _company, person, *_rest in people()] == ["张三", "李四", "王五", "赵六"]
