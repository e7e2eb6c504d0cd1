"""The embedded backend: searching and writing tantivy generations in one folder."""

import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

import tantivy
from tantivy import Query as Engine

from search.answering.plan import plan_of
from search.answering.records import tie, uid
from search.answering.tiers import OneSearch, nothing_of
from search.interface import (
    EMPTY_PAGE,
    Best,
    Counts,
    Document,
    Facet,
    NeedsRebuild,
    Overview,
    Page,
    Query,
    SearchUnavailable,
)
from search.tantivy.folder import LOCK_PATIENCE, IndexFolder
from search.tantivy.index import (
    ABOUT,
    Entry,
    both,
    counted,
    engine_faults,
    entry,
    live,
    schema,
    source,
    to_engine,
    tombstone,
    tombstones_before,
    versions,
)
from search.tantivy.search import TantivyEngine

WRITER_HEAP = 64_000_000
_BATCH = 1_000
_SLICE = 20_000
_BUSY_POLL = 0.1

_Item = TypeVar("_Item")


class _Reading:
    """Follows the generation in use; opened lazily, so that a fork inherits no open index."""

    def __init__(self, folder: IndexFolder) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._generation: str | None = None
        self._index: tantivy.Index | None = None

    def searcher(self) -> tantivy.Searcher | None:
        """None while no index was ever made here."""
        with self._lock, engine_faults():
            index = self._fresh_index()
            return index.searcher() if index else None

    def _fresh_index(self) -> tantivy.Index | None:
        current = self._folder.current()
        if current is None:
            if self._generation is not None:
                raise NeedsRebuild("搜索索引已被移走，需要重建（flask search rebuild）")
            return None
        if self._index is None or current != self._generation:
            self._index = self._open(current)
            self._generation = current
        self._index.reload()
        return self._index

    def _open(self, generation: str) -> tantivy.Index:
        index = tantivy.Index.open(str(self._folder.require(generation, ABOUT)))
        # Without the watching thread: every search asks for the newest state itself, in 0.2 ms.
        index.config_reader("manual")
        return index

    def close(self) -> None:
        with self._lock:
            self._index = None


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

    def put_entries(self, entries: Sequence[Entry]) -> None:
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


class EmbeddedBackend:
    """Readers need nothing but the folder; the one writing backend keeps the writer until it is closed."""

    def __init__(self, folder: IndexFolder, *, writer: bool = False) -> None:
        self._folder = folder
        self._may_write = writer
        self._reading = _Reading(folder)
        self._writing: Writing | None = None
        self._write_lock = threading.Lock()

    def search(self, query: Query) -> Page:
        with engine_faults():
            found = self._start(query)
            return found.page() if found else EMPTY_PAGE

    def overview(self, query: Query, wanted: Sequence[Facet]) -> Overview:
        with engine_faults():
            found = self._start(query)
            return found.overview(wanted) if found else nothing_of(wanted)

    def suggest(self, query: Query, per_kind: int) -> dict[str, Best]:
        with engine_faults():
            found = self._start(query)
            return found.best_of_each(per_kind) if found else {}

    def counts(self, query: Query) -> dict[str, int]:
        with engine_faults():
            found = self._start(query)
            return found.counts() if found else {}

    def facets(self, query: Query, wanted: Sequence[Facet]) -> dict[str, Counts]:
        with engine_faults():
            found = self._start(query)
            return found.facets(wanted) if found else nothing_of(wanted).facets

    def _start(self, query: Query) -> OneSearch | None:
        plan = plan_of(query)
        if plan is None:
            return None
        searcher = self._reading.searcher()
        return OneSearch(TantivyEngine(searcher, query), plan, query) if searcher else None

    def apply(self, upserts: Iterable[Document], deletes: Iterable[tuple[str, str, int]]) -> None:
        if not self._may_write:
            raise RuntimeError("opened for reading: pass writer=True to open_backend")
        documents, gone = list(upserts), list(deletes)
        with self._write_lock, self._folder.locked():
            with self._current_writing() as writing:
                writing.put(documents)
                writing.bury(gone)
                writing.commit()
            # A rebuild beside this has perhaps read these already, as they were before.
            self._folder.note_changed([(one.kind, one.id) for one in documents])
            self._folder.note_changed([(kind, public_id) for kind, public_id, _ in gone])

    def purge(self, *, before_day: int) -> int:
        if not self._may_write:
            raise RuntimeError("opened for reading: pass writer=True to open_backend")
        with self._write_lock, self._folder.locked():
            if self._folder.current() is None:
                return 0
            with self._current_writing() as writing:
                return writing.purge(before_day)

    @contextmanager
    def _current_writing(self) -> Iterator[Writing]:
        with engine_faults():
            writing = self._current_writer()
        try:
            yield writing
        except BaseException:
            # A writer that failed (a full disk) may not recover: the next batch opens another.
            self._writing = None
            writing.rollback()
            raise

    def _current_writer(self) -> Writing:
        generation = self._folder.current()
        if generation is None or not self._folder.path(generation).exists():
            generation = self._folder.new_generation(ABOUT)
            made = Writing(self._folder, generation)
            made.commit()
            self._folder.use(generation)
            self._writing = made
        self._folder.require(generation, ABOUT)
        if self._writing is None or self._writing.generation != generation:
            self._writing = Writing(self._folder, generation)
        return self._writing

    def fingerprints(self) -> Iterator[tuple[str, str, str]]:
        with engine_faults():
            searcher = self._reading.searcher()
            if searcher is None:
                return
            for part in _slices(searcher.num_docs):
                wanted = both(part, [(tantivy.Occur.Must, live())])
                for _, address in searcher.search(wanted, limit=2 * _SLICE, count=False).hits:
                    kept = source(searcher, address)
                    yield kept.kind, kept.id, kept.fingerprint

    def size(self) -> int:
        with engine_faults():
            searcher = self._reading.searcher()
            return counted(searcher, live(), 1)[1] if searcher else 0

    def close(self) -> None:
        with self._write_lock:
            if self._writing is not None:
                self._writing.finish()
                self._writing = None
        self._reading.close()


def _slices(documents: int) -> Iterator[Engine]:
    """Ranges of `tie`, which is spread evenly, holding about _SLICE documents each."""
    parts = documents // _SLICE + 1
    width = 2**63 // parts + 1
    for start in range(0, 2**63, width):
        upper = min(start + width, 2**63) - 1
        yield Engine.range_query(schema(), "tie", tantivy.FieldType.Integer, start, upper)
