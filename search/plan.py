"""What a query means, as a small tree that each backend writes down in its own language.

Two tiers. Precise: a whole-query key, or every term found somewhere. Fuzzy, asked only when the first
finds little: names sharing most characters, sounding alike, or one letter off; reranked by `similar`.
"""

from dataclasses import dataclass
from functools import lru_cache

from search import pinyin
from search.interface import Query
from search.names import (
    Name,
    read_name,
    region_codes,
    split_region,
    without_legal_form,
    without_read_legal_form,
)
from search.text import is_dense, is_letters, query_terms, runs
from search.tokens import letter_bigrams, sounds, spoken, tokens, usable_access

# A score from here on means that the whole query is a key of the record. Text scores are weighted down to
# stay far below it; it is still small enough for 32-bit scores to tell records apart.
EXACT_SCORE = 10_000.0
# The key fits once the query's region or legal form is left out.
LOOSE_KEY_SCORE = 1_000.0
TERM_KEY_SCORE = 5.0
PLACE_SCORE = 0.05
SOUND_SCORE = 0.5

NAME_WEIGHT = 0.3
SHORT_WEIGHT = 0.4
TEXT_WEIGHT = 0.1
INITIALS_WEIGHT = 0.2

# Digits at the end of a number by which people look for it.
TAIL = 4

FEW_RESULTS = 10
FUZZY_CANDIDATES = 100


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
class Either:
    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class All:
    parts: "tuple[Node, ...]"


Node = AnyOf | Starting | Phrase | AtLeast | OneOff | Everything | These | Either | All


@dataclass(frozen=True, slots=True)
class Plan:
    """`wanted` is what names are compared with when it is misspelt: the core of the query, its pinyin,
    and the core with the place in front."""

    precise: Node
    fuzzy: Node | None
    wanted: str
    wanted_sound: str
    wanted_placed: str


EVERYTHING = Plan(Everything(), None, "", "", "")


def plan_of(query: Query) -> Plan | None:
    """None when nothing can be found: nothing to look for, or nobody to look."""
    if not usable_access(query.access):
        return None
    if query.where and not query.text.strip():
        return EVERYTHING
    return make_plan(query.text, usable_access(query.tail_access))


@lru_cache(maxsize=256)
def make_plan(text: str, tail_access: tuple[str, ...] = ()) -> Plan | None:
    """None when the text holds nothing to look for (blank, punctuation, emoji)."""
    terms = query_terms(text)
    if not terms:
        return None
    whole = read_name("".join(terms))
    every_term = All(tuple(_term_or_tail(term, tail_access) for term in terms))
    loose = tuple(
        form for form in (whole.base, whole.local, whole.core) if form != whole.full and len(form) >= 2
    )
    keys = [AnyOf("kw", (whole.full,), EXACT_SCORE)]
    if loose:
        keys.append(AnyOf("kw", loose, LOOSE_KEY_SCORE))
    if is_letters(whole.full):
        keys.append(AnyOf("kw", _letter_keys(whole.full), EXACT_SCORE))
    return Plan(Either((*keys, every_term)), _fuzzy(whole), whole.core, sounds(whole.core)[0], whole.base)


def _letter_keys(letters: str) -> tuple[str, ...]:
    bare = without_read_legal_form(pinyin.respell(letters))
    return (bare,) if len(bare) >= 2 else (letters,)


def _term_or_tail(term: str, tail_access: tuple[str, ...]) -> Node:
    """A few digits may also be the end of a number, for those who may read it in full."""
    if not tail_access or not (len(term) == TAIL and term.isascii() and term.isdigit()):
        return _term(term)
    tail = AnyOf("tails", (term,), TERM_KEY_SCORE)
    return Either((_term(term), All((tail, AnyOf("tail_access", tail_access, 0.0)))))


