"""What a search backend is given and what it answers: values and one protocol, no engine."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import lru_cache
from typing import Protocol, Self

from search.language.words import NO_WORDS, Words

# Both engines refuse or slow down beyond this depth, so totals and pages stop here for everybody.
RESULT_CAP = 10_000


class SearchUnavailable(Exception):
    """The index cannot answer now: missing, damaged, busy, or built by another version of the analysis."""


class NeedsRebuild(SearchUnavailable):
    """The index is gone, damaged or outdated: only a rebuild helps."""


class IndexOutdated(NeedsRebuild):
    """The index was built by another version of the analysis."""


class ReadingCutOff(SearchUnavailable):
    """What was being read from end to end has gone, most often because a rebuild put another in its place:
    reading from the start helps.
    """


class WrongServer(SearchUnavailable):
    """What answers is no engine that this program can use: waiting does not help. The text names it and the
    cure.
    """


class DocumentRefused(Exception):
    """The engine will never take this document as it is, however often it is sent."""


@dataclass(frozen=True, slots=True)
class Document:
    """One findable record. `kind` and `id` together name it; the id is the public one.

    `amount` is in 元 (0: unknown), `day` the ordinal of the last activity, `version` the number drawn by the
    sender: a document never replaces one of a higher version. `access` tokens are compared byte for byte.
    `region` and `industry` are codes; `stage` to `tags` hold whole values to filter and count by.
    `about` are the names of what the record hangs on, the company of a visit: it is found by them as by
    its own `names`, but stands behind whatever bears them itself.
    `tails` are keys that only holders of a `tail_access` token find the document by, beside its own access.
    """

    kind: str
    id: str
    title: str
    names: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    text: str = ""
    access: tuple[str, ...] = ()
    region: str = ""
    industry: str = ""
    stage: str = ""
    status: str = ""
    units: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    amount: int = 0
    day: int = 0
    tails: tuple[str, ...] = ()
    tail_access: tuple[str, ...] = ()
    version: int = 0


# What may be asked for as whole values; the first two as the beginnings of codes.
WHOLE_FIELDS = ("region", "industry", "kind", "stage", "status", "units", "teams", "owners", "tags")
NUMBER_FIELDS = ("amount", "day")
# Parts of a code that are counted by themselves: province, city, county; section and division of industry.
LEVELS = {
    "province": ("region", 2),
    "city": ("region", 4),
    "county": ("region", 6),
    "section": ("industry", 1),
    "division": ("industry", 3),
}
COUNTED_FIELDS = ("kind", *LEVELS, *WHOLE_FIELDS[3:])


class Order(StrEnum):
    """In what order hits come; of equals first what bears its names itself, then the newest, then in an order
    of their own, the same everywhere.
    """

    RELEVANCE = "relevance"
    DAY = "day"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True)
class OneOf:
    """Hits have one of these values, in one of WHOLE_FIELDS; without a value nothing is found."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """Hits have a number from `least` to `most`, both included, in one of NUMBER_FIELDS."""

    field: str
    least: int | None = None
    most: int | None = None


Filter = OneOf | Between


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody typed and what they hold. Without an access token nothing is found; `all` is a token
    like any other and has to be among them. `among` are the kinds there are for this reader, empty for all.

    `kinds` and `where` narrow what is answered, but not the choice between what was typed and what is alike:
    so the count of a value, and the page after choosing it, agree. A blank text with a filter in `where`
    means everything that passes it. `tail_access` are the tokens for `Document.tails`. `words` are the
    county's own: what was typed is also looked for in their other terms and readings, behind it.
    """

    text: str
    access: tuple[str, ...]
    among: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    where: tuple[Filter, ...] = ()
    order: Order = Order.RELEVANCE
    tail_access: tuple[str, ...] = ()
    words: Words = NO_WORDS
    offset: int = 0
    limit: int = 10


@dataclass(frozen=True, slots=True)
class Terms:
    """Counts by value of one of COUNTED_FIELDS, the commonest first."""

    field: str
    limit: int = 20


@dataclass(frozen=True, slots=True)
class Bands:
    """Counts of numbers from each of these edges (ascending) up to before the next; below the first nothing
    is counted. Named by the edge.
    """

    field: str
    edges: tuple[int, ...]


Facet = Terms | Bands
Counts = dict[str, int]


@dataclass(frozen=True, slots=True)
class Hit:
    """`exact`: the whole query is a name, key, pinyin or initials of the record. `alike`: only a similar name
    is. Scores only give order.
    """

    kind: str
    id: str
    score: float
    exact: bool
    alike: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """`total` stops at RESULT_CAP; `capped` says that there are more."""

    hits: tuple[Hit, ...]
    total: int
    capped: bool


EMPTY_PAGE = Page((), 0, False)


@dataclass(frozen=True, slots=True)
class Best:
    """The first few of one kind, and how many there are (stops at RESULT_CAP)."""

    hits: tuple[Hit, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Overview:
    """All that a page tells of one query, from one state of the index: its hits, the number of hits of each
    kind as if none were chosen, the counts by value.
    """

    page: Page
    kinds: dict[str, int]
    facets: dict[str, Counts]


class SearchBackend(Protocol):
    """Every method may raise SearchUnavailable. No text, however odd, makes a search fail."""

    def search(self, query: Query) -> Page: ...

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


_HASHED = tuple(
    field.name for field in fields(Document) if field.name not in ("version", "access", "tail_access")
)
_as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


_RIGHTS_FROM = 20  # hexadecimal digits of the content before those of the rights


def fingerprint(document: Document) -> str:
    """Hash of everything but the version; the order and repetition of tokens do not matter."""
    content = _digest([getattr(document, field) for field in _HASHED], _RIGHTS_FROM // 2)
    return content + _rights(tuple(document.access), tuple(document.tail_access))


@lru_cache(maxsize=8192)
def _rights(*held: tuple[str, ...]) -> str:
    return _digest([sorted(set(tokens)) for tokens in held], 6)


def same_rights(mark: str, other: str) -> bool:
    """Whether two fingerprints are of documents that the same people may find."""
    return mark[_RIGHTS_FROM:] == other[_RIGHTS_FROM:]


def _digest(value: object, size: int) -> str:
    raw = _as_json(value).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(raw, digest_size=size).hexdigest()
