"""The generation in use, followed by its readers."""

import threading

import tantivy

from search.interface import NeedsRebuild
from search.tantivy.folder import IndexFolder
from search.tantivy.index import ABOUT, engine_faults


class GenerationReader:
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
