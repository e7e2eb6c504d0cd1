"""What is known of companies and nodes, and what is said of the two together."""

from dataclasses import dataclass
from enum import StrEnum


class Place(StrEnum):
    """Where a piece of evidence was found."""

    NAME = "name"
    SCOPE = "scope"
    PRODUCTS = "products"
    TAGS = "tags"
    INDUSTRY = "industry"
    # The code itself, and what the other firms of the same code make.
    CODE = "code"
    FELLOWS = "fellows"


class Why(StrEnum):
    """Why a word that was read does not count."""

    NEGATED = "negated"
    ONLY_TRADED = "only_traded"
    COMMON = "common"
    IN_A_LONGER_WORD = "in_a_longer_word"
    # Of halves of two words.
    CUT = "cut"


@dataclass(frozen=True, slots=True)
class Firm:
    """`industry` is the name of its industry as the register prints it, `codes` are GB/T 4754 or any other
    classification whose prefixes are its wider classes. `ranked`: the main product stands first.
    """

    name: str
    aliases: tuple[str, ...] = ()
    scope: str = ""
    products: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    industry: str = ""
    ranked: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """`industries` are the names of its codes."""

    key: str
    chain: str
    name: str
    keywords: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """A word that speaks for a node, the text it stands in, and its share of the score in points."""

    word: str
    place: Place
    text: str
    points: float


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A word that would speak for a node and does not count; `by` is the longer word that it is a part of."""

    word: str
    place: Place
    text: str
    why: Why
    by: str = ""


@dataclass(frozen=True, slots=True)
class ProposedNode:
    """The points of the hits add up to the score, of 100."""

    node: str
    score: float
    hits: tuple[Evidence, ...]
    held: tuple[HeldBack, ...]
