"""A chain as a file: taken along and brought back unchanged, filled in, and every mistake told at once."""

import io
import json
from collections.abc import Callable, Iterator
from threading import Thread
from typing import Any, cast

import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import event, select
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import acting_as
from app.core.storage.audit import AuditEvent
from app.core.storage.db import Turn, db, wait_turn
from app.core.values.clock import today
from app.core.values.errors import RuleBroken, Stale
from app.exchange.chain_files import queries, services
from app.exchange.chain_files.rules import ChainSheet
from app.register.accounts.enums import Permission, Role
from app.register.accounts.rules import PERMISSIONS
from app.register.chains import services as chains
from app.register.chains.enums import ChainTier, NodeState
from app.register.chains.models import Chain, ChainNode, NodeJudgement
from app.register.chains.rules import MOST_NODES
from tests.factories.chain_files import (
    a_full_chain,
    as_json,
    brought,
    everything,
    file_of,
    headings_of,
    typed,
    written,
)
from tests.factories.chains import a_chain, a_node
from tests.factories.leads import County, a_county, sign_in

Db = scoped_session[Session]
S = NodeState
pytestmark = pytest.mark.both_databases


@pytest.fixture
def county(session: Db) -> County:
    return a_county()


@pytest.fixture
def head(county: County) -> Iterator[County]:
    with acting_as(county.head):
        yield county


@pytest.mark.parametrize("kind", ["xlsx", "json"])
def test_a_chain_taken_along_and_brought_back_changes_nothing(head: County, kind: str) -> None:
    chain = a_full_chain(head)
    before = everything()
    content = file_of(queries.tables_of(chain), kind)
    assert brought(content, f"链.{kind}").words == "和现有的一样，没有变化"
    assert everything() == before


@pytest.mark.parametrize("kind", ["xlsx", "json"])
def test_a_chain_brought_into_a_county_without_it_is_the_same_there(head: County, kind: str) -> None:
    chain = a_full_chain(head)
    tables = queries.tables_of(chain)
    row, cells = tables[ChainSheet.CHAIN][0]
    content = file_of({**tables, ChainSheet.CHAIN: [(row, {**cells, "code": "TWIN"})]}, kind)
    found = brought(content, f"链.{kind}")
    assert (found.added, found.supplies, found.judgements) == (3, 2, 3)
    twin = dict(queries.tables_of(found.chain))
    assert twin[ChainSheet.CHAIN][0][1]["code"] == "TWIN"
    mine = {**tables, ChainSheet.CHAIN: [], ChainSheet.JUDGEMENTS: []}
    assert {**twin, ChainSheet.CHAIN: [], ChainSheet.JUDGEMENTS: []} == mine
    told = [dict(cells, by="") for _row, cells in twin[ChainSheet.JUDGEMENTS]]
    assert told == [dict(cells, by="") for _row, cells in tables[ChainSheet.JUDGEMENTS]]
    assert not found.chain.is_example


def test_a_file_adds_and_changes_and_leaves_what_it_does_not_have(head: County) -> None:
    chain = a_full_chain(head)
    rows = [
        ["A", "隔膜材料", "上游", "", "0", "4", "强链", "", "", "塑料薄膜制造"],
        ["B", "电解液", "上游", "A", "1", "", "", "", "", ""],
    ]
    found = brought(
        written(
            {
                ChainSheet.CHAIN: [["cell", "动力电池", "", "", ""]],
                ChainSheet.NODES: rows,
                ChainSheet.SUPPLIES: [["b", "007"], ["A", "007"]],
                ChainSheet.JUDGEMENTS: [["B", today().isoformat(), "缺", "5%", "没有企业做", "", "别人"]],
            }
        )
    )
    assert found.words == (
        "改了产业链「动力电池」，新增 1 个环节，改了 1 个环节，加了 1 条供应关系，记下 1 条判断。"
        "文件里没有的 2 个环节没有动"
    )
    nodes = {node.code: node for node in db.session.scalars(select(ChainNode))}
    assert (nodes["A"].name, nodes["A"].codes, nodes["A"].importance) == ("隔膜材料", ["C2921"], 4)
    assert (nodes["B"].parent_id, nodes["B"].importance) == (nodes["A"].id, 3)
    assert set(nodes) == {"A", "A-1", "007", "B"}
    row = db.session.scalars(select(NodeJudgement).where(NodeJudgement.node_id == nodes["B"].id)).one()
    assert (row.actor_id, row.local_rate) == (head.head.person_id, 5)
    assert db.session.get_one(Chain, chain.id).name == "动力电池"


