"""Industries and places as `matching` and `addresses` search them, read once by each process.

An edition of industries never changes. Places are read again once a row of theirs or a word of the county has
changed, and on another day.
"""

import csv
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import func, select

from app.core.index.searching import Words, county_words, readings_of
from app.core.storage.db import db, read_once
from app.core.values.clock import today
from app.register.reference.addresses import Gazetteer, NamedDivision
from app.register.reference.enums import DivisionKind
from app.register.reference.matching import NameOfPlace, Sound, Word, heads_of, readings, sounds
from app.register.reference.models import Division, Industry
from app.register.reference.rules import INDUSTRY_EDITION, INDUSTRY_WORDS_FILE, short_name

Catalogue = tuple[NameOfPlace, ...]
_LOWEST_PLACE = 3  # nothing lies below a county
_known: dict[type[Industry], Catalogue] = {}


T = TypeVar("T")
_places_known: dict[str, tuple[Hashable, Any]] = {}  # what one process made of places, and of which state


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
            NameOfPlace(
                code=row.code,
                name=row.name,
                short=row.name,
                readings=(Sound(row.pinyin, row.initials),),
                depth=row.depth,
                above=above.get(row.parent_code or ""),
                words=words.get(row.code, ()),
            )
            for row in rows
        )
    return _known[Industry]


def divisions() -> Catalogue:
    """The provinces, prefectures and counties; what has ended, or a placeholder such as 市辖区, is never
    offered.
    """
    return read_once("divisions", lambda: _unless_known("divisions", _catalogue_of))


def gazetteer() -> Gazetteer:
    """All places, also those that have ended, for reading what is written."""
    return read_once("gazetteer", lambda: _unless_known("gazetteer", _gazetteer_of))


def _unless_known(name: str, make: Callable[[list[Division], Words], T]) -> T:
    """Each by itself: an import never needs the readings of three thousand names."""
    words = county_words()
    counted = select(func.count(), func.count(Division.valid_to), func.max(Division.id))
    stamp = (today(), words.groups, words.readings, *db.session.execute(counted).one())
    if name not in _places_known or _places_known[name][0] != stamp:
        query = select(Division).order_by(Division.depth, Division.code, Division.id)
        rows = [row for row in db.session.scalars(query) if not row.valid_from or row.valid_from <= today()]
        _places_known[name] = stamp, make(rows, words)
    made: T = _places_known[name][1]
    return made


def _catalogue_of(rows: list[Division], words: Words) -> Catalogue:
    """One entry for a code, by its latest name."""
    latest = {row.code: row for row in rows}
    above = _places(latest.values())
    said = _said_instead(words)
    return tuple(_place(row, above.get(row.parent_code or ""), words, said) for row in latest.values())


def _gazetteer_of(rows: list[Division], _words: Words) -> Gazetteer:
    return Gazetteer(
        NamedDivision(row.code, row.name, row.full_name, row.depth, row.successor_code or "")
        for row in rows
        if row.kind is not DivisionKind.PLACEHOLDER
    )


def _places(rows: Iterable[Industry | Division]) -> dict[str, int]:
    return {row.code: place for place, row in enumerate(rows)}


def _place(
    row: Division, above: int | None, words: Words, said: Mapping[str, tuple[Word, ...]]
) -> NameOfPlace:
    short = short_name(row.name)
    offered = row.kind is not DivisionKind.PLACEHOLDER and row.is_in_force(today())
    return NameOfPlace(
        code=row.code,
        name=row.name,
        short=short,
        readings=_readings(row.name, words),
        depth=row.depth,
        above=above,
        heads=_heads(row.name, short, words) if offered and row.depth < _LOWEST_PLACE else (),
        words=(*said.get(row.name, ()), *said.get(short, ())),
        offered=offered,
    )


def _readings(name: str, words: Words) -> tuple[Sound, ...]:
    return readings(name, readings_of(name), words.readings)


def _heads(name: str, short: str, words: Words) -> tuple[str, ...]:
    spoken = (sound for form in (name, short) for sound in _readings(form, words))
    return heads_of(name, short, *(letters for sound in spoken for letters in sound))


def _said_instead(words: Words) -> dict[str, tuple[Word, ...]]:
    """What the county calls a place beside its name."""
    return {
        word: tuple(Word(other.lower(), *sounds(other)) for other in group if other != word)
        for group in words.groups
        for word in group
    }


@lru_cache(maxsize=1)
def _words() -> dict[str, tuple[Word, ...]]:
    found: dict[str, list[Word]] = defaultdict(list)
    with INDUSTRY_WORDS_FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["code"]].append(Word(row["word"].lower(), *sounds(row["word"])))
    return {code: tuple(words) for code, words in found.items()}
