"""The backends for reading and writing, of this process."""

import threading

from flask import Flask, current_app
from sqlalchemy import select

from app.core.index.searching.sources import SOURCES
from app.core.storage.db import db
from search.breaker import GuardedBackend
from search.factory import open_backend, start_rebuild
from search.interface import Rebuild, SearchBackend, SearchUnavailable


class _IndexReader:
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
    app.extensions["search_reader"] = _IndexReader()
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
