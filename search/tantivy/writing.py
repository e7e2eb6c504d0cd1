"""The writer of one generation: what is newer goes in, what is gone is remembered."""

import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

import tantivy

from search.answering.records import tie, uid
from search.interface import Document, SearchUnavailable
from search.tantivy.folder import LOCK_PATIENCE, IndexFolder
from search.tantivy.index import (
    TantivyEntry,
    counted,
    engine_faults,
    entry,
    schema,
    to_engine,
    tombstone,
    tombstones_before,
    versions,
)

WRITER_HEAP = 64_000_000
_BATCH = 1_000
_BUSY_POLL = 0.1
_Item = TypeVar("_Item")


def open_writer(index: tantivy.Index) -> tantivy.IndexWriter:
    """tantivy allows one writer an index; one that is just ending is waited for."""
    deadline = time.monotonic() + LOCK_PATIENCE
    while True:
        try:
            return index.writer(WRITER_HEAP, 1)
        except ValueError as error:
            if "LockBusy" not in str(error) or time.monotonic() >= deadline:
                raise SearchUnavailable(f"搜索索引正被另一进程写入：{error}") from error
            time.sleep(_BUSY_POLL)


class Writing:
    """The open writer of one generation."""

    def __init__(self, folder: IndexFolder, generation: str) -> None:
        path = folder.path(generation)
        self.generation = generation
        self._index = tantivy.Index(schema(), path=str(path))
        self._index.config_reader("manual")
        self._writer = open_writer(self._index)
        # What this commit has written so far, by tie: not yet visible to the searcher.
        self._pending: dict[int, int] = {}

    def put(self, documents: Iterable[Document]) -> None:
        for batch in _batches(documents):
            self.put_entries(list(map(entry, batch)))

    def put_entries(self, entries: Sequence[TantivyEntry]) -> None:
        with engine_faults():
            held = self._held([one.tie for one in entries])
            for one in entries:
                is_known = one.tie in held or one.tie in self._pending
                if self._is_newer(one.tie, one.version, held):
                    if is_known:
                        self._writer.delete_documents_by_term("uid", one.uid)
                    self._writer.add_document(to_engine(one))

    def bury(self, deletes: Iterable[tuple[str, str, int]]) -> None:
        for batch in _batches(deletes):
            with engine_faults():
                self._bury_batch(batch)

    def _bury_batch(self, batch: list[tuple[str, str, int]]) -> None:
        ties = [tie(kind, public_id) for kind, public_id, _ in batch]
        held = self._held(ties)
        for (kind, public_id, version), last in zip(batch, ties, strict=True):
            if self._is_newer(last, version, held):
                self._writer.delete_documents_by_term("uid", uid(kind, public_id))
                self._writer.add_document(tombstone(kind, public_id, version))

    def _held(self, ties: list[int]) -> dict[int, int]:
        self._index.reload()
        return versions(self._index.searcher(), ties)

    def _is_newer(self, last: int, version: int, held: dict[int, int]) -> bool:
        """The same version again is let through: a replay has to be able to repair."""
        known = self._pending.get(last, held.get(last))
        if known is not None and version < known:
            return False
        self._pending[last] = version
        return True

    def purge(self, before_day: int) -> int:
        """Forgets deletes of days before this one."""
        with engine_faults():
            self._index.reload()
            old = tombstones_before(before_day)
            count = counted(self._index.searcher(), old, 1)[1]
            if count:
                self._writer.delete_documents_by_query(old)
                self._writer.commit()
        return count

    def commit(self) -> None:
        with engine_faults():
            self._writer.commit()
        self._pending.clear()

    def rollback(self) -> None:
        with engine_faults():
            self._writer.rollback()
        self._pending.clear()

    def finish(self) -> None:
        """End the writer with its merges done, which frees its lock."""
        with engine_faults():
            self._writer.wait_merging_threads()


def _batches(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    rest = iter(items)
    while batch := list(islice(rest, _BATCH)):
        yield batch
