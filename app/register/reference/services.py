"""Fills the reference tables from the packaged files, and brings newer lists of divisions in."""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select

from app.core.storage import audit
from app.core.storage.db import db
from app.core.storage.subjects import Subject
from app.register.reference.enums import DivisionKind
from app.register.reference.matching import sounds
from app.register.reference.models import Division, Industry
from app.register.reference.revision import (
    ChangeKind,
    CodeChange,
    KnownDivision,
    compare,
    parent_of,
    read_list,
)
from app.register.reference.rules import DIVISIONS_FILE, FIRST_DIVISIONS, INDUSTRIES_FILE, INDUSTRY_EDITION

Row = dict[str, Any]
_KINDS = {"0": DivisionKind.ORDINARY, "1": DivisionKind.PLACEHOLDER, "2": DivisionKind.ZONE}


def _read(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _sounds(name: str) -> Row:
    joined, initials = sounds(name)
    return {"pinyin": joined[:300], "initials": initials[:80]}


def industry_rows() -> list[Row]:
    """Every class of GB/T 4754, with codes as enterprises write them (C3841)."""
    return [
        {
            "edition": INDUSTRY_EDITION,
            "code": row["full_code"],
            "name": row["name"],
            "depth": int(row["level"]),
            "parent_code": _industry_parent(row),
            **_sounds(row["name"]),
        }
        for row in _read(INDUSTRIES_FILE)
    ]


def _industry_parent(row: dict[str, str]) -> str | None:
    parent = row["parent_code"]
    if not parent:
        return None
    return parent if parent == row["section"] else row["section"] + parent


def division_rows() -> list[Row]:
    """Every province, prefecture and county that was or is, with the name in full: 江苏省苏州市吴中区."""
    return [
        {
            "edition": row["valid_from"] or FIRST_DIVISIONS,
            "code": row["code"],
            "name": row["name"],
            "full_name": _full_name(row),
            "depth": int(row["level"]),
            "kind": _KINDS[row["kind"]],
            "parent_code": row["parent_code"] or None,
            "valid_from": _day(row["valid_from"]),
            "valid_to": _day(row["valid_to"]),
            "successor_code": row["successor"] or None,
            **_sounds(row["name"]),
        }
        for row in _read(DIVISIONS_FILE)
    ]


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _full_name(row: dict[str, str]) -> str:
    # 市辖区 and 省直辖县 only hold the table together; nobody writes them in an address.
    city = "" if row["city"] in {"市辖区", "县"} or "直辖县" in row["city"] else row["city"]
    parts = dict.fromkeys(part for part in (row["province"], city, row["county"]) if part)
    return "".join(parts) or row["name"]


def load() -> dict[str, int]:
    """Fills the tables that are empty; returns how many rows each got. Does not commit."""
    return {"industries": _fill(Industry, industry_rows), "divisions": _fill(Division, division_rows)}


def _fill(model: type[Industry] | type[Division], rows: Callable[[], list[Row]]) -> int:
    if db.session.scalar(select(func.count()).select_from(model)):
        return 0
    found = rows()
    db.session.execute(insert(model), found)
    return len(found)


# --- a newer list of divisions ---


def preview(content: bytes, day: date, *, whole: bool) -> list[CodeChange]:
    """What a list changes from a day on; RuleBroken when it cannot be one."""
    known = [KnownDivision(row.code, row.name, row.kind, row.valid_to) for row in _latest().values()]
    return compare(known, read_list(content), day, whole=whole)


def revise(changes: Sequence[CodeChange]) -> None:
    """Writes what a list changes, with one line in the audit ledger. Nothing is removed. Does not commit."""
    table = _latest()
    for change in changes:
        if change.kind is ChangeKind.ENDED:
            _end(table[change.code], change.day, change.successor)
            continue
        if change.kind is not ChangeKind.NEW:
            before = table[change.before if change.kind is ChangeKind.MOVED else change.code]
            successor = change.code if change.kind is ChangeKind.MOVED else None
            _end(before, change.day - timedelta(days=1), successor)
        table[change.code] = _begin(change, table)
    _name_in_full(table)
    db.session.flush()
    audit.record("division.revised", Subject("division", ""), changes="；".join(map(in_words, changes)))


def in_words(change: CodeChange) -> str:
    """新增 659013 草湖市，2026-04-01 起."""
    place = f"{change.kind.label} {change.code} {change.name}"
    if change.kind is ChangeKind.ENDED:
        return f"{place}，{change.day} 止" + (f"，并入 {change.successor}" if change.successor else "")
    before = f"（原{change.before}）" if change.before else ""
    return f"{place}{before}，{change.day} 起"


def _latest() -> dict[str, Division]:
    rows = db.session.scalars(select(Division).order_by(Division.code, Division.id))
    return {row.code: row for row in rows}


def _end(row: Division, last: date, successor: str | None) -> None:
    row.valid_to, row.successor_code = last, successor


def _begin(change: CodeChange, table: Mapping[str, Division]) -> Division:
    row = Division(
        edition=change.day.isoformat(),
        code=change.code,
        name=change.name,
        full_name=change.name,
        depth=1 if change.code.endswith("0000") else 2 if change.code.endswith("00") else 3,
        kind=DivisionKind.ORDINARY,
        parent_code=parent_of(change.code, table),
        valid_from=change.day,
        **_sounds(change.name),
    )
    db.session.add(row)
    return row


def _name_in_full(table: Mapping[str, Division]) -> None:
    """Of what exists, also below a name that has changed."""
    for row in table.values():
        if row.valid_to is None and row.kind is DivisionKind.ORDINARY:
            full_name = "".join(_names_down_to(row, table))
            if row.full_name != full_name:
                row.full_name = full_name


def _names_down_to(row: Division, table: Mapping[str, Division]) -> list[str]:
    above = table.get(row.parent_code or "")
    own = [] if row.kind is DivisionKind.PLACEHOLDER else [row.name]
    return [*_names_down_to(above, table), *own] if above else own