CHAIN_ROW = ["CELL", "=动力电池", "锂电、电池", "3", "第一行\n第二行"]


def test_a_workbook_without_supplies_and_judgements_comes_back_unchanged(head: County) -> None:
    chain = a_chain(head.head)
    a_node(head.head, chain, "A")
    before = everything()
    assert brought(services.as_workbook(queries.tables_of(chain))).words == "和现有的一样，没有变化"
    assert everything() == before


def test_what_changes_of_the_chain_alone_is_told(head: County) -> None:
    a_full_chain(head)
    words = {
        field: brought(as_json({"code": "CELL", "name": "=动力电池", **told}), "链.json").words
        for field, told in {
            "note": {"note": "新的"},
            "name": {"name": "电池"},
            "code": {"code": "NEW"},
        }.items()
    }
    assert words == {
        "note": "改了产业链「=动力电池」。文件里没有的 3 个环节没有动",
        "name": "改了产业链「电池」。文件里没有的 3 个环节没有动",
        "code": "新增产业链「=动力电池」",
    }


@pytest.mark.parametrize("kind", ["xlsx", "json"])
def test_what_a_file_has_no_column_for_stays_as_it_is(head: County, kind: str) -> None:
    a_full_chain(head)
    before = everything()
    rows = [["A", "隔膜", "上游"], ["A-1", "基膜", "上游"], ["007", "电芯", "中游"]]
    if kind == "xlsx":
        pages = {
            "产业链": [["代号", "名称"], ["CELL", "=动力电池"]],
            "环节": [["代号", "名称", "位置"], *rows],
        }
        content = typed(pages)
    else:
        nodes = [{"code": code, "name": name, "tier": tier} for code, name, tier in rows]
        content = as_json({"code": "CELL", "name": "=动力电池"}, nodes=nodes)
    assert brought(content, f"链.{kind}").words == "和现有的一样，没有变化"
    assert everything() == before


def test_a_blank_cell_clears_what_can_be_blank_and_leaves_numbers(head: County) -> None:
    a_full_chain(head)
    rows = [["A-1", "基膜", "上游"], ["007", "电芯", "中游"], ["A", "隔膜", "上游"]]
    pages = {ChainSheet.CHAIN: [CHAIN_ROW], ChainSheet.NODES: [[*row, *[""] * 7] for row in rows]}
    found = brought(written(pages))
    assert found.words == "改了 3 个环节"
    nodes = {node.code: node for node in db.session.scalars(select(ChainNode))}
    assert (nodes["A-1"].parent_id, nodes["A-1"].keywords) == (None, "")
    assert (nodes["007"].products, nodes["007"].action) == ("", None)
    assert (nodes["A"].codes, nodes["A"].importance) == ([], 5)


@pytest.mark.parametrize(
    ("pages", "sentence"),
    [
        (
            {"判断": [["环节代号", "判断日期", "强弱缺", "本地配套率", "理油", "依据"]]},
            "没有找到这些列：理由",
        ),
        ({"判断": [["环节代号", "判断日期", "强弱缺", "理由"]]}, "没有找到这些列：本地配套率、依据"),
        ({"供应关系": [["供应方代号"], ["A"]]}, "没有找到这些列：需求方代号"),
        ({"供应": [["供应方代号", "需求方代号"], ["A", "B"]]}, "不认识工作表「供应」"),
        ({"环节": [["代号", "名称", "位置", "关健词"]]}, "不认识工作表「环节」里的列「关健词」"),
    ],
)
def test_what_is_misspelt_in_a_workbook_is_not_left_out_without_a_word(
    head: County, pages: dict[str, list[list[str]]], sentence: str
) -> None:
    good = {
        "产业链": [headings_of(ChainSheet.CHAIN), CHAIN_ROW],
        "环节": [headings_of(ChainSheet.NODES), ["A", "一", "上游"]],
    }
    with pytest.raises(RuleBroken) as refused:
        services.read_file(io.BytesIO(typed(good | pages)), "链.xlsx")
    assert sentence in refused.value.problems["file"]


