"""Anchors and what they need in the file of a chain, and cells of Excel that are days and percentages."""

import io
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
import xlsxwriter
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, select
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import acting_as
from app.core.storage.db import db
from app.core.values.clock import today
from app.core.values.errors import NotAllowed, RuleBroken
from app.core.values.money import read_amount
from app.core.values.terms import Days
from app.exchange.chain_files import queries, services
from app.exchange.chain_files.rules import ChainSheet, amount_as_text
from app.exchange.chain_files.rules.anchoring import LARGEST_BARE
from app.register.accounts.enums import Permission, Role
from app.register.accounts.rules import PERMISSIONS
from app.register.anchors import services as anchors
from app.register.anchors.models import AnchorNeed, ChainAnchor
from app.register.chains import services as chains
from app.register.chains.models import Chain, NodeJudgement
from app.register.chains.queries import nodes_of
from app.register.enterprises.models import Enterprise
from tests.factories.chain_files import (
    CODE,
    a_full_chain,
    as_json,
    brought,
    everything,
    file_of,
    headings_of,
    typed,
)
from tests.factories.chains import a_chain, a_node
from tests.factories.enterprises import a_credit_code, file_away
from tests.factories.leads import County, a_county, an_actor, sign_in
from tests.factories.placements import a_company

Db = scoped_session[Session]
DAY = timedelta(days=1)
SAME = "和现有的一样，没有变化"
FIRM = "安江电池有限公司"
pytestmark = pytest.mark.both_databases


@pytest.fixture
def county(session: Db) -> County:
    return a_county()


@pytest.fixture
def head(county: County) -> Iterator[County]:
    with acting_as(county.head):
        yield county


@pytest.fixture
def chain(head: County) -> Chain:
    """With one link, and two companies that are no anchors yet."""
    chain = a_chain(head.head, name="动力电池")
    a_node(head.head, chain, "A", "隔膜")
    a_company(FIRM)
    a_company("澜川电子有限公司", credit_code=CODE, former_names=("澜川旧名厂",))
    return chain


def around(anchors: Sequence[Sequence[Any]], needs: Sequence[Sequence[Any]] = (), **more: Any) -> bytes:
    """A workbook with these rows of both tables below the headings."""
    pages: dict[str, Sequence[Sequence[Any]]] = {
        "产业链": [["代号", "名称"], ["CELL", "动力电池"]],
        "环节": [["代号", "名称", "位置"], ["A", "隔膜", "中游"]],
        "链主": [headings_of(ChainSheet.ANCHORS), *anchors],
        "采购需求": [headings_of(ChainSheet.NEEDS), *needs],
    }
    return typed(pages | more)


def told(content: bytes, name: str = "链.xlsx") -> list[str]:
    """All that is wrong with a file."""
    before = everything()
    found = services.bring_in(services.read_file(io.BytesIO(content), name))
    db.session.rollback()
    assert isinstance(found, list) and everything() == before
    return [str(each) for each in found]


ANCHOR = [FIRM, "", "2025-03-01", "", "带动 12 家"]
NEED = [FIRM, "", "", "a", "9 微米湿法隔膜", "1.2亿", "江苏常州", "采购部来函", "2026-03-31"]


# --- out and in --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["xlsx", "json"])
def test_the_same_file_brought_in_twice_changes_nothing(head: County, chain: Chain, kind: str) -> None:
    first = brought(around([ANCHOR], [NEED, [*NEED[:4], "基膜", "", "", *NEED[7:]]]))
    assert first.words == "新增 1 家链主，新增 2 条采购需求"
    before = everything()
    assert brought(around([ANCHOR], [NEED])).words == SAME
    assert brought(file_of(queries.tables_of(chain), kind), f"链.{kind}").words == SAME
    assert everything() == before
    need = db.session.scalars(select(AnchorNeed).order_by(AnchorNeed.id)).first()
    assert need is not None
    assert (need.amount, need.node.code, need.told_on) == (120_000_000, "A", date(2026, 3, 31))


