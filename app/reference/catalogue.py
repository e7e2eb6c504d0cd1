"""Industries and places as `matching` searches them, read once by each process: an edition never changes."""

import csv
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from sqlalchemy import select

from app.core.db import db
from app.reference.enums import DivisionKind
from app.reference.matching import Entry, Word, heads_of, sounds
from app.reference.models import Division, Industry
from app.reference.rules import DIVISION_EDITION, INDUSTRY_EDITION, INDUSTRY_WORDS_FILE, short_name

Catalogue = tuple[Entry, ...]
_LOWEST_PLACE = 3  # nothing lies below a county
_known: dict[type[Industry] | type[Division], Catalogue] = {}


def industries() -> Catalogue:
    """The classes of GB/T 4754 with the words that people use for them."""
    if not _known.get(Industry):
        rows = db.session.scalars(
            select(Industry)
            .where(Industry.edition == INDUSTRY_EDITION)
            .order_by(Industry.depth, Industry.code)
        ).all()
        above = _places(rows)
        words = _words()
        _known[Industry] = tuple(
            Entry(
                code=row.code,
                name=row.name,
                short=row.name,
                sound=row.pinyin,
                initials=row.initials,
                depth=row.depth,
                above=above.get(row.parent_code or ""),
                words=words.get(row.code, ()),
            )
            for row in rows
        )
    return _known[Industry]


def divisions() -> Catalogue:
    """The provinces, prefectures and counties; a placeholder such as 市辖区 is never offered."""
    if not _known.get(Division):
        rows = db.session.scalars(
            select(Division)
            .where(Division.edition == DIVISION_EDITION)
            .order_by(Division.depth, Division.code)
        ).all()
        above = _places(rows)
        _known[Division] = tuple(_place(row, above.get(row.parent_code or "")) for row in rows)
    return _known[Division]


def _places(rows: Iterable[Industry | Division]) -> dict[str, int]:
    return {row.code: place for place, row in enumerate(rows)}


def _place(row: Division, above: int | None) -> Entry:
    short, offered = short_name(row.name), row.kind is not DivisionKind.PLACEHOLDER
    return Entry(
        code=row.code,
        name=row.name,
        short=short,
        sound=row.pinyin,
        initials=row.initials,
        depth=row.depth,
        above=above,
        heads=_heads(row, short) if offered and row.depth < _LOWEST_PLACE else (),
        offered=offered,
    )


def _heads(row: Division, short: str) -> tuple[str, ...]:
    return heads_of(row.name, short, row.pinyin, row.initials, *sounds(short))


@lru_cache(maxsize=1)
def _words() -> dict[str, tuple[Word, ...]]:
    found: dict[str, list[Word]] = defaultdict(list)
    with INDUSTRY_WORDS_FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["code"]].append(Word(row["word"].lower(), *sounds(row["word"])))
    return {code: tuple(words) for code, words in found.items()}