def _term(term: str) -> Node:
    if is_letters(term):
        return Either(tuple(_letters(term)))
    if len(term) == 1:
        return Either((AnyOf("u", (term,), SOUND_SCORE), *_phrases(term, ("name", "text"))))
    name = read_name(term)
    parts: list[Node] = [AnyOf("kw", tuple(name.forms()), TERM_KEY_SCORE)]
    parts += _phrases(term, ("name", "short", "text"))
    if name.base != name.full:
        parts += _phrases(name.base, ("name", "short"))
    parts += _placed(term)
    parts += _mixed(term)
    if len(term) >= 4 and any(char.isdigit() for char in term) and term.isascii():
        parts.append(Starting("kw", term, TERM_KEY_SCORE))
    return Either(tuple(parts))


_WEIGHTS = {"name": NAME_WEIGHT, "short": SHORT_WEIGHT, "text": TEXT_WEIGHT}


def _phrases(term: str, fields: tuple[str, ...]) -> list[Node]:
    term_runs = runs(term)
    # 型5000吨: the 型 stands inside a bigram of the text and 吨 at the start of one.
    if len(term_runs) > 1 and len(term_runs[0]) == 1:
        term_runs = term_runs[1:]
    open_end = len(term_runs) > 1 and len(term_runs[-1]) == 1 and is_dense(term_runs[-1])
    words = tuple(tokens(term_runs))
    return [Phrase(field, words, _WEIGHTS[field], open_end) for field in fields]


def _placed(term: str) -> list[Node]:
    """黄冈 -> what lies there; 黄冈充电 -> 充电 there, wherever the name puts the place."""
    codes = region_codes(term)
    if codes:
        return [AnyOf("region", codes, PLACE_SCORE)]
    place, rest = split_region(without_legal_form(term))
    if not place or len(rest) < 2:
        return []
    there: list[Node] = _phrases(place, ("name",))
    there += [AnyOf("region", region_codes(place), PLACE_SCORE)] if region_codes(place) else []
    return [All((Either(tuple(there)), Either(tuple(_phrases(rest, ("name", "short", "text"))))))]


def _mixed(term: str) -> list[Node]:
    """博元chongdian, 3m中国: each run on its own."""
    term_runs = runs(term)
    if len(term_runs) < 2:
        return []
    return [All(tuple(_term(run) for run in term_runs))]


def _letters(term: str) -> list[Node]:
    parts: list[Node] = [
        AnyOf("kw", tuple(dict.fromkeys((term, pinyin.respell(term)))), TERM_KEY_SCORE),
        Phrase("name", (term,), NAME_WEIGHT, open=len(term) > 1),
        Phrase("text", (term,), TEXT_WEIGHT),
    ]
    parts += [_spoken_phrase(split) for split in pinyin.splits(without_read_legal_form(term))]
    bigrams = letter_bigrams(term)
    if len(term) == 1:
        parts.append(AnyOf("ini", (bigrams[0],), SOUND_SCORE))
    else:
        parts.append(Phrase("ini", tuple(bigrams[1:]), INITIALS_WEIGHT))
    return parts


def _spoken_phrase(split: tuple[str, ...]) -> Node:
    if len(split) == 1:
        return AnyOf("py", pinyin.syllables_from(split[0]), SOUND_SCORE)
    return Phrase("py", split, SOUND_SCORE, open=True)


def _fuzzy(whole: Name) -> Node | None:
    wanted = whole.core
    if is_letters(wanted):
        bare = without_read_legal_form(wanted)
        return OneOff("kw", bare, SOUND_SCORE) if len(bare) >= 6 else None
    chars = tuple(dict.fromkeys(wanted))
    parts: list[Node] = [AnyOf("kw", tuple(sounds(form)[0] for form in (whole.base, wanted)), TERM_KEY_SCORE)]
    syllables = spoken(wanted)
    if len(syllables) >= 2:
        parts.append(Phrase("py", tuple(syllables), SOUND_SCORE))
    if len(chars) >= 3:
        parts.append(AtLeast("u", chars, len(chars) - (1 if len(chars) <= 5 else 2)))
    return Either(tuple(parts))
