"""Filling a new index of a cluster beside the one in use."""

import logging
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice, starmap
from typing import Self

from search.answering.analysing import Analysts
from search.elastic import client as elastic
from search.elastic.client import Cluster, Generation
from search.elastic.connection import IndexGone
from search.elastic.index import ElasticEntry, entry, tombstone
from search.interface import CatchUp, Deleted, Document, SearchUnavailable, nothing_changed

log = logging.getLogger(__name__)

_BATCH = 1_000
_PLACE, _OWNER = "place", "owner"
_REPLACED = "这次重建已被另一次重建取代"


class ElasticRebuild:
    """Fills a new index while the old one answers and takes changes, which this one takes as well.

    The last one to start wins: an earlier one that is still running ends with a message when it next keeps
    its place.
    """

    def __init__(self, cluster: Cluster, *, fresh: bool = False) -> None:
        self._cluster = cluster
        self._owner = secrets.token_hex(8)
        self._analysts = Analysts(entry, self._write)
        self._filled: Generation | None
        with _one_rebuild_only():
            self._filled, self.place = self._begin(fresh)

    def _begin(self, fresh: bool) -> tuple[Generation, str]:
        left = [
            one for one in self._cluster.generations(elastic.ADMIN_PATIENCE) if one.is_ours and not one.in_use
        ]
        kept, place = (None, "") if fresh else self._most_recent(left)
        self._cluster.remove(one for one in left if one is not kept)
        filled = kept or self._cluster.make()
        self._note(filled, place)
        return filled, place

    def _most_recent(self, left: Sequence[Generation]) -> tuple[Generation | None, str]:
        """One that was cut off after it had kept a place."""
        for one in left:
            place = self._cluster.noted(one).get(_PLACE, "")
            if place:
                return one, place
        return None, ""

    def _note(self, filled: Generation, place: str) -> None:
        self._cluster.note(filled, {_PLACE: place, _OWNER: self._owner})

    def add(self, documents: Iterable[Document], gone: Iterable[Deleted] = ()) -> None:
        self._open()
        self._analysts.add(list(documents))
        entries = starmap(tombstone, gone)
        while batch := list(islice(entries, _BATCH)):
            self._write(batch)

    def _write(self, entries: Sequence[ElasticEntry]) -> None:
        with _one_rebuild_only():
            self._cluster.write(self._open(), entries, elastic.ADMIN_PATIENCE)

    def keep(self, place: str) -> None:
        """What a bulk request has been answered for is on the node's disk already."""
        self._analysts.drain()
        filled = self._still_mine()
        with _one_rebuild_only():
            self._note(filled, place)
        self.place = place

    def finish(self, catch_up: CatchUp = nothing_changed) -> None:
        """Whoever applied a change has written it into this index too: there is nothing to catch up with."""
        self._analysts.drain()
        filled = self._still_mine()
        replaced = self._others(filled)
        with _one_rebuild_only():
            self._note(filled, "")  # complete from here on: nobody is to go on with it
            self._cluster.use(filled)
        self._filled = None
        # Whoever found none in use a moment ago has made one. Makers look once more after making.
        self._clear([*replaced, *self._others(filled)])
        self._end()

    def _others(self, filled: Generation) -> list[Generation]:
        """All that are in use or of another version; one that somebody else is filling is not among them."""
        return [
            one
            for one in self._cluster.generations(elastic.ADMIN_PATIENCE)
            if (one.in_use or not one.is_ours) and one.index != filled.index
        ]

    def abandon(self) -> None:
        if self._filled is not None:
            self._clear([self._filled])
            self._filled = None
            self._end()

    def _clear(self, generations: Sequence[Generation]) -> None:
        """What cannot be removed now is removed by the next rebuild, and found by nobody until then."""
        try:
            self._cluster.remove(generations)
        except SearchUnavailable as error:
            log.warning("left behind by a rebuild: %s (%s)", [one.index for one in generations], error)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._filled is not None and self.place:
            self._filled = None
            self._end()
        else:
            self.abandon()

    def _end(self) -> None:
        self._analysts.close()
        self._cluster.close()

    def _open(self) -> Generation:
        if self._filled is None:
            raise RuntimeError("this rebuild has ended")
        return self._filled

    def _still_mine(self) -> Generation:
        filled = self._open()
        with _one_rebuild_only():
            owner = self._cluster.noted(filled).get(_OWNER)
        if owner != self._owner:
            raise SearchUnavailable(_REPLACED)
        return filled


@contextmanager
def _one_rebuild_only() -> Iterator[None]:
    try:
        yield
    except IndexGone as error:
        raise SearchUnavailable(_REPLACED) from error