def test_a_file_changes_what_it_tells_otherwise_and_leaves_what_it_does_not_have(
    head: County, chain: Chain
) -> None:
    brought(around([ANCHOR, ["澜川电子有限公司", "", "2025-01-01", "", ""]], [NEED]))
    changed = [FIRM, "", "2025-03-01", "2026-06-30", "新的"]
    pages = {
        "链主": [headings_of(ChainSheet.ANCHORS), changed],
        "采购需求": [
            ["链主", "环节代号", "要买什么", "谁说的", "哪天说的"],
            [FIRM, "A", "9 微米湿法隔膜", "董事长", "2026-03-31"],
        ],
    }
    assert brought(around([], **pages)).words == "改了 1 家链主，改了 1 条采购需求"
    rows = db.session.scalars(select(ChainAnchor).order_by(ChainAnchor.id)).all()
    assert [(row.ends_on, row.note) for row in rows] == [(date(2026, 6, 30), "新的"), (None, "")]
    need = db.session.scalars(select(AnchorNeed)).one()
    assert (need.source, need.amount, need.bought_from) == ("董事长", 120_000_000, "江苏常州")


def test_a_blank_cell_clears_last_day_and_amount(head: County, chain: Chain) -> None:
    brought(around([[*ANCHOR[:3], "2026-06-30", ""]], [NEED]))
    brought(around([[*ANCHOR[:3], "", ""]], [[*NEED[:5], "", "", *NEED[7:]]]))
    need = db.session.scalars(select(AnchorNeed)).one()
    assert (need.anchor.ends_on, need.amount, need.bought_from) == (None, None, "")


def test_one_term_ends_and_the_next_begins_in_one_file(head: County, chain: Chain) -> None:
    brought(around([ANCHOR]))
    rows = [[FIRM, "", "2026-01-01", "", ""], [*ANCHOR[:3], "2025-12-31", ""]]
    needs = [NEED, [FIRM, "", "2025-03-01", *NEED[3:8], "2026-03-30"]]
    assert brought(around(rows, needs)).words == "新增 1 家链主，改了 1 家链主，新增 2 条采购需求"
    found = db.session.scalars(select(AnchorNeed).order_by(AnchorNeed.told_on)).all()
    assert [need.anchor.starts_on for need in found] == [date(2025, 3, 1), date(2026, 1, 1)]


def test_a_company_goes_by_any_of_its_names_and_by_its_code(head: County, chain: Chain) -> None:
    brought(around([["澜川旧名厂", "", "2025-03-01", "", ""]]))
    rows = [["澜川电子有限公司", CODE, "2025-03-01", "", ""]]
    assert brought(around(rows)).words == SAME
    assert db.session.scalars(select(ChainAnchor)).one().enterprise.credit_code == CODE
    assert told(around([*rows, ["澜川旧名厂", "", "2025-03-01", "", ""]])) == [
        "「链主」第 3 行：和第 2 行是同一家企业、同一个第一天，留一行"
    ]


def test_of_two_companies_of_one_name_the_code_says_which(head: County, chain: Chain) -> None:
    a_company("澜川电子有限公司")
    assert told(around([["澜川电子有限公司", "", "2025-03-01", "", ""]])) == [
        "「链主」第 2 行：库里有 2 家叫「澜川电子有限公司」的企业，写上信用代码"
    ]
    brought(around([["澜川电子有限公司", CODE, "2025-03-01", "", ""]]))
    assert brought(around([["澜川电子有限公司", "", "2025-03-01", "", ""]])).words == SAME  # the anchor


@pytest.mark.parametrize("kind", ["xlsx", "json"])
def test_namesakes_and_what_was_told_twice_come_back_unchanged(head: County, chain: Chain, kind: str) -> None:
    known = db.session.scalars(select(Enterprise).where(Enterprise.credit_code == CODE)).one()
    [node] = nodes_of(chain)
    for company in (known, a_company("澜川电子有限公司")):
        anchor = anchors.name_anchor(chain, company, anchors.AnchorData(today() - DAY))
        for amount in (0, 1, 10_000_000_001):
            anchors.add_need(anchor, anchors.NeedData(node, "外壳", "采购部", today(), amount))
    db.session.commit()
    before = everything()
    assert brought(file_of(queries.tables_of(chain), kind), f"链.{kind}").words == SAME
    assert everything() == before


