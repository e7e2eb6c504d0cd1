"""The tables of a chain's file: what their columns are called, and which must be filled in. Pure."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from app.core.values.enums import LabelledEnum
from app.register.chains.enums import ChainTier, NodeAction, NodeState
from app.register.chains.rules import LEAST, MOST, MOST_NODES
from app.register.enterprises.rules import CODE_LENGTH, NAME_LENGTH


class ChainSheet(LabelledEnum):
    """The tables of a file, in their order."""

    CHAIN = "chain", "产业链"
    NODES = "nodes", "环节"
    SUPPLIES = "supplies", "供应关系"
    JUDGEMENTS = "judgements", "判断"
    ANCHORS = "anchors", "链主"
    NEEDS = "needs", "采购需求"


class SheetColumn(NamedTuple):
    """A column of a table: what it is called, an example, what is offered, how long it may be. One that is
    `required` is filled in each row; one that is `always` there may be blank: judgements are never changed,
    so each is told whole. `unit` is that of a bare figure, `also` are other headings
    by which it is known.
    """

    label: str
    example: str
    choices: tuple[str, ...] = ()
    longest: int = 60
    required: bool = False
    always: bool = False
    unit: str = ""
    also: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        """一年采购额（万元）."""
        return f"{self.label}（{self.unit}）" if self.unit else self.label


_TIERS, _ACTIONS, _STATES = (
    tuple(member.label for member in members) for members in (ChainTier, NodeAction, NodeState)
)
_CODE = "统一社会信用代码"
COLUMNS: Mapping[ChainSheet, Mapping[str, SheetColumn]] = {
    ChainSheet.CHAIN: {
        "code": SheetColumn("代号", "NEV", longest=20, required=True),
        "name": SheetColumn("名称", "新能源汽车", required=True),
        "aliases": SheetColumn("别的叫法", "新能源车、电动汽车", longest=300),
        "position": SheetColumn("顺序", "1"),
        "note": SheetColumn("说明", "", longest=2000),
    },
    ChainSheet.NODES: {
        "code": SheetColumn("代号", "NEV-05", longest=30, required=True),
        "name": SheetColumn("名称", "隔膜", required=True),
        "tier": SheetColumn("位置", "上游", _TIERS, required=True),
        "parent": SheetColumn("上级环节代号", "", longest=30),
        "position": SheetColumn("顺序", "5"),
        "importance": SheetColumn("重要程度", "4", tuple(str(each) for each in range(LEAST, MOST + 1))),
        "action": SheetColumn("打算", "补链", _ACTIONS),
        "keywords": SheetColumn("关键词", "锂电隔膜、湿法隔膜", longest=500),
        "products": SheetColumn("产品", "基膜、涂覆膜", longest=500),
        "industries": SheetColumn("行业", "C2921、C3985", longest=600),
    },
    ChainSheet.SUPPLIES: {
        "supplier": SheetColumn("供应方代号", "NEV-05", longest=30, required=True),
        "buyer": SheetColumn("需求方代号", "NEV-07", longest=30, required=True),
    },
    ChainSheet.JUDGEMENTS: {
        "node": SheetColumn("环节代号", "NEV-05", longest=30, required=True),
        "effective_on": SheetColumn("判断日期", "2026-03-31", required=True),
        "state": SheetColumn("强弱缺", "缺", _STATES, required=True),
        "local_rate": SheetColumn("本地配套率", "0", always=True),
        "reason": SheetColumn("理由", "县内没有企业做", longest=300, required=True),
        "evidence": SheetColumn("依据", "全县产业链研究会会议纪要", longest=300, always=True),
        "by": SheetColumn("谁判断的", ""),
    },
    ChainSheet.ANCHORS: {
        "enterprise": SheetColumn("企业", "库里的企业名称", longest=NAME_LENGTH, required=True),
        "credit_code": SheetColumn(_CODE, "同名的靠它分清", longest=CODE_LENGTH, also=("信用代码",)),
        "starts_on": SheetColumn("第一天", "2025-03-01", required=True),
        "ends_on": SheetColumn("最后一天", ""),
        "note": SheetColumn("备注", "带动县内 12 家配套", longest=300),
    },
    ChainSheet.NEEDS: {
        "anchor": SheetColumn("链主", "「链主」里的企业", longest=NAME_LENGTH, required=True),
        "credit_code": SheetColumn(_CODE, "", longest=CODE_LENGTH, also=("信用代码",)),
        "starts_on": SheetColumn("第一天", "当过几次链主的才要写"),
        "node": SheetColumn("环节代号", "NEV-05", longest=30, required=True),
        "what": SheetColumn("要买什么", "9 微米湿法隔膜", longest=120, required=True),
        "amount": SheetColumn("一年采购额", "12000", unit="万元"),
        "bought_from": SheetColumn("现在从哪里买", "江苏常州", longest=120),
        "source": SheetColumn("谁说的", "采购部来函〔2026〕3 号", longest=200, required=True),
        "told_on": SheetColumn("哪天说的", "2026-03-31", required=True),
    },
}

NOTES = "填写说明"  # a sheet of words alone
LISTS = frozenset({"aliases", "keywords", "products", "industries"})  # several words in one cell
NUMBERS = frozenset({"position", "importance", "local_rate"})
_MOST_ROWS = 5000  # of a table without a bound of its own: judgements of many years
_MOST = {ChainSheet.NODES: MOST_NODES, ChainSheet.ANCHORS: 500, ChainSheet.NEEDS: 2000}
Cells = Mapping[str, str]
Tables = Mapping[ChainSheet, Sequence[tuple[int, Cells]]]  # of each table its rows with their numbers


def most_of(sheet: ChainSheet) -> int:
    """How many rows of a table are read."""
    return _MOST.get(sheet, _MOST_ROWS)
