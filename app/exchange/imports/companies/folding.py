"""Which rows of one file are one company, found before anything is judged: the same credit code, or the same
name with no two codes beside it. Pure.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from app.exchange.imports.columns import Layout
from app.exchange.imports.companies.codebook import Unread
from app.exchange.imports.companies.enums import Column
from app.exchange.imports.companies.people import ContactPerson
from app.exchange.imports.companies.rows import CompanyRow, keep_unread
from app.exchange.imports.companies.updates import RowKeys, is_coarser
from app.exchange.imports.rows import Folded, Folds, Later, Row
from app.register.enterprises.rules import (
    CODE_LENGTH,
    codes_differ,
    likeness_of_cores,
    name_key,
    places_agree,
)


@dataclass(slots=True)
class CompanyFolds(Folds):
    """How the rows of a file belong together, by the numbers of the rows."""

    name_codes: dict[str, frozenset[str]] = field(default_factory=dict)  # name -> its codes, where several

    @classmethod
    def of(cls, rows: Iterable[Row], layout: Layout) -> "CompanyFolds":
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


@dataclass(slots=True)
class FoldedCompany(Folded):
    """One company of the file. `keys` is None for a row that is wrong."""

    reading: CompanyRow
    keys: RowKeys | None = None


def fold(readings: Iterable[CompanyRow]) -> list[FoldedCompany]:
    """The rows of one bundle as companies: mostly one. Wrong rows stand alone."""
    rows = list(readings)
    if len(rows) == 1:  # nearly every bundle
        return [FoldedCompany(rows[0], keys=None if rows[0].problems else RowKeys.of(rows[0]))]
    wrong: list[FoldedCompany] = []
    companies: list[tuple[CompanyRow, RowKeys, list[Later]]] = []
    for reading in rows:
        if reading.problems:
            wrong.append(FoldedCompany(reading))
            continue
        keys = RowKeys.of(reading)
        same = next((one for one in companies if _are_one(one[1], keys)), None)
        if same:
            same[2].append(Later(reading, _take(same[0], reading)))
        else:
            companies.append((reading, keys, []))
    made = [_folded(first, keys, later) for first, keys, later in companies]
    return sorted([*wrong, *made], key=lambda one: one.reading.number)


def _folded(first: CompanyRow, keys: RowKeys, later: list[Later]) -> FoldedCompany:
    if not later:
        return FoldedCompany(first, keys=keys)
    keep_unread(first)
    return FoldedCompany(first, tuple(later), RowKeys.of(first))


def _are_one(first: RowKeys, later: RowKeys) -> bool:
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


def _take(first: CompanyRow, later: CompanyRow) -> bool:
    """Folds a later row into the first: what that leaves empty is filled, names, people and notes are added,
    the rest stays as the first row says and the later one is marked.
    """
    brought = [_take_value(first, later, name) for name in _COLUMNS]
    brought += [_take_names(first, later), _take_people(first, later), _take_notes(first, later)]
    return any(brought)


def _take_value(first: CompanyRow, later: CompanyRow, name: str) -> bool:
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


def _take_names(first: CompanyRow, later: CompanyRow) -> bool:
    fresh = tuple(name for name in later.other_names if name not in first.other_names)
    first.other_names += fresh
    if name_key(first.values["name"]) != name_key(later.values["name"]):
        later.doubts[Column.NAME] = f"和第 {first.number} 行信用代码相同，名称按第 {first.number} 行"
    return bool(fresh)


def _take_people(first: CompanyRow, later: CompanyRow) -> bool:
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


def _joined(known: ContactPerson, one: ContactPerson) -> ContactPerson:
    return replace(known, post=known.post or one.post, phone=known.phone or one.phone)


def _take_notes(first: CompanyRow, later: CompanyRow) -> bool:
    mine = (first.own_notes or "").splitlines()
    fresh = [line for line in (later.own_notes or "").splitlines() if line not in mine]
    if fresh:
        first.own_notes = "\n".join([*mine, *fresh])
    unread: tuple[Unread, ...] = tuple(one for one in later.unread if one not in first.unread)
    first.unread += unread
    return bool(fresh or unread)