def test_what_an_archived_company_was_comes_back_unchanged_and_it_becomes_nothing_new(
    head: County, chain: Chain
) -> None:
    brought(around([ANCHOR], [NEED]))
    file_away(db.session.scalars(select(Enterprise).where(Enterprise.name == FIRM)).one())
    db.session.commit()
    assert brought(services.as_workbook(queries.tables_of(chain))).words == SAME
    assert told(around([[*ANCHOR[:3], "2025-12-31", ""], [FIRM, "", "2026-01-01", "", ""]])) == [
        f"「链主」第 3 行：「{FIRM}」已归档，确实要用的先打开企业页恢复"
    ]


def test_what_is_needed_at_a_merged_link_is_needed_at_what_it_became(head: County, chain: Chain) -> None:
    brought(around([ANCHOR], [NEED]))
    [old] = nodes_of(chain)
    new = a_node(head.head, chain, "B", "隔膜材料")
    chains.merge(old, old.version, new)
    db.session.commit()
    before = everything()
    tables = queries.tables_of(chain)
    assert [cells["node"] for _row, cells in tables[ChainSheet.NEEDS]] == ["B"]
    assert brought(services.as_workbook(tables)).words == SAME
    assert everything() == before


# --- what is wrong -----------------------------------------------------------------------------------


def test_every_mistake_of_anchors_and_needs_is_told_at_once_by_table_and_row(
    head: County, chain: Chain
) -> None:
    brought(around([["澜川电子有限公司", CODE, "2020-01-01", "", ""]]))
    mistakes = told(
        around(
            [
                ["没有的公司", "", "2025-03-01", "", ""],
                [FIRM, CODE, "2025-03-01", "", ""],
                [FIRM, a_credit_code(99), "2025-03-01", "", ""],
                [FIRM, "123", "2025-03-01", "", ""],
                [FIRM, "", "2025-02-30", "46112", ""],
                [FIRM, "", "1925-01-01", "", ""],
                [FIRM, "", "2025-01-01", "2024-01-01", ""],
                [FIRM, "", "2024-06-01", "", ""],
                ["澜川旧名厂", "", "2021-01-01", "", ""],
                ["", "", "2021-01-01", "", ""],
            ],
            [
                ["没有的公司", *NEED[1:]],
                [*NEED[:3], "X", *NEED[4:]],
                [*NEED[:2], "2019-01-01", *NEED[3:]],
                [*NEED[:5], "面议", *NEED[6:]],
                [*NEED[:5], "120000000", *NEED[6:]],
                [*NEED[:5], "约5亿", *NEED[6:]],
                [*NEED[:8], "2999-01-01"],
                [*NEED[:4], "", "", "", "", "昨天"],
                [*NEED[:5], "500万美元", *NEED[6:]],
            ],
        )
    )
    for sheet, row, sentence in (
        ("链主", 2, "库里没有「没有的公司」这家企业，先登记企业"),
        ("链主", 3, "是「澜川电子有限公司」的，不是"),
        ("链主", 4, f"库里的「{FIRM}」没有信用代码"),
        ("链主", 5, "信用代码「123」：统一社会信用代码是 18 位"),
        ("链主", 6, "第一天写成了「2025-02-30」，要写成 2026-03-31 这样"),
        ("链主", 6, "最后一天写成了「46112」，这是表格软件的日期序号"),
        ("链主", 7, "第一天早于 1980 年"),
        ("链主", 8, "最后一天在第一天之前"),
        ("链主", 10, "这家企业这段时间已经是链主（2020-01-01 起）"),
        ("链主", 11, "没有写企业"),
        ("采购需求", 2, "库里没有「没有的公司」这家企业"),
        ("采购需求", 3, "没有代号是 X 的环节"),
        ("采购需求", 4, "没有从 2019-01-01 起当链主"),
        ("采购需求", 5, "一年采购额写成了「面议」，要写成一个确定的数字"),
        ("采购需求", 6, "没写单位，按万元读是 12,000.00 亿元，写上单位"),
        ("采购需求", 7, "一年采购额写成了「约5亿」"),
        ("采购需求", 8, "哪天说的：日期还没有到"),
        ("采购需求", 9, "没有写要买什么"),
        ("采购需求", 9, "没有写谁说的"),
        ("采购需求", 9, "哪天说的写成了「昨天」"),
        ("采购需求", 10, "一年采购额写成了「500万美元」"),
    ):
        start = f"「{sheet}」第 {row} 行："
        assert any(line.startswith(start) and sentence in line for line in mistakes), (sheet, row, sentence)


