"""What a file tells of the anchors of a chain and of what they need, and all that is wrong with it. Pure.

An anchor goes by its company and its first day, a need by its anchor, its link, what is bought and the day:
what is there under this is changed, all else is added, and what the file does not have stays.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from app.core.values.clean import clean_line
from app.core.values.money import WAN, YI, in_words, read_amount
from app.core.values.terms import Days
from app.exchange.chain_files.rules.looking import Look
from app.exchange.chain_files.rules.tables import COLUMNS, Cells, ChainSheet
from app.register.anchors.rules import (
    AnchorTold,
    NeedKey,
    NeedTold,
    problems_of_days,
    problems_of_need,
)
from app.register.enterprises.rules import check_credit_code, name_key

LARGEST_BARE = 100 * YI  # 元; above, whoever wrote no unit most likely meant 元
_ANCHORS, _NEEDS = ChainSheet.ANCHORS, ChainSheet.NEEDS
_SHOWN = 30  # characters of a cell that a sentence repeats


class NamedFirm(NamedTuple):
    """A company that a file may mean: its inner id, and the keys of all its names."""

    id: int
    name: str
    code: str | None
    is_archived: bool
    keys: frozenset[str]


@dataclass(slots=True, kw_only=True)
class AnchorLook(Look):
    """The look over the two tables. `firms` are the companies of the library that have one of the names or
    codes of the file. `terms` are the last days of the anchors that are there, by company and first day, and
    `needs` says how often each need is. `codes` are those of the links, also of those that the file adds.
    """

    firms: Collection[NamedFirm]
    codes: Collection[str]
    terms: Mapping[tuple[int, date], date | None] = field(default_factory=dict)
    needs: Counter[NeedKey] = field(default_factory=Counter)
    _named: set[int] = field(default_factory=set)  # companies of rows of anchors, also of wrong ones
    _anchors: set[int] = field(init=False)  # companies that are anchors
    _found: dict[str, list[NamedFirm]] = field(init=False)  # by each key of a name and by code, anchors first

    def __post_init__(self) -> None:
        self._anchors = {company_id for company_id, _first in self.terms}
        self._found = {}
        for firm in sorted(self.firms, key=lambda each: (each.id not in self._anchors, each.is_archived)):
            for key in (*firm.keys, *filter(None, [firm.code])):
                self._found.setdefault(key, []).append(firm)

    def read(self) -> tuple[list[AnchorTold], list[NeedTold]]:
        """What holds of both tables; what is wrong stands in `problems`."""
        anchors = [self._anchor(number, cells) for number, cells in self._rows(_ANCHORS)]
        told = [each for each in anchors if each is not None]
        terms = self._beside_each_other(told)
        needs = [self._need(number, cells, terms) for number, cells in self._rows(_NEEDS)]
        found = [each for each in needs if each is not None]
        self._once(found)
        return told, found

    # --- which company -------------------------------------------------------------------------------

    def _firm(self, sheet: ChainSheet, number: int, name: str, text: str) -> NamedFirm | None:
        if not name:
            return None  # told already
        checked = check_credit_code(text)
        if checked.problem and not checked.may_override:
            self._say(sheet, number, f"信用代码「{text[:_SHOWN]}」：{checked.problem}")
            return None
        found = self._by_code(name, checked.code) if checked.code else self._by_name(name)
        if isinstance(found, str):
            self._say(sheet, number, found)
            return None
        return found

    def _by_code(self, name: str, code: str) -> NamedFirm | str:
        found = self._found.get(code, [])
        if found and name_key(name) in found[0].keys:
            return found[0]
        if found:
            return f"信用代码 {code} 是「{found[0].name}」的，不是「{name[:_SHOWN]}」的，看看哪个写错了"
        if name_key(name) in self._found:
            return f"库里的「{name[:_SHOWN]}」没有信用代码 {code}，看看写对没有；没把握就只写企业名称"
        return _unknown(name)

    def _by_name(self, name: str) -> NamedFirm | str:
        """The anchor of this name, if there is one; else the one live company of the library."""
        found = self._found.get(name_key(name), [])
        anchors = [firm for firm in found if firm.id in self._anchors]
        live = [firm for firm in found if not firm.is_archived]
        for some in (anchors, [firm for firm in anchors if firm.code is None], [] if anchors else live):
            if len(some) == 1:
                return some[0]
        if anchors or live:
            return f"库里有 {len(anchors or live)} 家叫「{name[:_SHOWN]}」的企业，写上信用代码"
        if found:
            return _archived(found[0])
        return _unknown(name)

    # --- anchors -------------------------------------------------------------------------------------

    def _anchor(self, number: int, cells: Cells) -> AnchorTold | None:
        firm = self._firm(_ANCHORS, number, cells.get("enterprise", ""), cells.get("credit_code", ""))
        starts_on = self._day(_ANCHORS, number, "starts_on", cells)
        more: dict[str, Any] = {"note": clean_line(cells["note"])} if "note" in cells else {}
        if "ends_on" in cells:
            more["ends_on"] = self._day(_ANCHORS, number, "ends_on", cells)
        if firm is None:
            return None
        self._named.add(firm.id)
        if starts_on is None:
            return None
        if firm.is_archived and (firm.id, starts_on) not in self.terms:
            self._say(_ANCHORS, number, _archived(firm))
        return AnchorTold(number, firm.id, starts_on, more)

    def _beside_each_other(self, told: Sequence[AnchorTold]) -> dict[tuple[int, date], date | None]:
        """The last days of all anchors as they are to be; of two that overlap the later row is told."""
        rows: dict[tuple[int, date], int] = {}
        keys = {each.key for each in told}
        terms = {key: last for key, last in self.terms.items() if key not in keys}
        for each in told:
            if each.key in rows:
                self._say(
                    _ANCHORS, each.number, f"和第 {rows[each.key]} 行是同一家企业、同一个第一天，留一行"
                )
                continue
            rows[each.key] = each.number
            last = each.more["ends_on"] if "ends_on" in each.more else self.terms.get(each.key)
            others = [Days(first, end) for (firm, first), end in terms.items() if firm == each.company_id]
            for problem in problems_of_days(Days(each.starts_on, last), others).values():
                self._say(_ANCHORS, each.number, problem)
            terms[each.key] = last
        return terms

    # --- what they need ------------------------------------------------------------------------------

    def _need(
        self, number: int, cells: Cells, terms: Mapping[tuple[int, date], date | None]
    ) -> NeedTold | None:
        firm = self._firm(_NEEDS, number, cells.get("anchor", ""), cells.get("credit_code", ""))
        code = cells.get("node", "").upper()
        if code and code not in self.codes:
            self._say(_NEEDS, number, f"没有代号是 {code[:_SHOWN]} 的环节")
        told_on = self._day(_NEEDS, number, "told_on", cells)
        for problem in problems_of_need(told_on, self.today).values() if told_on else ():
            self._say(_NEEDS, number, f"{COLUMNS[_NEEDS]['told_on'].label}：{problem}")
        first = self._day(_NEEDS, number, "starts_on", cells)
        more: dict[str, Any] = {"source": cells.get("source", "")}
        more |= {name: cells[name] for name in ("bought_from",) if name in cells}
        if "amount" in cells:
            more["amount"] = self._amount(number, cells["amount"])
        if firm is None or told_on is None or (first is None and cells.get("starts_on")):
            return None
        anchor = self._term(number, firm, first, told_on, terms)
        return (
            None if anchor is None else NeedTold(number, anchor, code, cells.get("what", ""), told_on, more)
        )

    def _term(
        self,
        number: int,
        firm: NamedFirm,
        first: date | None,
        told_on: date,
        terms: Mapping[tuple[int, date], date | None],
    ) -> tuple[int, date] | None:
        """Which of the terms of a company is meant: the one with this first day, the only one, or the one in
        which it was said.
        """
        own = {key: last for key, last in terms.items() if key[0] == firm.id}
        meant = [key for key in own if first in (None, key[1])]
        if len(meant) > 1:
            meant = [key for key in meant if Days(key[1], own[key]).covers(told_on)]
        if len(meant) == 1:
            return meant[0]
        if firm.id in self._named and not own:
            return None  # its row among the anchors is told to be wrong
        if not own:
            self._say(
                _NEEDS, number, f"「{firm.name[:_SHOWN]}」不是这条产业链的链主，先写进「{_ANCHORS.label}」"
            )
        elif first:
            self._say(_NEEDS, number, f"「{firm.name[:_SHOWN]}」没有从 {first} 起当链主，看看第一天")
        else:
            self._say(_NEEDS, number, f"「{firm.name[:_SHOWN]}」当过几次链主，写上第一天，说清是哪一次")
        return None

    def _amount(self, number: int, text: str) -> int | None:
        """元. A figure as it stands, in 万元 unless it has a unit."""
        read, label = read_amount(text), COLUMNS[_NEEDS]["amount"].label
        if not text or (
            read.definite is not None and not read.foreign and not _is_odd(read.bare, read.definite)
        ):
            return read.definite
        why = "要写成一个确定的数字，例如 12000 或 1.2亿，不知道就留空"
        if read.definite is not None and read.bare:
            why = f"没写单位，按万元读是 {in_words(read.definite)}，写上单位，例如 1.2亿元"
        self._say(_NEEDS, number, f"{label}写成了「{text[:_SHOWN]}」，{why}")
        return None

    def _once(self, told: Sequence[NeedTold]) -> None:
        """A need is told once; where the chain has it several times, as often as it has it."""
        seen: dict[NeedKey, list[int]] = {}
        for each in told:
            rows = seen.setdefault(each.key, [])
            if rows and len(rows) >= self.needs[each.key]:
                self._say(
                    _NEEDS, each.number, f"和第 {rows[0]} 行是同一个链主、环节、同一天说的同一样东西，留一行"
                )
            rows.append(each.number)


def _unknown(name: str) -> str:
    return f"库里没有「{name[:_SHOWN]}」这家企业，先登记企业，或照库里的名称写"


def _archived(firm: NamedFirm) -> str:
    return f"「{firm.name[:_SHOWN]}」已归档，确实要用的先打开企业页恢复"


def _is_odd(is_bare: bool, yuan: int) -> bool:
    return is_bare and yuan > LARGEST_BARE


def amount_as_text(yuan: int | None) -> str:
    """An amount as a cell has it, in 万元; with its unit where a bare figure would be doubted."""
    if yuan is None:
        return ""
    unit, word = (YI, "亿元") if yuan > LARGEST_BARE else (WAN, "")
    whole, rest = divmod(yuan, unit)
    decimals = f"{rest:0{len(str(unit)) - 1}d}".rstrip("0")
    return f"{whole}{'.' if decimals else ''}{decimals}{word}"


def firms_in(tables: Mapping[ChainSheet, Sequence[tuple[int, Cells]]]) -> tuple[set[str], set[str]]:
    """Under which keys of names and which credit codes a file names companies."""
    rows = [cells for sheet in (_ANCHORS, _NEEDS) for _number, cells in tables.get(sheet, ())]
    names = {name_key(cells.get(name, "")) for cells in rows for name in ("enterprise", "anchor")}
    codes = {check_credit_code(cells.get("credit_code")).code for cells in rows}
    return names - {""}, {code for code in codes if code}
