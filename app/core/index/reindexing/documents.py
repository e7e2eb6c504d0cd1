"""All that the index should hold, read from the database part by part."""

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Self

from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app.core.index.searching import SOURCES, Document, Source
from app.core.storage.db import db
from app.core.storage.outbox import Key

log = logging.getLogger(__name__)
READ = 1000  # rows at a time


@dataclass(frozen=True, slots=True)
class PlaceReached:
    """How far a rebuild has come: all kinds before `kind`, of that one all keys up to `key`."""

    kind: str = ""
    key: int = 0
    count: int = 0

    @classmethod
    def read(cls, words: str, number: int) -> Self | None:
        """The start where nothing was kept. None where going on would be wrong: a kind has gone since, or the
        database was set back by a restored backup and draws numbers again that are in the index already.
        """
        if not words:
            return cls()
        kind, key, count, drawn = json.loads(words)
        return cls(kind, key, count) if kind in SOURCES and drawn < number else None

    def words(self, number: int) -> str:
        return json.dumps([self.kind, self.key, self.count, number])


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of what the index should hold, and the place behind it."""

    documents: list[Document]
    gone: list[Key]  # records that are to have no document: archived ones
    place: PlaceReached


def all_parts(number: int, after: PlaceReached, unreadable: list[Key]) -> Iterator[_Part]:
    """All there should be, by kind and key; a record that cannot be read is put among the unreadable."""
    kinds = list(SOURCES)
    place = after
    for kind in kinds[kinds.index(after.kind) if after.kind else 0 :]:
        source, last = SOURCES[kind], after.key if kind == after.kind else 0
        while rows := db.session.execute(
            select(source.key, source.public_id).where(source.key > last).order_by(source.key).limit(READ)
        ).all():
            last, asked = rows[-1][0], [row[1] for row in rows]
            readable = _built(source, asked, unreadable)
            db.session.rollback()
            db.session.expunge_all()
            place = PlaceReached(kind, last, place.count + len(readable))
            made = {document.id for document in readable} | {key for _, key in unreadable}
            gone = [(kind, public_id) for public_id in asked if public_id not in made]
            yield _Part([replace(each, version=number) for each in readable], gone, place)


def _built(source: Source, record_ids: list[str], unreadable: list[Key]) -> list[Document]:
    """The documents of these records; the one that cannot be read is found by halving."""
    try:
        return source.build(record_ids)
    except OperationalError:  # the database is away: no record is to blame
        raise
    except Exception:
        db.session.rollback()
        if len(record_ids) == 1:
            log.exception("no document could be made of %s %s", source.kind, record_ids[0])
            unreadable.append((source.kind, record_ids[0]))
            return []
    half = len(record_ids) // 2
    first = _built(source, record_ids[:half], unreadable)
    return first + _built(source, record_ids[half:], unreadable)
