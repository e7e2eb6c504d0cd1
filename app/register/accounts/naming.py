"""Which of our people somebody means: by name, also by how it is read, in full or in its first letters."""

from functools import lru_cache

from markupsafe import Markup
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.core.index.searching import fold, readings_of
from app.core.records.typed import contains
from app.core.storage.db import db, read_once
from app.register.accounts.models import Person, Unit

_SHORTEST = 2  # letters


@lru_cache(maxsize=4096)
def sounds_of(name: str) -> tuple[str, ...]:
    """沈若兰 -> (shenruolan, srl), and the same for each other way to read a name: 曾 as zeng and ceng."""
    ways = readings_of(name, person=True)
    return tuple(dict.fromkeys(sound for way in ways for sound in ("".join(way), "".join(map(_first, way)))))


def _first(syllable: str) -> str:
    return syllable[:1]


def about_person(public_id: str) -> Markup | None:
    """What a picker knows of somebody beside the name, as attributes of their row: `data-note`, unit and
    post; `data-sound`, how the name is read, whole and in first letters; `data-placed`, how unit and post
    are, in syllables, since people begin with any word of them. All people are read once a page.
    """
    return read_once("about people", _about_everybody).get(public_id)


def _about_everybody() -> dict[str, Markup]:
    query = select(Person.public_id, Person.name, Person.post, Unit.name.label("unit"))
    rows = db.session.execute(query.join(Unit, Unit.id == Person.unit_id))
    return {public_id: _about(name, unit, post) for public_id, name, post, unit in rows}


@lru_cache(maxsize=4096)
def _about(name: str, unit: str, post: str) -> Markup:
    # Kept, since every list and every form writes one for each of us.
    note, sound = " ".join(filter(None, (unit, post))), " ".join(sounds_of(name))
    placed = "|".join(way for words in (unit, post) if words for way in _syllables_of(words))
    return Markup(' data-note="{}" data-sound="{}" data-placed="{}"').format(note, sound, placed)


@lru_cache(maxsize=4096)
def _syllables_of(words: str) -> tuple[str, ...]:
    """招商二科 -> (zhao shang er ke,), and the same for each other way to read it."""
    return tuple(" ".join(way) for way in readings_of(words))


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
