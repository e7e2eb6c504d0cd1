"""What tests of the relay share: the real writer, the filled index, a backend that only remembers."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import Select

from app.core.index import relay, searching
from app.core.index.searching import SOURCES, Document, SearchBackend, SearchUnavailable
from search.interface import Query


class Recording:
    """A backend that remembers each batch and may be told to fail."""

    def __init__(self, fails: int = 0) -> None:
        self.batches: list[list[Document]] = []
        self.gone: list[tuple[str, str, int]] = []
        self.fails = fails

    def apply(self, upserts: Iterable[Document], deletes: Iterable[tuple[str, str, int]]) -> None:
        if self.fails:
            self.fails -= 1
            raise SearchUnavailable("the index is being rebuilt")
        self.batches.append(list(upserts))
        self.gone += list(deletes)

    @property
    def titles(self) -> list[str]:
        return [document.title for batch in self.batches for document in batch]


@contextmanager
def the_writer() -> Iterator[SearchBackend]:
    backend = searching.writer()
    try:
        yield backend
    finally:
        backend.close()


def drained() -> None:
    """Sends everything that waits."""
    with the_writer() as backend:
        while relay.drain(backend):
            pass


def held(text: str) -> list[str]:
    """The ids that the index finds for everybody."""
    with the_writer() as backend:
        return [hit.id for hit in backend.search(Query(text, ("all",))).hits]


@contextmanager
def poisoned(*public_ids: str) -> Iterator[None]:
    """Companies whose document cannot be built."""
    kept = SOURCES["enterprise"]

    def documents(asked: Select[Any]) -> list[Document]:
        found = kept.documents(asked)
        if {document.id for document in found} & set(public_ids):
            raise ValueError("cannot be read")
        return found

    SOURCES._entries["enterprise"] = replace(kept, documents=documents)
    try:
        yield
    finally:
        SOURCES._entries["enterprise"] = kept