def test_a_need_of_who_is_no_anchor_or_was_one_twice_or_that_stands_there_twice_is_told(
    head: County, chain: Chain
) -> None:
    assert told(around([], [NEED])) == [
        f"「采购需求」第 2 行：「{FIRM}」不是这条产业链的链主，先写进「链主」"
    ]
    terms = [[FIRM, "", "2020-01-01", "2020-12-31", ""], [FIRM, "", "2021-01-01", "2021-12-31", ""]]
    assert told(around(terms, [NEED])) == [
        f"「采购需求」第 2 行：「{FIRM}」当过几次链主，写上第一天，说清是哪一次"
    ]
    assert told(around([ANCHOR], [NEED, NEED])) == [
        "「采购需求」第 3 行：和第 2 行是同一个链主、环节、同一天说的同一样东西，留一行"
    ]


def test_amounts_have_the_unit_of_their_heading_and_no_foreign_one(head: County, chain: Chain) -> None:
    def with_heading(heading: str) -> dict[str, Any]:
        row = [FIRM, "A", "隔膜", 120_000_000, "采购部", "2026-03-31"]
        headings = ["链主", "环节代号", "要买什么", heading, "谁说的", "哪天说的"]
        return {"采购需求": [headings, row]}

    brought(around([ANCHOR], **with_heading("一年采购额（元）")))
    assert db.session.scalars(select(AnchorNeed)).one().amount == 120_000_000
    with pytest.raises(RuleBroken) as refused:
        services.read_file(io.BytesIO(around([ANCHOR], **with_heading("一年采购额（万美元）"))), "链.xlsx")
    assert "是外币，折成人民币再传" in refused.value.problems["file"]


def test_json_tells_anchors_and_needs_by_their_keys(head: County, chain: Chain) -> None:
    anchor = {"enterprise": FIRM, "starts_on": "2025-03-01"}
    need = {
        "anchor": FIRM,
        "node": "A",
        "what": "隔膜",
        "amount": 12000,
        "source": "函",
        "told_on": "2026-3-1",
    }
    content = as_json({"code": "CELL", "name": "动力电池"}, anchors=[anchor], needs=[need])
    assert "新增 1 家链主，新增 1 条采购需求" in brought(content, "链.json").words
    assert db.session.scalars(select(AnchorNeed)).one().amount == 120_000_000


# --- who ---------------------------------------------------------------------------------------------


