"""Filling a new generation of an embedded index beside the one in use."""

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from typing import Self

from search.answering.analysing import Analysts
from search.interface import CatchUp, Deleted, Document, nothing_changed
from search.tantivy.folder import IndexFolder
from search.tantivy.index import ABOUT, TantivyEntry, engine_faults, entry
from search.tantivy.writing import Writing

# So few changes are caught up with while others wait to write; more are first worked off beside them.
_FEW = 200
_ROUNDS = 10


class EmbeddedRebuild:
    """Fills a new generation while the old one answers and takes changes, whose keys the folder notes.

    One rebuild at a time: a second waits for a while and is then refused.
    """

    def __init__(self, folder: IndexFolder, *, fresh: bool = False) -> None:
        self._folder = folder
        self._writing: Writing | None = None
        self._analysts = Analysts(entry, self._write)
        with ExitStack() as held:
            held.enter_context(folder.alone_rebuilding())
            with folder.locked():
                self._generation = folder.begin_filling(ABOUT, fresh=fresh)
                self.place = folder.place(self._generation)
            with engine_faults():
                self._writing = Writing(folder, self._generation)
            self._held = held.pop_all()

    def add(self, documents: Iterable[Document], gone: Iterable[Deleted] = ()) -> None:
        writing = self._open_writing()
        self._analysts.add(list(documents))
        writing.bury(gone)

    def _write(self, entries: Sequence[TantivyEntry]) -> None:
        self._open_writing().put_entries(entries)

    def keep(self, place: str) -> None:
        self._analysts.drain()
        self._open_writing().commit()
        self._folder.keep_place(self._generation, place)
        self.place = place

    def finish(self, catch_up: CatchUp = nothing_changed) -> None:
        """The generation before stays until the next rebuild: whoever is still in it ends in peace."""
        self._analysts.drain()
        writing = self._open_writing()
        for _ in range(_ROUNDS):
            if self._caught_up(writing, catch_up) <= _FEW:
                break
        writing.commit()
        # Merges take longer than others should have to wait.
        writing.finish()
        with self._folder.locked():
            self._catch_the_last(catch_up)
            self._folder.use(self._generation)
            self._folder.end_filling()
        self._end()

    def _caught_up(self, writing: Writing, catch_up: CatchUp) -> int:
        keys = self._folder.take_changed(self._generation)
        if keys:
            documents, gone = catch_up(keys)
            writing.put(documents)
            writing.bury(gone)
        return len(keys)

    def _catch_the_last(self, catch_up: CatchUp) -> None:
        if not self._folder.has_changed(self._generation):
            return
        with engine_faults():
            writing = Writing(self._folder, self._generation)
        self._caught_up(writing, catch_up)
        writing.commit()
        writing.finish()

    def abandon(self) -> None:
        if self._writing is None:
            return
        try:
            self._writing.rollback()
        finally:
            with self._folder.locked():
                self._folder.end_filling()
                self._folder.remove(self._generation)
            self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._writing is None or not self.place:
            self.abandon()
            return
        try:
            self._writing.rollback()
        finally:
            self._end()

    def _open_writing(self) -> Writing:
        if self._writing is None:
            raise RuntimeError("this rebuild has ended")
        return self._writing

    def _end(self) -> None:
        self._writing = None
        self._analysts.close()
        self._held.close()