@pytest.mark.parametrize(
    ("tables", "sentence"),
    [
        ({"judgments": []}, "不认识最外面的「judgments」"),
        ({"nodes": [{"code": "A"}, {"keyword": "x"}]}, "不认识 nodes 第 2 个对象的「keyword」"),
    ],
)
def test_what_is_misspelt_in_json_is_not_left_out_without_a_word(
    head: County, tables: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(RuleBroken) as refused:
        services.read_file(io.BytesIO(as_json({"code": "NEV", "name": "车"}, **tables)), "链.json")
    assert sentence in refused.value.problems["file"]


def test_a_judgement_in_json_is_told_whole(head: County) -> None:
    row = {"node": "A", "effective_on": "2026-03-31", "state": "缺", "reason": "没有"}
    node = {"code": "A", "name": "一", "tier": "上游"}
    content = as_json({"code": "NEV", "name": "车"}, nodes=[node], judgements=[row])
    found = services.bring_in(services.read_file(io.BytesIO(content), "链.json"))
    assert isinstance(found, list)
    assert [each.sentence for each in found] == [
        "没有本地配套率这一项，不知道就留空",
        "没有依据这一项，不知道就留空",
    ]


@pytest.mark.parametrize(
    ("node", "sentence"),
    [
        (["A", "隔膜", "中游", ""], "「环节」第 2 行：它下面的 A-1 在上游，文件里没有，把 A-1 也写上"),
        (["B", "切片", "下游", "A"], "「环节」第 2 行：上级环节在上游，这里也要选上游"),
        (["A-1", "基膜", "中游", "A"], "「环节」第 2 行：上级环节在上游，这里也要选上游"),
    ],
)
def test_a_file_leaves_every_part_in_the_tier_of_its_link(
    head: County, node: list[str], sentence: str
) -> None:
    a_full_chain(head)
    pages = {
        "产业链": [headings_of(ChainSheet.CHAIN), CHAIN_ROW],
        "环节": [headings_of(ChainSheet.NODES)[:4], node],
    }
    found = services.bring_in(services.read_file(io.BytesIO(typed(pages)), "链.xlsx"))
    assert isinstance(found, list) and [str(each) for each in found] == [sentence]


def test_a_link_with_its_parts_changes_its_tier_by_a_file(head: County) -> None:
    a_full_chain(head)
    rows = [["A", "隔膜", "中游"], ["A-1", "基膜", "中游"]]
    pages = {"产业链": [["代号", "名称"], CHAIN_ROW[:2]], "环节": [["代号", "名称", "位置"], *rows]}
    assert brought(typed(pages)).words == "改了 2 个环节。文件里没有的 1 个环节没有动"


def test_a_file_of_any_size_asks_the_classes_of_industries_once(head: County) -> None:
    nodes = [
        {"code": f"N{number}", "name": "一", "tier": "上游", "industries": [f"没有{number}", f"C{number}"]}
        for number in range(MOST_NODES + 300)
    ]
    tables = services.read_file(io.BytesIO(as_json({"code": "NEV", "name": "车"}, nodes=nodes)), "链.json")
    asked: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", listen)
    found = services.bring_in(tables)
    event.remove(db.engine, "before_cursor_execute", listen)
    assert isinstance(found, list) and len(asked) < 10
    told = [str(each) for each in found]
    assert f"「环节」第 {MOST_NODES + 1} 行：最多 {MOST_NODES} 行，后面的没有读" in told
    assert not any("没有700" in line for line in told)


def elsewhere(app: Flask, county: County, act: Callable[[], object]) -> tuple[Thread, list[object]]:
    """Another process of the head at work: what it answers or meets."""
    answers: list[object] = []

    def work() -> None:
        with app.app_context(), acting_as(county.head):
            try:
                answers.append(act())
                db.session.commit()
            except Exception as error:  # noqa: BLE001 - told to the test, which runs in another thread
                answers.append(error)

    thread = Thread(target=work)
    thread.start()
    thread.join(1)
    return thread, answers


def test_a_link_that_is_removed_while_a_file_waits_is_missing_in_it(app: Flask, head: County) -> None:
    chain = a_full_chain(head)
    loose = a_node(head.head, chain, "B", tier=ChainTier.UPSTREAM)
    content = as_json({"code": "CELL", "name": "电池"}, supplies=[{"supplier": "A", "buyer": "B"}])
    tables = services.read_file(io.BytesIO(content), "链.json")
    chains.remove(loose, loose.version, "不做")
    thread, answers = elsewhere(
        app, head, lambda: [str(each) for each in cast(Any, services.bring_in(tables))]
    )
    assert thread.is_alive()
    db.session.commit()
    thread.join(30)
    assert answers == [["「供应关系」第 1 行：没有代号是 B 的环节"]]


def test_who_changes_a_chain_by_hand_while_a_file_does_waits_for_it(app: Flask, head: County) -> None:
    chain = a_full_chain(head)
    chain_id, version = chain.id, chain.version
    db.session.rollback()
    wait_turn(Turn.CHAIN_CODES)  # an import has begun
    row = db.session.get_one(Chain, chain_id)

    def by_hand() -> None:
        mine = db.session.get_one(Chain, chain_id)
        chains.change_chain(mine, version, chains.ChainData("CELL", "我的"))

    thread, answers = elsewhere(app, head, by_hand)
    assert thread.is_alive()
    chains.change_chain(row, version, chains.ChainData("CELL", "文件里的"))
    db.session.commit()
    thread.join(30)
    assert [type(each) for each in answers] == [Stale]


BAD: dict[ChainSheet, list[list[str]]] = {
    ChainSheet.CHAIN: [["NEV", "新能源车", "", "x", ""]],
    ChainSheet.NODES: [
        ["A", "一", "上游", "", "", "3", "", "", "", "C9999"],
        ["A", "二", "中游", "", "", "6", "", "", "", ""],
        ["B", "三", "上游", "C", "", "1", "", "", "", ""],
        ["C", "四", "上游", "B", "", "1", "", "", "", ""],
        ["D", "", "旁边", "Z", "", "1", "放弃", "", "", ""],
        ["E", "五", "中游", "A", "", "1", "", "", "", ""],
        ["电池", "六", "中游", "", "", "", "", "", "", ""],
    ],
    ChainSheet.SUPPLIES: [["A", "Y"], ["B", "B"], ["", "A"]],
    ChainSheet.JUDGEMENTS: [
        ["X", "2026-02-30", "一般", "101", "", "", ""],
        ["A", "2999-01-01", "缺", "", "有", "", ""],
        ["A", "0202-03-31", "缺", "", "有", "", ""],
        ["A", "2026-W13-2", "缺", "", "有", "", ""],
        ["A", "20260331", "缺", "", "有", "", ""],
    ],
}
TOLD = [
    ("产业链", 2, "顺序写成了「x」"),
    ("环节", 2, "国标行业里没有：C9999"),
    ("环节", 3, "重要程度写成了「6」，只能是 1、2、3、4、5"),
    ("环节", 3, "代号 A 和第 2 行一样"),
    ("环节", 4, "不能放到它自己或它下面的环节里"),
    ("环节", 5, "不能放到它自己或它下面的环节里"),
    ("环节", 6, "没有写名称"),
    ("环节", 6, "位置写成了「旁边」，只能是 上游、中游、下游"),
    ("环节", 6, "打算写成了「放弃」"),
    ("环节", 6, "上级环节 Z 没有"),
    ("环节", 8, "代号用大写字母"),
    ("供应关系", 2, "没有代号是 Y 的环节"),
    ("供应关系", 3, "环节不能供应自己"),
    ("供应关系", 4, "没有写供应方代号"),
    ("判断", 2, "没有代号是 X 的环节"),
    ("判断", 2, "判断日期写成了「2026-02-30」"),
    ("判断", 2, "强弱缺写成了「一般」，只能是 缺、弱、强"),
    ("判断", 2, "本地配套率写成了「101」，要写 0 到 100 之间的整数"),
    ("判断", 2, "没有写理由"),
    ("判断", 3, "判断日期还没有到"),
    ("判断", 4, "判断日期早于 1900 年"),
    ("判断", 5, "判断日期写成了「2026-W13-2」"),
    ("判断", 6, "判断日期写成了「20260331」"),
]


def test_every_mistake_of_a_file_is_told_at_once_by_table_and_row_and_nothing_is_written(
    client: FlaskClient, county: County
) -> None:
    before = everything()
    me = sign_in(client, county.head)
    refused = me.submit("/chain_files", {"file": (io.BytesIO(written(BAD)), "链.xlsx")})
    assert refused.status_code == 422
    for sheet, row, sentence in TOLD:
        assert any(
            f"「{sheet}」第 {row} 行：" in line and sentence in line for line in refused.text.split("<li>")
        ), (sheet, row, sentence)
    assert "处要改，什么都没有写入" in refused.text
    assert everything() == before


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("链.json", b"{", "不是 JSON"),
        ("链.json", b"\xff\xfe", "不是 JSON"),
        ("链.json", b"[" * 100_000, "不是 JSON"),
        ("链.json", b"[]", "最外面要是一个对象"),
        ("链.json", b'{"chain": {}, "nodes": [1]}', "nodes 要是一列对象"),
        ("链.json", b'{"chain": {}, "nodes": "x"}', "nodes 要是一列对象"),
        ("链.xlsx", b"PK\x03\x04 damaged", "可能已损坏"),
        ("链.xlsx", b"", "空文件"),
        ("链.csv", b"a,b", "不是能导入的格式"),
    ],
)
def test_a_file_that_is_none_is_refused_with_a_sentence(
    head: County, name: str, content: bytes, sentence: str
) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        services.read_file(io.BytesIO(content), name)


