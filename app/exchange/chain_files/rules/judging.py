"""What the cells of a chain's file say, and all that is wrong with them. Pure.

A file is read into tables of text first, whichever of the two kinds it is, and then judged in one look:
whoever sends it reads every mistake at once, each with its table and row.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from app.core.values.enums import LabelledEnum
from app.exchange.chain_files.rules.looking import Look
from app.exchange.chain_files.rules.tables import COLUMNS, Cells, ChainSheet, Tables, most_of
from app.register.chains.enums import ChainTier, NodeAction, NodeState
from app.register.chains.rules import (
    MOST_INDUSTRIES,
    MOST_NODES,
    ChainTold,
    JudgementTold,
    NodeTold,
    in_words,
    problem_of_code,
    problem_of_place,
    problem_of_tier,
    problems_of_judgement,
    words_of,
)

Member = TypeVar("Member", bound=LabelledEnum)
_RATES = range(101)
_PERCENT = re.compile(r"([0-9]+)(?:\.0*)?\s*[%％]")


class Hung(NamedTuple):
    """Where a link stands: what it is a part of, by its code, and in which tier."""

    parent: str
    tier: ChainTier


@dataclass(slots=True, kw_only=True)
class Reading(Look):
    """The look over a chain, its links and judgements. `industries` says which code each way of writing an
    industry means; what is not in it there is not. `there` are the links that the chain has already, by their
    codes. A column that the file does not have says nothing, a blank number neither: it cannot be blank.
    """

    industries: Mapping[str, str]
    there: Mapping[str, Hung] = field(default_factory=dict)

    def read(self) -> ChainTold | None:
        """The chain, or None when something is wrong."""
        chain = self._chain()
        nodes = [self._node(number, cells) for number, cells in self._rows(ChainSheet.NODES)]
        known = self._known(nodes)
        if len(known) <= MOST_NODES:
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
        more: dict[str, Any] = {name: cells[name] for name in ("note",) if name in cells}
        return {
            "code": self._code(ChainSheet.CHAIN, number, cells.get("code", "")),
            "name": cells.get("name", ""),
            "more": more | _words(cells, "aliases") | self._position(ChainSheet.CHAIN, number, cells),
        }

    def _position(self, sheet: ChainSheet, number: int, cells: Cells) -> dict[str, int]:
        position = self._count(sheet, number, "顺序", cells.get("position", ""), range(1000))
        return {} if position is None else {"position": position}

    def _node(self, number: int, cells: Cells) -> NodeTold | None:
        sheet = ChainSheet.NODES
        tier = _member(ChainTier, cells.get("tier", ""))
        more = self._position(sheet, number, cells) | _words(cells, "keywords", "products")
        # Out of its bounds the importance is told once, by the choices of its column.
        if cells.get("importance", "") in COLUMNS[sheet]["importance"].choices:
            more["importance"] = int(cells["importance"])
        if "action" in cells:
            more["action"] = _member(NodeAction, cells["action"])
        return NodeTold(
            number=number,
            code=self._code(sheet, number, cells.get("code", "")),
            name=cells.get("name", ""),
            tier=tier or ChainTier.UPSTREAM,
            parent=cells["parent"].upper() if "parent" in cells else None,
            industries=self._industries(number, cells["industries"]) if "industries" in cells else None,
            more=more,
        )

    def _industries(self, number: int, text: str) -> tuple[str, ...]:
        words = words_of(text)
        if len(words) > MOST_INDUSTRIES:
            self._say(ChainSheet.NODES, number, f"一个环节最多 {MOST_INDUSTRIES} 个行业")
            return ()
        if unknown := [word[:20] for word in words if word not in self.industries]:
            self._say(ChainSheet.NODES, number, f"国标行业里没有：{'、'.join(unknown)}")
        return tuple(dict.fromkeys(self.industries[word] for word in words if word in self.industries))

    def _known(self, nodes: Sequence[NodeTold | None]) -> dict[str, Hung]:
        """Where each link stands, by codes: those of the file, and those that are there beside them."""
        first: dict[str, int] = {}
        known = dict(self.there)
        for node in (each for each in nodes if each is not None and each.code):
            if node.code in first:
                self._say(ChainSheet.NODES, node.number, f"代号 {node.code} 和第 {first[node.code]} 行一样")
                continue
            first[node.code] = node.number
            known[node.code] = Hung(self._parent(node), node.tier)
        if len(known) > MOST_NODES:
            self._say(
                ChainSheet.NODES, 1, f"一条产业链最多 {MOST_NODES} 个环节，加上已有的是 {len(known)} 个"
            )
        return known

    def _parent(self, node: NodeTold) -> str:
        if node.parent is not None:
            return node.parent
        return self.there[node.code].parent if node.code in self.there else ""

    def _trees(self, nodes: Sequence[NodeTold | None], known: Mapping[str, Hung]) -> None:
        ids = {code: place for place, code in enumerate(known)}
        parents = {ids[code]: ids.get(hung.parent) for code, hung in known.items()}
        told = [node for node in nodes if node is not None]
        for node, parent in ((each, self._parent(each)) for each in told):
            if not parent:
                continue
            if parent not in known:
                self._say(ChainSheet.NODES, node.number, f"上级环节 {parent[:30]} 没有")
                continue
            problem = problem_of_place(parents, ids.get(node.code), ids[parent])
            problem = problem or problem_of_tier(node.tier, known[parent].tier)
            if problem:
                self._say(ChainSheet.NODES, node.number, problem)
        self._left_behind({node.code: node for node in told})

    def _left_behind(self, told: Mapping[str, NodeTold]) -> None:
        """Parts that the file does not have stay where they are, so what they are a part of must as well."""
        for code, hung in self.there.items():
            above_it = told.get(hung.parent)
            if code not in told and above_it is not None and above_it.tier is not hung.tier:
                self._say(
                    ChainSheet.NODES,
                    above_it.number,
                    f"它下面的 {code} 在{hung.tier.label}，文件里没有，把 {code} 也写上",
                )

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
        day = self._day(sheet, number, "effective_on", cells)
        for problem in problems_of_judgement(day, self.today).values() if day else ():
            self._say(sheet, number, problem)
        rate = self._rate(number, cells.get("local_rate", ""))
        state = _member(NodeState, cells.get("state", ""))
        if day is None or state is None:
            return None
        return JudgementTold(code, day, state, rate, cells.get("reason", ""), cells.get("evidence", ""))

    def _rate(self, number: int, text: str) -> int | None:
        """Also 25% and 25.00%, as a cell that is formatted as a percentage shows it."""
        percent = _PERCENT.fullmatch(text)
        if percent and len(percent[1]) < 4 and int(percent[1]) in _RATES:
            return int(percent[1])
        return self._count(ChainSheet.JUDGEMENTS, number, "本地配套率", text, _RATES)


def industries_in(tables: Tables) -> set[str]:
    """All that a file writes as industries, as far as it is read."""
    sheet = ChainSheet.NODES
    rows = tables.get(sheet, ())[: most_of(sheet)]
    each = (words_of(cells.get("industries", "")) for _number, cells in rows)
    return {word for words in each if len(words) <= MOST_INDUSTRIES for word in words}


def _words(cells: Cells, *names: str) -> dict[str, Any]:
    """Fields of several words, as they are stored, those that are told."""
    return {name: in_words(cells[name]) for name in names if name in cells}


def _member(members: type[Member], label: str) -> Member | None:
    return next((member for member in members if member.label == label), None)
