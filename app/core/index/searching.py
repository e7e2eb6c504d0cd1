"""The one door to `search/`: what can be searched, who may find it, the backends for reading and writing.

The index is disposable and the database the only truth: hits are read again under the reader's scope before
they are shown. `relay` sends changes, `reindexing` rebuilds and compares, `indexer` is the process that does
both.
"""

import threading
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from flask import Flask, current_app
from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import InstrumentedAttribute

from app.core.access.auth import Actor
from app.core.access.scopes import Scope
from app.core.storage.db import db, read_once
from app.core.storage.outbox import Itself, watch
from app.core.values.registries import Registry
from app.core.web.budgets import MINUTE, Budget, declare
from search.answering.highlight import highlight, snippet
from search.breaker import GuardedBackend
from search.factory import open_backend, start_rebuild
from search.interface import (
    Bands,
    Between,
    Counts,
    Document,
    Facet,
    Filter,
    NeedsRebuild,
    OneOf,
    Order,
    Page,
    Query,
    ReadingCutOff,
    Rebuild,
    SearchBackend,
    SearchUnavailable,
    Terms,
    WrongServer,
    fingerprint,
    same_rights,
)
from search.language.names import readings_of, region_codes
from search.language.numbers import phone_number
from search.language.text import fold
from search.language.words import (
    NO_WORDS,
    Words,
    is_long_enough,
    is_written_in_characters,
    software_reading,
    spelling,
    word_key,
)

# Twice as many as somebody can read. Typing cannot reach the other: a box asks 150 ms after the last key at
# the soonest (static/js/suggest.js), which is 400 a minute.
SEARCHES = declare(Budget("searches", "搜索", "次", MINUTE, 120, is_open_when_busy=True, at_once=10))
SUGGESTIONS = declare(
    Budget(
        "suggestions",
        "输入时的提示",
        "次",
        MINUTE,
        450,
        is_open_when_busy=True,
        at_once=20,
        advice="写完以后照样可以提交",
    )
)
EVERYONE = "all"  # the access token that every signed-in reader holds
__all__ = [
    "EVERYONE",
    "NO_WORDS",
    "SEARCHES",
    "SOURCES",
    "SUGGESTIONS",
    "Bands",
    "Between",
    "Counts",
    "Document",
    "Facet",
    "Filter",
    "NeedsRebuild",
    "OneOf",
    "Order",
    "Page",
    "Query",
    "ReadingCutOff",
    "Rebuild",
    "SearchBackend",
    "SearchUnavailable",
    "Shown",
    "Source",
    "Terms",
    "Words",
    "WrongServer",
    "fingerprint",
    "fold",
    "highlight",
    "is_long_enough",
    "is_written_in_characters",
    "join_index",
    "phone_number",
    "readings_of",
    "region_codes",
    "same_rights",
    "snippet",
    "software_reading",
    "spelling",
    "word_key",
]


