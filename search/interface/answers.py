"""What is answered."""

from dataclasses import dataclass

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
class HitPage:
    """`total` stops at RESULT_CAP; `capped` says that there are more."""

    hits: tuple[Hit, ...]
    total: int
    capped: bool


EMPTY_PAGE = HitPage((), 0, False)


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

    page: HitPage
    kinds: dict[str, int]
    facets: dict[str, Counts]
