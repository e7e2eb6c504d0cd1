"""The tables of a chain's file, what its cells say, and all that is wrong with them. Pure.

A file is read into tables of text first, whichever of the two kinds it is, and then judged in one look:
whoever sends it reads every mistake at once, each with its table and row.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, TypeVar

from app.core.values.enums import LabelledEnum
from app.register.chains.enums import ChainTier, NodeAction, NodeState
from app.register.chains.rules import (
    LEAST,
    MOST,
    MOST_INDUSTRIES,
    MOST_NODES,
    ChainTold,
    JudgementTold,
    NodeTold,
    problem_of_code,
    problem_of_place,
    problem_of_tier,
    problems_of_judgement,
    words_of,
)

Member = TypeVar("Member", bound=LabelledEnum)
MOST_PROBLEMS = 200  # told at once
MOST_ROWS = 5000  # of one table: judgements of many years
_RATES = range(101)


class ChainSheet(LabelledEnum):
    """The tables of a file, in their order."""

    CHAIN = "chain", "产业链"
    NODES = "nodes", "环节"
    SUPPLIES = "supplies", "供应关系"
    JUDGEMENTS = "judgements", "判断"


class SheetColumn(NamedTuple):
    """A column of a table: what it is called, an example, what is offered, how long it may be."""

    label: str
    example: str
    choices: tuple[str, ...] = ()
    longest: int = 60
    required: bool = False


_TIERS, _ACTIONS, _STATES = (
    tuple(member.label for member in members) for members in (ChainTier, NodeAction, NodeState)
)
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
        "local_rate": SheetColumn("本地配套率", "0"),
        "reason": SheetColumn("理由", "县内没有企业做", longest=300, required=True),
        "evidence": SheetColumn("依据", "全县产业链研究会会议纪要", longest=300),
        "by": SheetColumn("谁判断的", ""),
    },
}

LISTS = frozenset({"aliases", "keywords", "products", "industries"})  # several words in one cell
NUMBERS = frozenset({"position", "importance", "local_rate"})
Cells = Mapping[str, str]
Tables = Mapping[ChainSheet, Sequence[tuple[int, Cells]]]  # of each table its rows with their numbers


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one row of one table."""

    sheet: ChainSheet
    number: int
    sentence: str

    def __str__(self) -> str:
        return f"「{self.sheet.label}」第 {self.number} 行：{self.sentence}"