@dataclass(frozen=True, slots=True)
class Shown:
    """A hit as read again from the database for one reader."""

    public_id: str
    title: str
    note: str = ""  # the facts that tell two of a kind apart
    fields: tuple[tuple[str, str], ...] = ()  # what else is searched, with its label, to say where it hit
    status: str = ""
    who: str = ""
    when: str = ""
    active_on: date | None = None  # the day of the document, by which hits are put in order and narrowed
    page_id: str = ""  # of the record whose page shows it, when it has none of its own


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of document: what a feature says of it, and how it is built, shown and found on that ground.

    `live` selects the records that have a document, joined with what `holds` looks at; what is missing there
    leaves the index. `documents` and `shown` are given it narrowed to the records asked for, `shown` also to
    what the reader may see (`seen`), and load what they read of them. `holds` is the plain search in the
    database by a piece of text, used while the index is unavailable. With `has_tails`, `shown` names every
    field by which this reader may find a record: by another it is not shown.
    """

    kind: str
    label: str
    icon: str
    endpoint: str  # the page of one record, asked with its public id
    right: str
    key: InstrumentedAttribute[int]
    public_id: InstrumentedAttribute[str]
    live: Callable[[], Select[Any]]
    documents: Callable[[Select[Any]], list[Document]]
    seen: Callable[[Actor], ColumnElement[bool]]
    shown: Callable[[Select[Any], Actor], Iterable[Shown]]
    holds: Callable[[str], ColumnElement[bool]]
    place: int = 0  # among the kinds: people read of the lower first
    has_tails: bool = False
    oldest_first: bool = False  # in the plain search; else the newest

    def build(self, public_ids: Sequence[str]) -> list[Document]:
        """The documents of these records as they are now, without those that are to have none."""
        return self.documents(self.live().where(self.public_id.in_(public_ids)))

    def show(self, public_ids: Sequence[str], actor: Actor) -> Mapping[str, Shown]:
        """Those of these records that this reader may see, by public id."""
        visible = self.live().where(self.public_id.in_(public_ids), self.seen(actor))
        return {each.public_id: each for each in self.shown(visible, actor)}

    def find(self, text: str, actor: Actor, limit: int) -> Sequence[str]:
        """The public ids of what this reader finds in the database itself."""
        order = self.key.asc() if self.oldest_first else self.key.desc()
        query = self.live().where(self.seen(actor), self.holds(text)).order_by(order).limit(limit)
        return db.session.scalars(query.with_only_columns(self.public_id)).all()


SOURCES: Registry[Source] = Registry("search sources")


def sources() -> list[Source]:
    """Every kind that is searched, in the order in which people read of them."""
    return sorted(SOURCES.values(), key=lambda source: source.place)


def join_index(source: Source) -> None:
    """Joins a kind of document to the index. A changed record is sent again; what else its document holds is
    to be watched by the feature.
    """
    model: Any = source.key.class_
    SOURCES.add(source.kind, source)
    watch(model, Itself(source.kind))


@dataclass(frozen=True, slots=True)
class WordSource:
    """Where the county's words are kept, one place at most: `stamp` is asked at every search and changes with
    any of them, `read` reads them all.
    """

    stamp: Callable[[], Hashable]
    read: Callable[[], Words]


WORDS: Registry[WordSource] = Registry("county words")


def county_words() -> Words:
    """The county's own words as they are now, for `Query.words`.

    One small statement a transaction: what this process read before serves only while the stamp is the same,
    so that a change counts in every process from the next search on.
    """
    return read_once("county words", _words_of_now)


def _words_of_now() -> Words:
    source = next(iter(WORDS.values()), None)
    if source is None:
        return NO_WORDS
    stamp = source.stamp()
    kept = current_app.extensions["county_words"].get("read")
    if kept is None or kept[0] != stamp:
        kept = current_app.extensions["county_words"]["read"] = (stamp, source.read())
    found: Words = kept[1]
    return found


def marking() -> Callable[[str, str], list[tuple[str, bool]]]:
    """`highlight` that knows the county's words."""
    return partial(highlight, words=county_words())


def access_of(actor: Actor) -> tuple[str, ...]:
    """The access tokens a reader holds."""
    rights = {source.right for source in SOURCES.values() if actor.may(source.right)}
    return (EVERYONE, *map(holders_of, sorted(rights)), *Scope.of(actor).tokens())


def holders_of(right: str) -> str:
    """The access token of everybody who has this right."""
    return f"r:{right}"


class _Reader:
    """The reading backend of this process, opened at first use: after the fork. An engine that failed three
    times in a row is left alone for a while, so that nobody waits for it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._backend: GuardedBackend | None = None

    def get(self) -> GuardedBackend:
        with self._lock:
            if self._backend is None:
                self._backend = GuardedBackend(open_backend(current_app.config["SEARCH_URL"]))
            return self._backend


def init_searching(app: Flask) -> None:
    """Gives the app its reader."""
    app.extensions["search_reader"] = _Reader()
    app.extensions["county_words"] = {}


def reader() -> SearchBackend:
    """The backend for reading in this process."""
    found: SearchBackend = current_app.extensions["search_reader"].get()
    return found


def require_filled() -> None:
    """Raises SearchUnavailable when this process reads an index without a document beside a county that has
    some: never made, lost, or not yet filled. To be asked when a search found nothing.
    """
    if not reader().size() and is_anything_there():
        raise SearchUnavailable("搜索索引还是空的，等检索同步建好，或者运行 flask --app wsgi search rebuild")


def is_anything_there() -> bool:
    """Whether the county has a record that can be searched."""
    return any(db.session.scalar(select(source.key).limit(1)) for source in SOURCES.values())


def writer() -> SearchBackend:
    """A backend for writing; on the embedded engine one process at a time holds it. Without a breaker:
    whoever writes has to know of each failure.
    """
    return open_backend(current_app.config["SEARCH_URL"], writer=True)


def unguarded_reader() -> SearchBackend:
    """A backend for looking through the whole index, which takes longer than a reader of pages would wait."""
    return open_backend(current_app.config["SEARCH_URL"])


def new_index(*, fresh: bool = False) -> Rebuild:
    """An index to be filled beside the one in use; goes on with one left half filled unless `fresh`."""
    return start_rebuild(current_app.config["SEARCH_URL"], fresh=fresh)


def engine_name() -> str:
    """Which engine this installation uses, in a word without its address."""
    return "tantivy" if current_app.config["SEARCH_URL"].startswith("tantivy:") else "elasticsearch"
