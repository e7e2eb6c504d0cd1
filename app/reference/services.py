"""Fills the reference tables from the packaged files; an edition already there is left alone."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select

from app.core.db import db
from app.reference.enums import DivisionKind
from app.reference.matching import sounds
from app.reference.models import Division, Industry
from app.reference.rules import DIVISION_EDITION, DIVISIONS_FILE, INDUSTRIES_FILE, INDUSTRY_EDITION

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
    """Every province, prefecture and county, with the name in full: 江苏省苏州市吴中区."""
    return [
        {
            "edition": DIVISION_EDITION,
            "code": row["code"],
            "name": row["name"],
            "full_name": _full_name(row),
            "depth": int(row["level"]),
            "kind": _KINDS[row["kind"]],
            "parent_code": row["parent_code"] or None,
            **_sounds(row["name"]),
        }
        for row in _read(DIVISIONS_FILE)
    ]


def _full_name(row: dict[str, str]) -> str:
    # 市辖区 and 省直辖县 only hold the table together; nobody writes them in an address.
    city = "" if row["city"] in {"市辖区", "县"} or "直辖县" in row["city"] else row["city"]
    parts = dict.fromkeys(part for part in (row["province"], city, row["county"]) if part)
    return "".join(parts) or row["name"]


def load() -> dict[str, int]:
    """Inserts the editions that are missing; returns how many rows each table got. Does not commit."""
    return {
        "industries": _fill(Industry, INDUSTRY_EDITION, industry_rows),
        "divisions": _fill(Division, DIVISION_EDITION, division_rows),
    }


def _fill(model: type[Industry] | type[Division], edition: str, rows: Any) -> int:
    present = db.session.scalar(select(func.count()).select_from(model).where(model.edition == edition))
    if present:
        return 0
    found: list[Row] = rows()
    db.session.execute(insert(model.__table__), found)  # type: ignore[arg-type]
    return len(found)