@dataclass(slots=True)
class Reading:
    """One look over a file, and what it finds wrong. `industries` says which code each way of writing an
    industry means; what is not in it there is not. `there` are the links that the chain has already, by their
    codes, with what they are a part of.
    """

    tables: Tables
    industries: Mapping[str, str]
    today: date
    there: Mapping[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def read(self) -> ChainTold | None:
        """The chain, or None when something is wrong."""
        chain = self._chain()
        nodes = [self._node(number, cells) for number, cells in self._rows(ChainSheet.NODES)]
        known = self._known(nodes)
        self._trees(nodes, known)
        supplies = [self._supply(number, cells, known) for number, cells in self._rows(ChainSheet.SUPPLIES)]
        judged = [
            self._judgement(number, cells, known) for number, cells in self._rows(ChainSheet.JUDGEMENTS)
        ]
        if self.problems or chain is None:
            return None
        return ChainTold(
            **chain,
            nodes=tuple(node for node in nodes if node is not None),
            supplies=tuple(dict.fromkeys(pair for pair in supplies if pair is not None)),
            judgements=tuple(row for row in judged if row is not None),
        )

    def _say(self, sheet: ChainSheet, number: int, sentence: str) -> None:
        self.problems.append(Problem(sheet, number, sentence))

    def _rows(self, sheet: ChainSheet) -> Iterator[tuple[int, Cells]]:
        """The rows of a table in which all cells may stand as they are; what may not is said."""
        rows = self.tables.get(sheet, ())
        if len(rows) > MOST_ROWS:
            self._say(sheet, rows[MOST_ROWS][0], f"最多 {MOST_ROWS} 行，后面的没有读")
        for number, cells in rows[:MOST_ROWS]:
            for name, column in COLUMNS[sheet].items():
                self._check(sheet, number, column, cells.get(name, ""))
            yield number, cells

    def _check(self, sheet: ChainSheet, number: int, column: SheetColumn, text: str) -> None:
        if column.required and not text:
            self._say(sheet, number, f"没有写{column.label}")
        if len(text) > column.longest:
            self._say(sheet, number, f"{column.label}最多 {column.longest} 个字")
        if column.choices and text and text not in column.choices:
            self._say(
                sheet, number, f"{column.label}写成了「{text[:20]}」，只能是 {'、'.join(column.choices)}"
            )

    def _count(self, sheet: ChainSheet, number: int, label: str, text: str, within: range) -> int | None:
        if not text:
            return None
        if text.isascii() and text.isdigit() and len(text) < 5 and int(text) in within:
            return int(text)
        self._say(sheet, number, f"{label}写成了「{text[:20]}」，要写 {within[0]} 到 {within[-1]} 之间的整数")
        return None

    def _code(self, sheet: ChainSheet, number: int, text: str) -> str:
        code = text.upper()
        if code and (problem := problem_of_code(code)):
            self._say(sheet, number, problem)
        return code

    def _chain(self) -> dict[str, Any] | None:
        rows = list(self._rows(ChainSheet.CHAIN))
        if len(rows) != 1:
            self._say(ChainSheet.CHAIN, 2, f"一个文件写一条产业链，这里有 {len(rows)} 行")
            return None
        number, cells = rows[0]
        return {
            "code": self._code(ChainSheet.CHAIN, number, cells.get("code", "")),
            "name": cells.get("name", ""),
            "aliases": cells.get("aliases", ""),
            "position": self._count(ChainSheet.CHAIN, number, "顺序", cells.get("position", ""), range(1000))
            or 0,
            "note": cells.get("note", ""),
        }

    def _node(self, number: int, cells: Cells) -> NodeTold | None:
        sheet = ChainSheet.NODES
        importance = self._importance(number, cells.get("importance", ""))
        position = self._count(sheet, number, "顺序", cells.get("position", ""), range(1000))
        tier = _member(ChainTier, cells.get("tier", ""))
        return NodeTold(
            number=number,
            code=self._code(sheet, number, cells.get("code", "")),
            name=cells.get("name", ""),
            tier=tier or ChainTier.UPSTREAM,
            parent=cells.get("parent", "").upper(),
            position=position or 0,
            importance=importance,
            action=_member(NodeAction, cells.get("action", "")),
            keywords=cells.get("keywords", ""),
            products=cells.get("products", ""),
            industries=self._industries(number, cells.get("industries", "")),
        )

    def _importance(self, number: int, text: str) -> int:
        """Out of its bounds it is told once, by the choices of its column."""
        return int(text) if text in COLUMNS[ChainSheet.NODES]["importance"].choices else 3

    def _industries(self, number: int, text: str) -> tuple[str, ...]:
        words = words_of(text)
        if len(words) > MOST_INDUSTRIES:
            self._say(ChainSheet.NODES, number, f"一个环节最多 {MOST_INDUSTRIES} 个行业")
        if unknown := [word[:20] for word in words if word not in self.industries]:
            self._say(ChainSheet.NODES, number, f"国标行业里没有：{'、'.join(unknown)}")
        return tuple(dict.fromkeys(self.industries[word] for word in words if word in self.industries))

    def _known(self, nodes: Sequence[NodeTold | None]) -> dict[str, str]:
        """What each link is a part of, by codes: those of the file, and those that are there beside them."""
        first: dict[str, int] = {}
        known = dict(self.there)
        for node in (each for each in nodes if each is not None and each.code):
            if node.code in first:
                self._say(ChainSheet.NODES, node.number, f"代号 {node.code} 和第 {first[node.code]} 行一样")
                continue
            first[node.code] = node.number
            known[node.code] = node.parent
        if len(known) > MOST_NODES:
            self._say(
                ChainSheet.NODES, 1, f"一条产业链最多 {MOST_NODES} 个环节，加上已有的是 {len(known)} 个"
            )
        return known

    def _trees(self, nodes: Sequence[NodeTold | None], known: Mapping[str, str]) -> None:
        ids = {code: place for place, code in enumerate(known)}
        parents = {ids[code]: ids.get(parent) for code, parent in known.items()}
        tiers = {node.code: node.tier for node in nodes if node is not None}
        for node in (each for each in nodes if each is not None and each.parent):
            if node.parent not in known:
                self._say(ChainSheet.NODES, node.number, f"上级环节 {node.parent[:30]} 没有")
                continue
            problem = problem_of_place(parents, ids.get(node.code), ids[node.parent])
            problem = problem or problem_of_tier(node.tier, tiers.get(node.parent))
            if problem:
                self._say(ChainSheet.NODES, node.number, problem)

    def _supply(self, number: int, cells: Cells, known: Collection[str]) -> tuple[str, str] | None:
        pair = cells.get("supplier", "").upper(), cells.get("buyer", "").upper()
        for code in dict.fromkeys(each for each in pair if each and each not in known):
            self._say(ChainSheet.SUPPLIES, number, f"没有代号是 {code[:30]} 的环节")
        if pair[0] and pair[0] == pair[1]:
            self._say(ChainSheet.SUPPLIES, number, "环节不能供应自己")
        return pair

    def _judgement(self, number: int, cells: Cells, known: Collection[str]) -> JudgementTold | None:
        sheet, code = ChainSheet.JUDGEMENTS, cells.get("node", "").upper()
        if code and code not in known:
            self._say(sheet, number, f"没有代号是 {code[:30]} 的环节")
        day = self._day(number, cells.get("effective_on", ""))
        rate = self._count(sheet, number, "本地配套率", cells.get("local_rate", "").rstrip("%％"), _RATES)
        state = _member(NodeState, cells.get("state", ""))
        if day is None or state is None:
            return None
        return JudgementTold(code, day, state, rate, cells.get("reason", ""), cells.get("evidence", ""))

    def _day(self, number: int, text: str) -> date | None:
        try:
            day = date.fromisoformat(text) if text else None
        except ValueError:
            day = None
            self._say(ChainSheet.JUDGEMENTS, number, f"判断日期写成了「{text[:20]}」，要写成 2026-03-31 这样")
        for problem in problems_of_judgement(day, self.today).values() if day else ():
            self._say(ChainSheet.JUDGEMENTS, number, problem)
        return day


def _member(members: type[Member], label: str) -> Member | None:
    return next((member for member in members if member.label == label), None)
