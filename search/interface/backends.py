"""What a backend and the rebuilding of its index can do."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol, Self

from search.interface.answers import Best, Counts, HitPage, Overview
from search.interface.documents import Document
from search.interface.queries import Facet, Query


class SearchBackend(Protocol):
    """Every method may raise SearchUnavailable. No text, however odd, makes a search fail."""

    def search(self, query: Query) -> HitPage: ...

    def overview(self, query: Query, wanted: Sequence[Facet]) -> Overview:
        """`search`, `counts` without the chosen kinds and `facets`, for the cost of little more than one."""
        ...

    def suggest(self, query: Query, per_kind: int) -> dict[str, Best]:
        """The best few of each kind that has any, for type-ahead."""
        ...

    def counts(self, query: Query) -> dict[str, int]:
        """Hits of each kind (each stops at RESULT_CAP), the same ones `search` pages through."""
        ...

    def facets(self, query: Query, wanted: Sequence[Facet]) -> dict[str, Counts]:
        """For the field of each facet, the number of hits by value: of exactly the hits that `search` pages
        through, without the cap. Values that no hit has are not named.
        """
        ...

    def apply(self, upserts: Iterable[Document], deletes: Iterable[tuple[str, str, int]]) -> None:
        """Findable when it returns. A delete is (kind, id, version) and keeps out later arrivals of older
        versions. Documents that cannot be read change nothing; an engine that fails half way may have taken
        a part, and sending all of it again is right. Raises DocumentRefused for what it will never take.
        """
        ...

    def fingerprints(self) -> Iterator[tuple[str, str, str]]:
        """(kind, id, fingerprint) of every document held, in no promised order."""
        ...

    def size(self) -> int: ...

    def purge(self, *, before_day: int) -> int:
        """Forgets deletes applied before that day (its ordinal), which no late arrival can meet any more;
        returns how many.
        """
        ...

    def close(self) -> None: ...


Deleted = tuple[str, str, int]  # kind, id, version
# What has changed while a rebuild ran, as it is now: documents, and what is gone.
CatchUp = Callable[[Sequence[tuple[str, str]]], tuple[list[Document], list[Deleted]]]


def nothing_changed(keys: Sequence[tuple[str, str]]) -> tuple[list[Document], list[Deleted]]:
    """For a rebuild during which nobody writes."""
    raise RuntimeError(f"{len(keys)} documents changed during a rebuild during which nobody writes")


class Rebuild(Protocol):
    """A new index beside the one in use, which goes on answering and taking changes.

    As a context manager, one that is not finished is left for the next to go on with if a place was kept in
    it, else removed. No change made meanwhile is lost between the two indexes. The last to start wins.
    """

    @property
    def place(self) -> str:
        """What was last kept, by this or by the one before that was cut off; empty at the start."""
        ...

    def add(self, documents: Iterable[Document], gone: Iterable[Deleted] = ()) -> None:
        """What is gone is remembered as by `apply`: a late sender may still hold it."""
        ...

    def keep(self, place: str) -> None:
        """All that was added so far outlasts a kill, and with it the word for how far that is."""
        ...

    def finish(self, catch_up: CatchUp = nothing_changed) -> None:
        """Make it the index in use, in one step, with what changed meanwhile."""
        ...

    def abandon(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exception: object) -> None: ...
