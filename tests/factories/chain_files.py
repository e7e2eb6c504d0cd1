"""Files of chains, as somebody fills them in, and a chain with all that one can hold."""

import io
import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import xlsxwriter
from sqlalchemy import select

from app.core.access.auth import acting_as
from app.core.storage.db import db
from app.core.values.clock import today
from app.exchange.chain_files import services
from app.exchange.chain_files.rules import COLUMNS, ChainSheet, Tables
from app.register.anchors import services as anchors
from app.register.anchors.models import AnchorNeed, ChainAnchor
from app.register.anchors.services import AnchorData
from app.register.chains import services as chains
from app.register.chains.enums import ChainTier, NodeAction, NodeState
from app.register.chains.models import Chain, ChainNode, ChainSupply, NodeIndustry, NodeJudgement
from tests.factories.chains import a_chain, a_node, judged
from tests.factories.enterprises import a_credit_code
from tests.factories.leads import County
from tests.factories.placements import a_company

S = NodeState
DAY = timedelta(days=1)
CODE = a_credit_code(7)
MODELS = (Chain, ChainNode, NodeIndustry, ChainSupply, NodeJudgement, ChainAnchor, AnchorNeed)


def a_full_chain(county: County) -> Chain:
    """With all that a file can hold, and what files like to spoil: signs, zeros, line ends."""
    head = county.head
    chain = a_chain(head, name="=动力电池", aliases="锂电、电池", note="第一行\n第二行", position=3)
    top = a_node(head, chain, "A", "隔膜", tier=ChainTier.UPSTREAM, importance=5, industries="C2921、C3985")
    part = a_node(head, chain, "A-1", "基膜", tier=ChainTier.UPSTREAM, parent=top, keywords="湿法、干法")
    last = a_node(head, chain, "007", "电芯", products="+方壳、-软包", action=NodeAction.FILL)
    with acting_as(head):
        chains.add_supply(top, last)
        chains.add_supply(last, top)
        db.session.commit()
    judged(head, top, S.WEAK, local_rate=0, evidence="=会议纪要")
    judged(head, top, S.MISSING, reason="看错了\n行")
    judged(head, part, S.STRONG)
    with acting_as(head):
        _anchors(county, chain, top, last)
        db.session.commit()
    return chain


def _anchors(county: County, chain: Chain, top: ChainNode, last: ChainNode) -> None:
    """One that was an anchor twice, one with a code and another name, one with nothing but its name."""
    first, begun = a_company("=安江电池有限公司"), today() - 900 * DAY
    coded = a_company("澜川电子有限公司", credit_code=CODE, former_names=("安江旧名厂",))
    plain = a_company("西浦电子有限公司")
    then = anchors.name_anchor(chain, first, AnchorData(begun, begun + 90 * DAY, "=带动 12 家"))
    again = anchors.name_anchor(chain, first, AnchorData(begun + 100 * DAY))
    others = [anchors.name_anchor(chain, each, AnchorData(begun)) for each in (coded, plain)]
    for anchor, node, what, amount in (
        (then, top, "隔膜", 120_000_000),
        (again, top, "隔膜", 5),
        (again, top, "基膜", 2_000_000_000_000),
        (again, last, "隔膜", None),
        (others[0], last, "+方壳", 12_345_678),
        (others[1], last, "+方壳", 0),
    ):
        told = anchors.NeedData(node, what, "采购部来函", begun, amount, "江苏常州" if amount else "")
        anchors.add_need(anchor, told)


def written(tables: Mapping[ChainSheet, Sequence[Sequence[str]]]) -> bytes:
    """A workbook as somebody fills it in."""
    return typed({sheet.label: [headings_of(sheet), *rows] for sheet, rows in tables.items()})


def headings_of(sheet: ChainSheet) -> list[str]:
    return [column.label for column in COLUMNS[sheet].values()]


def typed(pages: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    """A workbook with these sheets and rows."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False}) as book:
        for name, rows in pages.items():
            page = book.add_worksheet(name)
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)
    return stream.getvalue()


def brought(content: bytes, name: str = "链.xlsx") -> chains.Brought:
    found = services.bring_in(services.read_file(io.BytesIO(content), name))
    assert isinstance(found, chains.Brought), [str(each) for each in found]
    db.session.commit()
    return found


def everything() -> list[Any]:
    """Every row of every table of chains."""
    db.session.expire_all()
    return [
        [tuple(row) for row in db.session.execute(select(model.__table__).order_by(model.__table__.c.id))]
        for model in MODELS
    ]


def file_of(tables: Tables, kind: str) -> bytes:
    return services.as_workbook(tables) if kind == "xlsx" else services.as_json(tables)


def as_json(chain: Mapping[str, Any], **tables: Any) -> bytes:
    return json.dumps({"chain": chain, **tables}).encode()
