"""What is asked."""

from dataclasses import dataclass
from enum import StrEnum

from search.language.words import NO_WORDS, Words

# Both engines refuse or slow down beyond this depth, so totals and pages stop here for everybody.
RESULT_CAP = 10_000


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
class Wanted:
    """What is looked for where nobody typed a text: words in names and texts, and beginnings of industry
    codes. Each adds to the score of what holds it, in proportion to its weight; a word counts the more the
    rarer it is. Nothing is merely alike to it.
    """

    words: tuple[tuple[str, float], ...] = ()
    industries: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody typed and what they hold. Without an access token nothing is found; `all` is a token
    like any other and has to be among them. `among` are the kinds there are for this reader, empty for all.

    `kinds` and `where` narrow what is answered, but not the choice between what was typed and what is alike:
    so the count of a value, and the page after choosing it, agree. A blank text with a filter in `where`
    means everything that passes it. `tail_access` are the tokens for `Document.tails`. `words` are the
    county's own: what was typed is also looked for in their other terms and readings, behind it. With
    `wanted` the text is not read.
    """

    text: str
    access: tuple[str, ...]
    among: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    where: tuple[Filter, ...] = ()
    order: Order = Order.RELEVANCE
    tail_access: tuple[str, ...] = ()
    words: Words = NO_WORDS
    wanted: Wanted | None = None
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