def test_who_does_not_read_companies_takes_no_anchors_along(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain = a_full_chain(county)
    monkeypatch.setitem(PERMISSIONS, Role.OFFICER, PERMISSIONS[Role.OFFICER] - {Permission.ENTERPRISES_READ})
    with acting_as(an_actor(county.bureau)):
        tables = queries.tables_of(chain)
    assert (tables[ChainSheet.ANCHORS], tables[ChainSheet.NEEDS]) == ([], [])
    assert tables[ChainSheet.NODES]


def test_who_may_not_write_needs_brings_none(
    head: County, chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    rights = PERMISSIONS[Role.BUREAU_HEAD] - {Permission.PLACEMENTS_DECIDE}
    monkeypatch.setitem(PERMISSIONS, Role.BUREAU_HEAD, rights)
    tables = services.read_file(io.BytesIO(around([ANCHOR], [NEED])), "链.xlsx")
    other = an_actor(head.bureau, Role.BUREAU_HEAD)
    with acting_as(other), pytest.raises(NotAllowed, match="招商干部和招商局负责人"):
        services.bring_in(tables)
    db.session.rollback()
    assert not db.session.scalars(select(ChainAnchor)).all()


def test_the_head_fills_in_the_template_and_reads_on_the_page_what_came_of_it(
    client: FlaskClient, county: County
) -> None:
    chain = a_chain(county.head, name="动力电池")
    a_node(county.head, chain, "A", "隔膜")
    a_company(FIRM)
    me = sign_in(client, county.head)
    bad = around([["没有的公司", "", "2025-03-01", "", ""]])
    refused = me.submit("/chain_files", {"file": (io.BytesIO(bad), "链.xlsx")})
    assert refused.status_code == 422 and "「链主」第 2 行：库里没有「没有的公司」" in refused.text
    answer = me.submit("/chain_files", {"file": (io.BytesIO(around([ANCHOR], [NEED])), "链.xlsx")})
    page = me.get(answer.location).text
    assert "新增 1 家链主，新增 1 条采购需求" in page and FIRM in page and "9 微米湿法隔膜" in page


# --- days and percentages as Excel has them ----------------------------------------------------------


def test_days_and_percentages_of_excel_are_read_as_what_they_say(head: County, chain: Chain) -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        for name, rows in (
            ("产业链", [["代号", "名称"], ["CELL", "动力电池"]]),
            ("环节", [["代号", "名称", "位置"], ["A", "隔膜", "中游"]]),
            ("判断", [headings_of(ChainSheet.JUDGEMENTS)]),
            ("链主", [["企业", "第一天", "最后一天"], [FIRM]]),
        ):
            page = book.add_worksheet(name)
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)
        day = book.add_format({"num_format": "yyyy/m/d"})
        words = book.add_format({"num_format": 'yyyy"年"m"月"d"日"'})
        judged = book.get_worksheet_by_name("判断")
        for number, (rate, shown) in enumerate(
            ((0.25, "0%"), (0.3, "0.00%"), (1, "0.0%"), (0, "0%"), (7, "0")), start=1
        ):
            judged.write_row(number, 0, ["A", "", "弱", "", "看过"])
            judged.write_datetime(number, 1, date(2026, 3, number), day)  # type: ignore[arg-type]
            judged.write_number(number, 3, rate, book.add_format({"num_format": shown}))
        judged.write_row(6, 0, ["A", "2026/3/6", "弱", "25 %", "看过"])
        judged.write_row(7, 0, ["A", "2026年3月7日", "弱", "40.0％", "看过"])
        around_it = book.get_worksheet_by_name("链主")
        around_it.write_datetime(1, 1, date(2025, 3, 1), words)  # type: ignore[arg-type]
        around_it.write_datetime(1, 2, date(2027, 3, 1), day)  # type: ignore[arg-type]
    assert "记下 7 条判断，新增 1 家链主" in brought(stream.getvalue()).words
    rows = db.session.scalars(select(NodeJudgement).order_by(NodeJudgement.effective_on)).all()
    assert [row.effective_on.day for row in rows] == [1, 2, 3, 4, 5, 6, 7]
    assert [row.local_rate for row in rows] == [25, 30, 100, 0, 7, 25, 40]
    anchor = db.session.scalars(select(ChainAnchor)).one()
    assert anchor.days == Days(date(2025, 3, 1), date(2027, 3, 1))


@pytest.mark.parametrize("rate", ["25.5%", "101%", "-5%", "0.25", "%"])
def test_a_rate_that_is_no_whole_percentage_is_told(head: County, chain: Chain, rate: str) -> None:
    row = ["A", "2026-03-31", "弱", rate, "看过", "", ""]
    assert told(around([], 判断=[headings_of(ChainSheet.JUDGEMENTS), row])) == [
        f"「判断」第 2 行：本地配套率写成了「{rate}」，要写 0 到 100 之间的整数"
    ]


def test_a_large_file_is_judged_and_written_in_a_number_of_reads_that_does_not_grow(
    head: County, chain: Chain
) -> None:
    def file_with(count: int) -> bytes:
        first = date(2000, 1, 1)
        days = [(first + number * 3 * DAY, first + (number * 3 + 1) * DAY) for number in range(count)]
        terms = [{"enterprise": FIRM, "starts_on": str(start), "ends_on": str(end)} for start, end in days]
        needs = [
            {"anchor": FIRM, "starts_on": str(start), "node": "A", "what": "隔膜", "source": "函"}
            | {"told_on": str(start)}
            for start, _end in days
        ]
        return as_json({"code": "CELL", "name": "动力电池"}, anchors=terms, needs=needs)

    asked: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith("SELECT"):
            asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", listen)
    counts = []
    for count in (10, 60, 60):
        asked.clear()
        brought(file_with(count), "链.json")
        counts.append(len(asked))
    event.remove(db.engine, "before_cursor_execute", listen)
    assert len(db.session.scalars(select(AnchorNeed)).all()) == 60
    assert max(counts) <= 40, counts


@given(st.integers(0, 2 * 10**12))
def test_an_amount_in_a_cell_is_read_back_as_the_amount(yuan: int) -> None:
    read = read_amount(amount_as_text(yuan))
    assert read.definite == yuan and not (read.bare and yuan > LARGEST_BARE)
