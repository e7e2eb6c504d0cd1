"""Reads of industries and divisions: pickers by name, code, pinyin and initials; names of codes."""

from collections.abc import Collection
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, case, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.core.clean import clean_line
from app.core.db import db
from app.reference.enums import DivisionKind
from app.reference.models import Division, Industry
from app.reference.rules import DIVISION_EDITION, INDUSTRY_EDITION

M = TypeVar("M", Industry, Division)
_ESCAPE = "\\"
_LONGEST = 40  # characters of a question that are looked at
_PLACE_DIGITS = {1: 2, 2: 4, 3: 6}


def _pattern(text: str) -> str:
    for special in (_ESCAPE, "%", "_"):
        text = text.replace(special, _ESCAPE + special)
    return text


def _matches(
    model: type[Industry] | type[Division], q: str, name: InstrumentedAttribute[str]
) -> ColumnElement[bool]:
    begins, letters = _pattern(q.upper()) + "%", _pattern(q.lower().replace(" ", "")) + "%"
    return or_(
        model.code.like(begins, escape=_ESCAPE),
        name.like(f"%{_pattern(q)}%", escape=_ESCAPE),
        model.pinyin.like(letters, escape=_ESCAPE),
        model.initials.like(letters, escape=_ESCAPE),
    )


def _nearest_first(query: Select[M], model: type[M], q: str) -> Select[M]:
    """The exact code or name, then names that begin so, then the wider class before the finer."""
    nearness = case(
        (or_(model.code == q.upper(), model.name == q), 0),
        (model.name.like(_pattern(q) + "%", escape=_ESCAPE), 1),
        (model.initials == q.lower(), 2),
        else_=3,
    )
    return query.order_by(nearness, model.depth, model.code)


def find_industries(q: str, limit: int = 8) -> list[Industry]:
    """Classes of the edition by name, code, pinyin or initials; the sections when nothing is asked."""
    query = select(Industry).where(Industry.edition == INDUSTRY_EDITION).limit(limit)
    q = clean_line(q)[:_LONGEST]
    if not q:
        return list(db.session.scalars(query.where(Industry.depth == 1).order_by(Industry.code)))
    code_without_letter = Industry.code.like(f"_{_pattern(q)}%", escape=_ESCAPE) if q.isdigit() else None
    matches = _matches(Industry, q, Industry.name)
    query = query.where(matches if code_without_letter is None else or_(matches, code_without_letter))
    return list(db.session.scalars(_nearest_first(query, Industry, q)))


def find_divisions(q: str, limit: int = 8) -> list[Division]:
    """Places of the current edition by name, full name, code, pinyin or initials."""
    query = (
        select(Division)
        .where(Division.edition == DIVISION_EDITION, Division.kind != DivisionKind.PLACEHOLDER)
        .limit(limit)
    )
    q = clean_line(q)[:_LONGEST]
    if not q:
        return list(db.session.scalars(query.where(Division.depth == 1).order_by(Division.code)))
    query = query.where(_matches(Division, q, Division.full_name))
    return list(db.session.scalars(_nearest_first(query, Division, q)))


def industry(code: str | None) -> Industry | None:
    """The class with this code (C3841), None when there is none."""
    if not code:
        return None
    query = select(Industry).where(Industry.edition == INDUSTRY_EDITION, Industry.code == code.upper())
    return db.session.scalar(query)


def division(code: str | None) -> Division | None:
    """The place with this code, None when there is none."""
    if not code:
        return None
    return db.session.scalar(
        select(Division).where(Division.edition == DIVISION_EDITION, Division.code == code)
    )


def read_industry(text: str) -> Industry | None:
    """What somebody wrote as an industry: C3841, 3841, 锂离子电池制造, or 锂离子电池制造 C3841."""
    text = clean_line(text)[:_LONGEST]
    if not text:
        return None
    words = [text, *text.split(" ")]
    codes = [word.upper() for word in words]
    query = select(Industry).where(
        Industry.edition == INDUSTRY_EDITION,
        or_(
            Industry.code.in_(codes),
            Industry.name.in_(words),
            *(Industry.code.like(f"_{word}") for word in words if word.isascii() and word.isdigit()),
        ),
    )
    # A middle class with one small class shares its name with it: the finer one is meant.
    found = sorted(db.session.scalars(query), key=lambda row: (row.code not in codes, -row.depth))
    return found[0] if found else None


def read_division(text: str) -> Division | None:
    """What somebody wrote as a place: 320506, 江苏省苏州市吴中区, or 吴中区 when there is only one."""
    text = clean_line(text)[:_LONGEST].replace(" ", "")
    if not text:
        return None
    query = select(Division).where(
        Division.edition == DIVISION_EDITION,
        Division.kind != DivisionKind.PLACEHOLDER,
        or_(Division.code == text, Division.full_name == text, Division.name == text),
    )
    found = list(db.session.scalars(query.limit(20)))
    exact = [row for row in found if text in (row.code, row.full_name)]
    chosen = exact or found
    return chosen[0] if len(chosen) == 1 else None


def industry_names(codes: Collection[str | None]) -> dict[str, str]:
    """Names of codes, in one query."""
    wanted = {code for code in codes if code}
    if not wanted:
        return {}
    query = select(Industry.code, Industry.name).where(
        Industry.edition == INDUSTRY_EDITION, Industry.code.in_(wanted)
    )
    return {code: name for code, name in db.session.execute(query)}


def division_names(codes: Collection[str | None]) -> dict[str, str]:
    """Full names of codes, in one query."""
    wanted = {code for code in codes if code}
    if not wanted:
        return {}
    query = select(Division.code, Division.full_name).where(
        Division.edition == DIVISION_EDITION, Division.code.in_(wanted)
    )
    return {code: name for code, name in db.session.execute(query)}


def division_prefix(row: Division) -> str:
    """The digits that all places inside share: 32 for 江苏省, 3205 for 苏州市."""
    return row.code[: _PLACE_DIGITS[row.depth]]