def test_a_workbook_without_the_tables_that_matter_says_which(head: County) -> None:
    for tables, sentence in (
        ({ChainSheet.CHAIN: [["NEV", "新能源车", "", "", ""]]}, "没有叫「环节」的工作表"),
        ({ChainSheet.NODES: [["A", "一", "上游", "", "", "", "", "", "", ""]]}, "没有叫「产业链」的工作表"),
    ):
        with pytest.raises(RuleBroken, match=sentence):
            services.read_file(io.BytesIO(written(tables)), "链.xlsx")


def test_json_with_numbers_and_lists_is_judged_like_cells(head: County) -> None:
    told = {
        "chain": {"code": "NEV", "name": "新能源汽车", "position": "一"},
        "nodes": [{"code": "A", "name": "一", "tier": "上游", "importance": 2.5, "keywords": ["x", None, 3]}],
    }
    found = services.bring_in(services.read_file(io.BytesIO(json.dumps(told).encode()), "链.json"))
    assert isinstance(found, list)
    assert {each.sentence for each in found} >= {
        "顺序写成了「一」，要写 0 到 999 之间的整数",
        "重要程度写成了「2.5」，只能是 1、2、3、4、5",
    }


@pytest.mark.parametrize("odd", [{"a": 1}, [["x"]], [{"q": 2}], True])
def test_json_that_is_no_text_is_refused_where_it_stands(odd: object) -> None:
    told = {"chain": {"code": "NEV", "name": "链"}, "nodes": [{"code": "A", "name": odd, "tier": "上游"}]}
    with pytest.raises(RuleBroken, match="nodes 第 1 个对象的 name 要是文字、数字或一列文字"):
        services.read_file(io.BytesIO(json.dumps(told).encode()), "链.json")


