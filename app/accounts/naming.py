"""Which of our people somebody means: by name, also by how it is read, in full or in its first letters."""

from functools import lru_cache

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.accounts.models import Person
from app.core.db import db, read_once
from app.core.searching import fold, software_reading
from app.core.typed import contains

_SHORTEST = 2  # letters


@lru_cache(maxsize=4096)
def sounds_of(name: str) -> tuple[str, ...]:
    """沈若兰 -> (shenruolan, srl); names already in letters have none."""
    syllables = software_reading(name).split()
    return ("".join(syllables), "".join(each[0] for each in syllables)) if syllables else ()


def is_person(term: str, person: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """That the person with the id in this column goes by a term, also one who has left."""
    named = person.in_(select(Person.id).where(contains(term, Person.name)))
    letters = "".join(fold(term).split())
    if len(letters) < _SHORTEST or not (letters.isascii() and letters.isalpha()):
        return named
    heard = [row_id for row_id, name in _everybody() if _sounds_like(name, letters)]
    return or_(named, person.in_(heard)) if heard else named


def _sounds_like(name: str, letters: str) -> bool:
    return any(sound.startswith(letters) for sound in sounds_of(name))


def _everybody() -> list[tuple[int, str]]:
    query = select(Person.id, Person.name)
    return read_once("everybody", lambda: [(row.id, row.name) for row in db.session.execute(query)])
