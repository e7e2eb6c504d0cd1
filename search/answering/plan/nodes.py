"""The conditions of which a plan is made; each engine puts them into words of its own."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Whole values; a constant score, never one that depends on how common the value is."""

    field: str
    values: tuple[str, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Starting:
    """Whole values that begin with this; constant score."""

    field: str
    start: str
    score: float


@dataclass(frozen=True, slots=True)
class Phrase:
    """Tokens in a row, BM25 times weight. When open, the last is only the start of a token."""

    field: str
    tokens: tuple[str, ...]
    weight: float
    open: bool = False


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least so many of the values, BM25."""

    field: str
    values: tuple[str, ...]
    minimum: int


@dataclass(frozen=True, slots=True)
class OneOff:
    """Whole values one edit away; constant score."""

    field: str
    value: str
    score: float


@dataclass(frozen=True, slots=True)
class Everything:
    """Whatever passes the filters; constant score."""


@dataclass(frozen=True, slots=True)
class These:
    """These documents, as (kind, id); constant score."""

    keys: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Flat:
    """What the part finds, all at the same constant score."""

    part: "Node"
    score: float


@dataclass(frozen=True, slots=True)
class Either:
    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class All:
    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Raised:
    """What the part finds; what `by` finds among it scores higher by as much."""

    part: "Node"
    by: "Node"


Node = AnyOf | Starting | Phrase | AtLeast | OneOff | Everything | These | Flat | Either | All | Raised


@dataclass(frozen=True, slots=True)
class Plan:
    """`wanted` is what names are compared with when it is misspelt: the core of the query, its pinyin,
    and both of the core with the place in front. `other_sounds`: what its pinyin may be by the county's
    readings.
    `wholes`: the forms, without legal form, of what was typed as a whole legal name with its place; empty for
    anything else.
    """

    precise: Node
    fuzzy: Node | None
    wanted: str
    wanted_sound: str
    wanted_placed: str
    placed_sound: str
    other_sounds: tuple[str, ...] = ()
    wholes: tuple[str, ...] = ()


EVERYTHING = Plan(Everything(), None, "", "", "", "")
