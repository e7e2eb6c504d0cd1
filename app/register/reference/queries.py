"""Reads of industries and divisions: pickers by name, code, pinyin and initials; names of codes."""

from collections.abc import Collection

from sqlalchemy import or_, select

from app.core.storage.db import db, read_once
from app.core.storage.settled import county_region
from app.core.values.clean import clean_line
from app.register.reference import catalogue, matching
from app.register.reference.models import Division, Industry
from app.register.reference.rules import INDUSTRY_EDITION

_LONGEST = 40  # characters of a question that are looked at
_LONGEST_ADDRESS = 120
_PLACE_DIGITS = {1: 2, 2: 4, 3: 6}


def find_industries(q: str, limit: int = 12) -> list[Industry]:
    """Classes of the edition by name, code, pinyin, initials or a usual word such as 锂电池, also after the
    class above; the sections when nothing is asked.
    """
    query = select(Industry).where(Industry.edition == INDUSTRY_EDITION)
    q = clean_line(q)[:_LONGEST]
    if not q:
        return list(db.session.scalars(query.where(Industry.depth == 1).order_by(Industry.code).limit(limit)))
    codes = matching.find(catalogue.industries(), q, limit)
    rows = {row.code: row for row in db.session.scalars(query.where(Industry.code.in_(codes)))}
    return [rows[code] for code in codes]


def find_divisions(q: str, limit: int = 12) -> list[Division]:
    """Places of today by name, code, pinyin in any reading, initials or a word of the county, also after
    those they lie in: 长沙岳麓, 湖南 岳麓区.
    """
    q = clean_line(q)[:_LONGEST]
    places = catalogue.divisions()
    if q:
        codes = matching.find(places, q, limit)
    else:
        codes = [entry.code for entry in places if entry.offered and entry.depth == 1][:limit]
    rows = {row.code: row for row in _named(codes)}
    return [rows[code] for code in codes]


def _named(codes: Collection[str]) -> list[Division]:
    """The divisions with these codes, each by the name that it got last, in the order of their codes."""
    query = select(Division).where(Division.code.in_(codes)).order_by(Division.code, Division.id)
    return list({row.code: row for row in db.session.scalars(query)}.values())


def industry(code: str | None) -> Industry | None:
    """The class with this code (C3841), None when there is none."""
    if not code:
        return None
    query = select(Industry).where(Industry.edition == INDUSTRY_EDITION, Industry.code == code.upper())
    return db.session.scalar(query)


def division(code: str | None) -> Division | None:
    """The place with this code, also one that has ended; None when there is none."""
    return next(iter(_named([code])), None) if code else None


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
    """What somebody wrote as a place: 320506, 江苏省苏州市吴中区长桥街道, or 吴中区 when there is only one.

    A place that has ended is read as such; what follows the last name that is known costs nothing.
    """
    found = catalogue.gazetteer().read(clean_line(text)[:_LONGEST_ADDRESS])
    return division(found.place.code) if found else None


def industry_meant(text: str) -> str:
    """The code of the industry that somebody wrote in one of the ways; what names none stays as it is."""
    found = read_industry(text)
    return found.code if found else text


def place_meant(text: str) -> str:
    """The same of a place."""
    found = read_division(text)
    return found.code if found else text


_SHORTEST_GUESS = 2  # one character says too little to guess from


def likely_industry(text: str) -> Industry | None:
    """For a filter, where a guess is shown and can be taken off: what is meant by 食品, 锂离子, zhiyao."""
    likely = find_industries(text, 1) if len(text.strip()) >= _SHORTEST_GUESS else []
    return read_industry(text) or next(iter(likely), None)


def likely_division(text: str) -> Division | None:
    """For a filter: what is meant by 湖北, wuhan, 长沙岳麓."""
    likely = find_divisions(text, 1) if len(text.strip()) >= _SHORTEST_GUESS else []
    return read_division(text) or next(iter(likely), None)


def industry_names(codes: Collection[str | None]) -> dict[str, str]:
    """Names of codes, in one query, asked once where several parts of a page name the same."""
    wanted = frozenset(code for code in codes if code)
    return read_once(("names of industries", wanted), lambda: _industry_names(wanted)) if wanted else {}


def _industry_names(wanted: Collection[str]) -> dict[str, str]:
    query = select(Industry.code, Industry.name).where(
        Industry.edition == INDUSTRY_EDITION, Industry.code.in_(wanted)
    )
    return {code: name for code, name in db.session.execute(query)}


def all_industry_names() -> dict[str, str]:
    """The names of all codes, in one query: for work over the whole library."""
    query = select(Industry.code, Industry.name).where(Industry.edition == INDUSTRY_EDITION)
    return {code: name for code, name in db.session.execute(query)}


def codes_by_digits(digits: Collection[str]) -> dict[str, str]:
    """Full codes of what is written without its letter: 3841 -> C3841, in one query; without the unknown."""
    letters = select(Industry.code).where(Industry.edition == INDUSTRY_EDITION, Industry.depth > 1)
    found = {code[1:]: code for code in db.session.scalars(letters)} if digits else {}
    return {each: found[each] for each in digits if each in found}


def industries_meant(words: Collection[str]) -> dict[str, str]:
    """The code of the industry that each of these means, as `read_industry` reads it; the classes are read
    once, however many words there are. What names none is not in it.
    """
    query = select(Industry.code, Industry.name).where(Industry.edition == INDUSTRY_EDITION)
    rows = db.session.execute(query.order_by(Industry.depth)).all() if words else []
    told = {row.code[1:]: row.code for row in rows} | {row.name: row.code for row in rows}  # the finer last
    codes = {row.code: row.code for row in rows}
    found: dict[str, str] = {}
    for word in words:
        text = clean_line(word)[:_LONGEST]
        parts = [part for part in (text, *text.split(" ")) if part]
        meant = [codes.get(part.upper()) for part in parts] + [told.get(part) for part in parts]
        if code := next(filter(None, meant), None):
            found[word] = code
    return found


def division_names(codes: Collection[str | None]) -> dict[str, str]:
    """Full names of codes, in one query, asked once where several parts of a page name the same; of a place
    that has ended the name it had.
    """
    wanted = frozenset(code for code in codes if code)
    return read_once(("names of places", wanted), lambda: _division_names(wanted)) if wanted else {}


def _division_names(wanted: Collection[str]) -> dict[str, str]:
    return {row.code: row.full_name for row in _named(wanted)}


def division_prefixes(row: Division) -> tuple[str, ...]:
    """The digits that all places inside share, 32 for 江苏省 and 3205 for 苏州市, and those of the places
    that became part of it: old records still lie there.
    """
    found = [row.code]
    for code in found:
        query = select(Division.code).where(Division.successor_code == code).order_by(Division.code)
        found += [ended for ended in db.session.scalars(query) if ended not in found]
    own = row.code[: _PLACE_DIGITS[row.depth]]
    return (own, *(code for code in found if not code.startswith(own)))


def is_here(region_code: str | None) -> bool:
    """Whether a place lies in this county; none does where nobody has told which county it is."""
    return region_code is not None and region_code.startswith(_here())


def knows_here() -> bool:
    """Whether the installation knows its own code (COUNTY_REGION), and the list of divisions has it."""
    return bool(_here())


def _here() -> tuple[str, ...]:
    return read_once("where this county is", _read_here)


def _read_here() -> tuple[str, ...]:
    code = county_region()
    found = db.session.scalar(select(Division).where(Division.code == code).limit(1)) if code else None
    return division_prefixes(found) if found else ()
