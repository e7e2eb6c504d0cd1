"""The embedded backend: searching and writing tantivy generations in one folder."""

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import tantivy
from tantivy import Query as Engine

from search.answering.plan import plan_of
from search.answering.tiers import OneSearch, nothing_of
from search.interface import EMPTY_PAGE, Best, Counts, Document, Facet, HitPage, Overview, Query
from search.tantivy.folder import IndexFolder
from search.tantivy.index import ABOUT, both, counted, engine_faults, live, schema, source
from search.tantivy.reading import GenerationReader
from search.tantivy.search import TantivyEngine
from search.tantivy.writing import Writing

_SLICE = 20_000


class EmbeddedBackend:
    """Readers need nothing but the folder; the one writing backend keeps the writer until it is closed."""

    def __init__(self, folder: IndexFolder, *, writer: bool = False) -> None:
        self._folder = folder
        self._may_write = writer
        self._reading = GenerationReader(folder)
        self._writing: Writing | None = None
        self._write_lock = threading.Lock()

    def search(self, query: Query) -> HitPage:
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
