"""Which rows of one file are one company, found before anything is judged: the same credit code, or the same
name with no two codes beside it. Pure.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from app.exchange.imports.codebook import Unread
from app.exchange.imports.columns import Layout
from app.exchange.imports.enums import Column, RowVerdict
from app.exchange.imports.people import Person
from app.exchange.imports.rules import Reading, keep_unread
from app.exchange.imports.updates import Keyed, is_coarser
from app.register.enterprises.rules import (
    CODE_LENGTH,
    codes_differ,
    likeness_of_cores,
    name_key,
    places_agree,
)

Row = tuple[int, list[str]]
Bundle = list[Row]  # the rows of one company, in the order of the file


@dataclass(slots=True)
class Folds:
    """How the rows of a file belong together, by the numbers of the rows."""

    total: int = 0
    leaders: dict[int, int] = field(default_factory=dict)  # a later row -> the first row of its company
    name_codes: dict[str, frozenset[str]] = field(default_factory=dict)  # name -> its codes, where several

    @classmethod
    def of(cls, rows: Iterable[Row], layout: Layout) -> "Folds":
        """Looks at the name and the code of every row."""
        folds = cls()
        written: list[tuple[int, str, str]] = []
        only: dict[str, str] = {}  # name -> its code; a set for each name would be 50,000 of them
        several: defaultdict[str, set[str]] = defaultdict(set)
        for number, cells in rows:
            name, code = name_key(_cell(cells, layout, Column.NAME)), _code(cells, layout)
            written.append((number, name, code))
            if name and code and only.setdefault(name, code) != code:
                several[name] |= {only[name], code}
        folds.total = len(written)
        folds.name_codes = {name: frozenset(found) for name, found in several.items()}
        first: dict[str, int] = {}
        for number, name, code in written:
            key = code or only.get(name, name)
            if not key or (not code and name in several):
                continue
            leader = first.setdefault(key, number)
            if leader != number:
                folds.leaders[number] = leader
        return folds

    def bundles(self, read: Callable[[], Iterator[Row]]) -> Iterator[Bundle]:
        """The rows company by company, each where its first row stands. `read` starts from the top of the
        file; only the later rows of a company are held in memory.
        """
        later: defaultdict[int, Bundle] = defaultdict(list)
        if self.leaders:
            for row in read():
                if row[0] in self.leaders:
                    later[self.leaders[row[0]]].append(row)
        for row in read():
            if row[0] not in self.leaders:
                yield [row, *later.pop(row[0], ())]


def _cell(cells: list[str], layout: Layout, column: Column) -> str:
    place = layout.places.get(column)
    return cells[place] if place is not None and place < len(cells) else ""


def _code(cells: list[str], layout: Layout) -> str:
    """What has the length of a credit code; whether it holds is found when the row is read."""
    cell = _cell(cells, layout, Column.CREDIT_CODE)
    if not cell:
        return ""
    if cell.isascii() and cell.isalnum():
        code = cell  # nearly every one
    else:
        code = re.sub(r"[\s\-'`]+", "", unicodedata.normalize("NFKC", cell))
    return code.upper() if len(code) == CODE_LENGTH else ""


@dataclass(frozen=True, slots=True)
class Later:
    """A row that is one company with an earlier one; whether it `brought` anything of its own."""

    reading: Reading
    brought: bool


@dataclass(slots=True)  # not frozen, as Judged
class Folded:
    """One company of the file: its first readable row, into which the later ones are folded. `keys` is None
    for a row that is wrong.
    """

    reading: Reading
    keys: Keyed | None
    later: tuple[Later, ...] = ()


def verdict_of_later(first: RowVerdict, *, brought: bool) -> RowVerdict:
    """What becomes of a later row: it waits with the first, or is written with it if it adds something."""
    if first in {RowVerdict.DUPLICATE, RowVerdict.ERROR}:
        return RowVerdict.DUPLICATE
    is_written = brought and first in {RowVerdict.NEW, RowVerdict.UPDATE}
    return RowVerdict.UPDATE if is_written else RowVerdict.UNCHANGED


def fold(readings: Iterable[Reading]) -> list[Folded]:
    """The rows of one bundle as companies: mostly one. Wrong rows stand alone."""
    rows = list(readings)
    if len(rows) == 1:  # nearly every bundle
        return [Folded(rows[0], None if rows[0].problems else Keyed.of(rows[0]))]
    wrong: list[Folded] = []
    companies: list[tuple[Reading, Keyed, list[Later]]] = []
    for reading in rows:
        if reading.problems:
            wrong.append(Folded(reading, None))
            continue
        keys = Keyed.of(reading)
        same = next((one for one in companies if _are_one(one[1], keys)), None)
        if same:
            same[2].append(Later(reading, _take(same[0], reading)))
        else:
            companies.append((reading, keys, []))
    made = [_folded(first, keys, later) for first, keys, later in companies]
    return sorted([*wrong, *made], key=lambda one: one.reading.number)


def _folded(first: Reading, keys: Keyed, later: list[Later]) -> Folded:
    if not later:
        return Folded(first, keys)
    keep_unread(first)
    return Folded(first, Keyed.of(first), tuple(later))


def _are_one(first: Keyed, later: Keyed) -> bool:
    if codes_differ(first.code, later.code):
        return False
    if first.name == later.name:
        return bool(first.code and first.code == later.code) or places_agree(first.places, later.places)
    # One code beside two names that have nothing in common is a slip: somebody is asked.
    return first.code == later.code and likeness_of_cores(first.core, later.core) is not None


# --- what a later row adds to the first ---

_KEPT_TOGETHER = {"capital": ("capital", "capital_text"), "credit_code": ("credit_code", "code_overridden")}
_COLUMNS = {
    "credit_code": Column.CREDIT_CODE,
    "region_code": Column.REGION,
    "industry_code": Column.INDUSTRY,
    "status": Column.STATUS,
    "capital": Column.CAPITAL,
    "established_on": Column.ESTABLISHED_ON,
    "headcount": Column.HEADCOUNT,
    "scope": Column.SCOPE,
    "origin": Column.ORIGIN,
}


def _take(first: Reading, later: Reading) -> bool:
    """Folds a later row into the first: what that leaves empty is filled, names, people and notes are added,
    the rest stays as the first row says and the later one is marked.
    """
    brought = [_take_value(first, later, name) for name in _COLUMNS]
    brought += [_take_names(first, later), _take_people(first, later), _take_notes(first, later)]
    return any(brought)


def _take_value(first: Reading, later: Reading, name: str) -> bool:
    mine, theirs = first.values.get(name), later.values.get(name)
    if theirs is None or theirs == mine:
        return False
    is_finer = isinstance(mine, str) and name.endswith("_code") and is_coarser(mine, theirs)
    if mine is None or (is_finer and name != "credit_code"):
        for each in _KEPT_TOGETHER.get(name, (name,)):
            if each in later.values:
                first.values[each] = later.values[each]
        return True
    if not (name.endswith("_code") and is_coarser(theirs, mine)):
        later.doubts[_COLUMNS[name]] = f"和第 {first.number} 行是同一家，这一项不同，按第 {first.number} 行"
    return False


def _take_names(first: Reading, later: Reading) -> bool:
    fresh = tuple(name for name in later.other_names if name not in first.other_names)
    first.other_names += fresh
    if name_key(first.values["name"]) != name_key(later.values["name"]):
        later.doubts[Column.NAME] = f"和第 {first.number} 行信用代码相同，名称按第 {first.number} 行"
    return bool(fresh)


def _take_people(first: Reading, later: Reading) -> bool:
    known = {one.key: one for one in first.people}
    before = tuple(known.values())
    for one in later.people:
        known[one.key] = _joined(known.get(one.key, one), one)
        if one.phone and known[one.key].phone != one.phone:
            later.doubts[Column.CONTACT_PHONE] = (
                f"联系人和第 {first.number} 行同名、电话不同，只记第 {first.number} 行的"
            )
    first.people = tuple(known.values())
    return first.people != before


def _joined(known: Person, one: Person) -> Person:
    return replace(known, post=known.post or one.post, phone=known.phone or one.phone)


def _take_notes(first: Reading, later: Reading) -> bool:
    mine = (first.own_notes or "").splitlines()
    fresh = [line for line in (later.own_notes or "").splitlines() if line not in mine]
    if fresh:
        first.own_notes = "\n".join([*mine, *fresh])
    unread: tuple[Unread, ...] = tuple(one for one in later.unread if one not in first.unread)
    first.unread += unread
    return bool(fresh or unread)