def test_an_archived_chain_is_restored_before_a_file_changes_it(head: County) -> None:
    chain = a_full_chain(head)
    content = services.as_json(queries.tables_of(chain))
    chains.ARCHIVING.archive(chain, chain.version, "记重了")
    db.session.commit()
    found = services.bring_in(services.read_file(io.BytesIO(content), "链.json"))
    assert isinstance(found, list) and "已归档，先恢复再导入" in str(found[0])


def test_the_head_imports_a_chain_and_stands_on_its_page(client: FlaskClient, county: County) -> None:
    me = sign_in(client, county.head)
    template = me.get("/chain_files/template")
    book = CalamineWorkbook.from_filelike(io.BytesIO(template.data))
    assert book.sheet_names == [*(sheet.label for sheet in ChainSheet), "填写说明"]
    good = {
        ChainSheet.CHAIN: [["NEV", "新能源车", "", "", ""]],
        ChainSheet.NODES: [["A", "隔膜", "上游", "", "", "", "", "", "", ""]],
    }
    answer = me.submit("/chain_files", {"file": (io.BytesIO(written(good)), "链.xlsx")})
    chain = db.session.scalars(select(Chain)).one()
    assert answer.location == f"/chains/{chain.public_id}"
    page = me.get(answer.location).text
    assert "新增 1 个环节" in page and "隔膜" in page


def test_who_takes_a_chain_along_is_in_the_audit_and_who_reads_alone_cannot(
    client: FlaskClient, county: County
) -> None:
    chain = a_full_chain(county)
    me = sign_in(client, county.officer)
    taken = me.get(f"/chain_files/{chain.public_id}/json")
    assert json.loads(taken.data)["chain"]["name"] == "=动力电池"
    assert me.get(f"/chain_files/{chain.public_id}/xlsx").status_code == 200
    assert me.get("/chain_files").status_code == 403
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "chain.export")).all()
    assert len(events) == 2
    assert sign_in(client, county.leader).get(f"/chain_files/{chain.public_id}/json").status_code == 403


def test_who_takes_lists_along_and_does_not_read_chains_takes_no_chain_along(
    client: FlaskClient, county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain = a_full_chain(county)
    monkeypatch.setitem(PERMISSIONS, Role.OFFICER, PERMISSIONS[Role.OFFICER] - {Permission.CHAINS_READ})
    me = sign_in(client, county.officer)
    for kind in ("json", "xlsx"):
        assert me.get(f"/chain_files/{chain.public_id}/{kind}").status_code == 403
