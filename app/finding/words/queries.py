"""The county's words, as search wants them and as their page lists them."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import func, literal, select, union_all

from app.core.access.auth import Actor
from app.core.index.searching import Words, county_words, is_long_enough, word_key
from app.core.storage.db import db
from app.core.values.errors import NotFound
from app.finding.finder.enums import FoundBy
from app.finding.finder.queries import Asked, search, understood
from app.finding.words.models import WordGroup, WordReading
from app.finding.words.rules import BETWEEN, Spelt

Entry = TypeVar("Entry", WordGroup, WordReading)


def stamp() -> Hashable:
    """Other than before once any word has changed: rows are never removed, and every change counts one up."""
    parts = (
        select(
            literal(model.__tablename__), func.count(), func.sum(model.version), func.max(model.updated_at)
        ).select_from(model)
        for model in (WordGroup, WordReading)
    )
    return frozenset(tuple(row) for row in db.session.execute(union_all(*parts)))


def read_words() -> Words:
    """All that is in use."""
    groups = select(WordGroup.words).where(WordGroup.archived_at.is_(None)).order_by(WordGroup.id)
    readings = (
        select(WordReading.word, WordReading.reading)
        .where(WordReading.archived_at.is_(None))
        .order_by(WordReading.id)
    )
    return Words(
        tuple(tuple(words.split(BETWEEN)) for words in db.session.scalars(groups)),
        tuple((word, reading) for word, reading in db.session.execute(readings)),
    )


def spelt(word: str) -> Spelt:
    """A word with what search makes of it."""
    key = word_key(word)
    return Spelt(word, key, is_long_enough(key))


def list_groups(containing: str = "") -> list[WordGroup]:
    """Groups in use, the latest first."""
    query = select(WordGroup).where(WordGroup.archived_at.is_(None)).order_by(WordGroup.id.desc())
    if containing:
        query = query.where(WordGroup.words.icontains(containing, autoescape=True))
    return list(db.session.scalars(query))


def list_readings(containing: str = "") -> list[WordReading]:
    """Readings in use, the latest first."""
    query = select(WordReading).where(WordReading.archived_at.is_(None)).order_by(WordReading.id.desc())
    if containing:
        reading = WordReading.reading.icontains(containing, autoescape=True)
        query = query.where(WordReading.word.icontains(containing, autoescape=True) | reading)
    return list(db.session.scalars(query))


def get_entry(model: type[Entry], public_id: str) -> Entry:
    """A group or a reading in use."""
    found = db.session.scalar(select(model).where(model.public_id == public_id, model.archived_at.is_(None)))
    if found is None:
        raise NotFound
    return found


def counts() -> tuple[int, int]:
    """How many groups and readings are in use."""
    groups, readings = (
        select(func.count()).select_from(model).where(model.archived_at.is_(None)).scalar_subquery()
        for model in (WordGroup, WordReading)
    )
    row = db.session.execute(select(groups, readings)).one()
    return int(row[0]), int(row[1])


def also_searched(text: str) -> tuple[str, ...]:
    """What the county's words make of a text, beside itself: other terms, and words its letters stand for."""
    meant = county_words().meant(text)
    said = (way for _term, ways in meant.others for way in ways)
    heard = (one.word for _term, ways in meant.heard for one in ways)
    return tuple(dict.fromkeys((*said, *heard)))


@dataclass(frozen=True, slots=True)
class Tried:
    """A search made to see what the words do to it. `total` leaves out names that are merely alike, which no
    word has found; None while the index is away, when the database answers, which knows no such words.
    """

    text: str
    also: Sequence[str]
    total: int | None
    capped: bool


def try_out(text: str, actor: Actor) -> Tried | None:
    """As the search box would, under the rights of whoever tries; None for nothing typed."""
    if not text:
        return None
    asked = Asked(text)
    found = search(asked, actor)
    total = 0 if found.alike else found.total
    by_index = found.found_by is FoundBy.INDEX
    also = also_searched(understood(asked, actor).text)
    return Tried(text, also, total if by_index else None, found.capped)
