"""What a search backend is given and what it answers: values and one protocol, no engine."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Protocol, Self

# Both engines refuse or slow down beyond this depth, so totals and pages stop here for everybody.
RESULT_CAP = 10_000


class SearchUnavailable(Exception):
    """The index cannot answer now: missing, damaged, busy, or built by another version of the analysis."""


class IndexOutdated(SearchUnavailable):
    """The index was built by another version of the analysis: only a rebuild helps."""


class DocumentRefused(Exception):
    """The engine will never take this document as it is, however often it is sent."""


@dataclass(frozen=True, slots=True)
class Document:
    """One findable record. `kind` and `id` together name it; the id is the public one.

    `amount` is in 元, `day` the ordinal of the last activity, `version` the number drawn by the sender:
    a document never replaces one of a higher version. `access` tokens are compared byte for byte.
    """

    kind: str
    id: str
    title: str
    names: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    text: str = ""
    access: tuple[str, ...] = ()
    region: str = ""
    industry: str = ""
    stage: str = ""
    amount: int = 0
    day: int = 0
    version: int = 0


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody typed and what they hold. Without an access token nothing is found; `all` is a token
    like any other and has to be among them. `region` and `industry` are prefixes of the codes."""

    text: str
    access: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    region: str = ""
    industry: str = ""
    stage: str = ""
    offset: int = 0
    limit: int = 10


@dataclass(frozen=True, slots=True)
class Hit:
    """`exact`: the whole query is a name, key, pinyin or initials of the record. Scores only give order."""

    kind: str
    id: str
    score: float
    exact: bool


@dataclass(frozen=True, slots=True)
class Page:
    """`total` stops at RESULT_CAP; `capped` says that there are more."""

    hits: tuple[Hit, ...]
    total: int
    capped: bool


EMPTY_PAGE = Page((), 0, False)


class SearchBackend(Protocol):
    """Every method may raise SearchUnavailable. No text, however odd, makes a search fail."""

    def search(self, query: Query) -> Page: ...

    def suggest(self, query: Query, per_kind: int) -> dict[str, tuple[Hit, ...]]:
        """The best few of each kind that has any, for type-ahead."""
        ...

    def counts(self, query: Query) -> dict[str, int]:
        """Hits of each kind (each stops at RESULT_CAP), the same ones `search` pages through."""
        ...

    def apply(self, upserts: Iterable[Document], deletes: Iterable[tuple[str, str, int]]) -> None:
        """Findable when it returns. A delete is (kind, id, version) and keeps out later arrivals of older
        versions. Documents that cannot be read change nothing; an engine that fails half way may have taken
        a part, and sending all of it again is right. Raises DocumentRefused for what it will never take."""
        ...

    def fingerprints(self) -> Iterator[tuple[str, str, str]]:
        """(kind, id, fingerprint) of every document held, in no promised order."""
        ...

    def size(self) -> int: ...

    def close(self) -> None: ...


class Rebuild(Protocol):
    """A new index beside the one in use. As a context manager it is abandoned unless finished.

    No change made meanwhile is lost between the two indexes: either `apply` elsewhere writes into both, or it
    waits and then raises SearchUnavailable, so that the change stays with its sender until after the swap.
    """

    def add(self, documents: Iterable[Document]) -> None: ...

    def finish(self) -> None:
        """Make it the index in use, in one step."""
        ...

    def abandon(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exception: object) -> None: ...


_HASHED = tuple(field.name for field in fields(Document) if field.name not in ("version", "access"))
_as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def fingerprint(document: Document) -> str:
    """Hash of everything but the version; the order and repetition of access tokens do not matter."""
    content = [getattr(document, field) for field in _HASHED]
    raw = _as_json([content, sorted(set(document.access))])
    return hashlib.blake2b(raw.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
