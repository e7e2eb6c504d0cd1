"""What a query means, as a small tree that each backend writes down in its own language.

Two tiers. Precise: a whole-query key, or every term found somewhere. Fuzzy, asked only when the first
finds little: names sharing most characters, sounding alike, or one letter off; reranked by `similar`.
"""

from dataclasses import dataclass
from functools import lru_cache

from search.answering.tokens import (
    backwards,
    beginning,
    bigrams,
    gapped,
    letter_bigrams,
    sounds,
    spoken,
    tokens,
    usable_access,
)
from search.interface import Query
from search.language import pinyin
from search.language.names import (
    Name,
    read_name,
    region_codes,
    split_region,
    without_legal_form,
    without_read_legal_form,
)
from search.language.numbers import phone_number
from search.language.slips import mended
from search.language.text import MAX_QUERY, fold, is_dense, is_letters, query_terms, runs
from search.language.words import AS_TYPED, Heard, Meant

# A score from here on means that the whole query is a key of the record. Text scores are weighted down to
# stay far below it; it is still small enough for 32-bit scores to tell records apart.
EXACT_SCORE = 10_000.0
# The key fits once the query's region or legal form is left out.
LOOSE_KEY_SCORE = 1_000.0
# The key is a name of what the record hangs on: behind whatever bears it, before what only mentions it.
ABOUT_SCORE = 500.0
TERM_KEY_SCORE = 5.0
PLACE_SCORE = 0.05
SOUND_SCORE = 0.5
MISREAD_SCORE = 0.05
# A name that begins with the one character that was typed.
BEGINS_SCORE = 2.0
# Of what is alike, names that sound the same are always looked at.
SAID_KEY_SCORE = 100.0
# About what a rare pair of neighbours is worth.
GAPPED_SCORE = 8.0
# Of more names than are looked at, those of the place that was typed are.
THERE_SCORE = 10.0

# Beside the county's words: a record named as typed stands before one whose whole key is another term of the
# group, then come records that say what was typed anywhere, then names, then texts that say the other terms.
TYPED_NAME_SCORE = 20.0
TYPED_SCORE = 10.0
OTHER_KEY_SCORE = 16.0
OTHER_ABOUT_SCORE = 4.0
OTHER_NAME_SCORE = 3.0
OTHER_TEXT_SCORE = 1.0
# Letters as the county reads a word: a little behind letters as software reads them.
HEARD_KEY_SCORE = 400.0
HEARD_SCORE = 0.4
HEARD_INITIALS_WEIGHT = 0.15

NAME_WEIGHT = 0.3
SHORT_WEIGHT = 0.4
TEXT_WEIGHT = 0.1
INITIALS_WEIGHT = 0.2

# Digits at the end of a number by which people look for it; signs at the end of a code, at least.
TAIL = 4
END_OF_CODE = 6

FEW_RESULTS = 10
SHORTEST_WHOLE = 4  # characters, without legal form
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
    anything else."""

    precise: Node
    fuzzy: Node | None
    wanted: str
    wanted_sound: str
    wanted_placed: str
    placed_sound: str
    other_sounds: tuple[str, ...] = ()
    wholes: tuple[str, ...] = ()


EVERYTHING = Plan(Everything(), None, "", "", "", "")


def plan_of(query: Query) -> Plan | None:
    """None when nothing can be found: nothing to look for, or nobody to look."""
    if not usable_access(query.access):
        return None
    if query.where and not query.text.strip():
        return EVERYTHING
    return make_plan(query.text, usable_access(query.tail_access), query.words.meant(query.text))


@lru_cache(maxsize=256)
def make_plan(text: str, tail_access: tuple[str, ...] = (), meant: Meant = AS_TYPED) -> Plan | None:
    """None when the text holds nothing to look for (blank, punctuation, emoji).

    Of the county's words only what they make of this text is kept here: a change of others loses nothing.
    """
    terms = query_terms(text)
    if not terms:
        return None
    whole = _whole(text, terms)
    every_term = _all_of(terms, tail_access, meant)
    if number := _whole_number(text, tail_access):
        every_term = Either((every_term, *number))
    if meant.gapless:
        every_term = Either((every_term, _all_of(meant.gapless, tail_access, meant)))
    loose = tuple(
        form for form in (whole.base, whole.local, whole.core) if form != whole.full and len(form) >= 2
    )
    keys = [AnyOf("kw", (whole.full,), EXACT_SCORE)]
    # With its place a name stands before its namesakes elsewhere.
    for forms in (tuple(form for form in loose if form != whole.core), loose[-1:]):
        if forms:
            keys.append(AnyOf("kw", forms, LOOSE_KEY_SCORE))
    letters = _letter_keys(whole.full) if is_letters(whole.full) else ()
    if letters:
        keys += [AnyOf("kw", letters, EXACT_SCORE), AnyOf("misread", letters, LOOSE_KEY_SCORE)]
    keys.append(AnyOf("about", tuple(dict.fromkeys((whole.full, *loose, *letters))), ABOUT_SCORE))
    repaired = mended(whole)
    return Plan(
        Either((*keys, every_term)),
        _fuzzy(whole, repaired, meant.sounds),
        whole.core,
        sounds(whole.core)[0],
        whole.base,
        sounds(whole.base)[0],
        tuple(heard.letters for heard in meant.sounds),
        _wholes(whole, repaired),
    )


def _wholes(whole: Name, repaired: tuple[Name, ...]) -> tuple[str, ...]:
    """With place and legal form, of which one may be slipped, a name is whole."""
    is_whole = bool(repaired) or whole.core != whole.base != whole.full
    forms = dict.fromkeys(form for name in (whole, *repaired) for form in (name.base, name.local))
    return tuple(form for form in forms if len(form) >= SHORTEST_WHOLE) if is_whole else ()


def _all_of(terms: tuple[str, ...], tail_access: tuple[str, ...], meant: Meant) -> Node:
    return All(tuple(_any_way(term, _term_or_tail(term, tail_access), meant) for term in terms))


def _whole(text: str, terms: tuple[str, ...]) -> Name:
    """All that was typed as one name; brackets tell a place inside it."""
    folded = fold(text[: 10 * MAX_QUERY]).strip()[:MAX_QUERY]
    return read_name(folded if "(" in folded else "".join(terms))


def _letter_keys(letters: str) -> tuple[str, ...]:
    bare = without_read_legal_form(pinyin.respell(letters))
    return (bare,) if len(bare) >= 2 else (letters,)


def _term_or_tail(term: str, tail_access: tuple[str, ...]) -> Node:
    """A few digits may also be the end of a number, for those who may read it in full."""
    if not tail_access or not (len(term) == TAIL and term.isascii() and term.isdigit()):
        return _term(term)
    return Either((_term(term), _tail(term, tail_access)))


def _whole_number(text: str, tail_access: tuple[str, ...]) -> list[Node]:
    """What was typed as a number in full, for the same people who may find it by its end."""
    number = phone_number(text[:MAX_QUERY])
    return [_tail(number, tail_access)] if number and tail_access else []


def _tail(digits: str, tail_access: tuple[str, ...]) -> Node:
    return All((AnyOf("tails", (digits,), TERM_KEY_SCORE), AnyOf("tail_access", tail_access, 0.0)))


def _any_way(term: str, typed: Node, meant: Meant) -> Node:
    """A term as typed, or by the county's words."""
    others, heard = meant.others_of(term), meant.heard_in(term)
    if not others and not heard:
        return typed
    parts = [typed, *map(_heard, heard)]
    if others:
        parts += [*_as_typed(term, typed), *(part for other in others for part in _other(other))]
    return Either(tuple(parts))


def _as_typed(term: str, typed: Node) -> list[Node]:
    named = Either((AnyOf("kw", (term,), 0.0), *_phrases(term, ("name", "short"))))
    # Letters are also taken for sounds and initials, which is more of a guess than the county's word.
    said: Node = Either((named, *_phrases(term, ("text",)))) if is_letters(term) else typed
    return [Flat(named, TYPED_NAME_SCORE), Flat(said, TYPED_SCORE)]


def _other(term: str) -> list[Node]:
    # Whole, never without its place: without it 宁德时代 would be 时代, which is the key of others.
    forms = tuple(dict.fromkeys((term, without_legal_form(term))))
    named = [phrase for form in forms for phrase in _phrases(form, ("name", "short"))]
    return [
        AnyOf("kw", forms, OTHER_KEY_SCORE),
        AnyOf("about", forms, OTHER_ABOUT_SCORE),
        Flat(Either((*named, *_placed(term))), OTHER_NAME_SCORE),
        *(Flat(phrase, OTHER_TEXT_SCORE) for phrase in _phrases(term, ("text",))),
    ]


def _heard(heard: Heard) -> Node:
    key = AnyOf("kw", (heard.letters,), HEARD_KEY_SCORE)
    if heard.syllables:
        spoken_so: Node = Phrase("py", heard.syllables, HEARD_SCORE, open=True)
    else:
        spoken_so = Phrase("ini", tuple(letter_bigrams(heard.initials)[1:]), HEARD_INITIALS_WEIGHT)
    return All((Either((key, spoken_so)), _named_with(heard.word)))


def _named_with(word: str) -> Node:
    return Flat(Either(tuple(_phrases(word, ("name",)))), 0.0)


def _term(term: str) -> Node:
    if is_letters(term):
        return Either(tuple(_letters(term)))
    if len(term) == 1:
        begins = AnyOf("u", (beginning(term),), BEGINS_SCORE)
        return Either((begins, AnyOf("u", (term,), SOUND_SCORE), *_phrases(term, ("name", "text"))))
    name = read_name(term)
    parts: list[Node] = [AnyOf("kw", tuple(name.forms()), TERM_KEY_SCORE)]
    parts += _phrases(term, ("name", "short", "text"))
    if name.base != name.full:
        parts += _phrases(name.base, ("name", "short"))
    parts += _placed(term)
    parts += _mixed(term)
    if len(term) >= 4 and any(char.isdigit() for char in term) and term.isascii():
        parts.append(Starting("kw", term, TERM_KEY_SCORE))
        parts += _end_of_code(term)
    return Either(tuple(parts))


def _end_of_code(term: str) -> list[Node]:
    return [Starting("kw", backwards(term), TERM_KEY_SCORE)] if len(term) >= END_OF_CODE else []


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
    for split in pinyin.splits(without_read_legal_form(term)):
        parts += _spoken_phrases(split)
    parts += _end_of_code(term)
    bigrams = letter_bigrams(term)
    if len(term) == 1:
        parts.append(AnyOf("ini", (bigrams[0],), SOUND_SCORE))
    else:
        parts.append(Phrase("ini", tuple(bigrams[1:]), INITIALS_WEIGHT))
    return parts


def _spoken_phrases(split: tuple[str, ...]) -> list[Node]:
    """As locals read, and behind it as software does."""
    if len(split) == 1:
        begun = pinyin.syllables_from(split[0])
        return [AnyOf("py", begun, SOUND_SCORE), AnyOf("mispy", begun, MISREAD_SCORE)]
    misread = Flat(Phrase("mispy", split, SOUND_SCORE, open=True), MISREAD_SCORE)
    return [Phrase("py", split, SOUND_SCORE, open=True), misread]


def _fuzzy(whole: Name, repaired: tuple[Name, ...], other_sounds: tuple[Heard, ...]) -> Node | None:
    similar = _similar(whole)
    if similar and repaired:
        keys = tuple(dict.fromkeys(form for name in repaired for form in (name.base, name.local, name.core)))
        similar = Either((similar, AnyOf("kw", keys, SAID_KEY_SCORE)))
    if not other_sounds:
        return similar
    sounding = tuple(_sounding(whole.core, heard) for heard in other_sounds)
    return Either((similar, *sounding)) if similar else Either(sounding)


def _sounding(wanted: str, heard: Heard) -> Node:
    """A name misspelt or misheard, of a record with a word that the county reads otherwise than software."""
    parts: list[Node] = [AnyOf("kw", (heard.letters,), TERM_KEY_SCORE)]
    if not is_letters(wanted):
        parts.append(Phrase("py", heard.syllables, SOUND_SCORE))
    elif len(heard.letters) >= 6:
        parts.append(OneOff("kw", heard.letters, SOUND_SCORE))
    return All((Either(tuple(parts)), _named_with(heard.word)))


def _similar(whole: Name) -> Node | None:
    wanted = whole.core
    if is_letters(wanted):
        bare = without_read_legal_form(wanted)
        return OneOff("kw", bare, SOUND_SCORE) if len(bare) >= 6 else None
    said = tuple(dict.fromkeys("".join(way) for form in (whole.base, wanted) for way in whole.ways(form)))
    parts: list[Node] = [AnyOf("kw", said, SAID_KEY_SCORE), AnyOf("misread", said, SAID_KEY_SCORE)]
    for syllables in dict.fromkeys(tuple(spoken(wanted, way)) for way in whole.ways(wanted)):
        if len(syllables) >= 2:
            parts.append(Phrase("py", syllables, SOUND_SCORE))
    place = split_region(whole.base)[0]
    parts += _most_characters(wanted, place)
    if place and not region_codes(place):
        # A brand that is also a place's name may have been taken for one: 北辰医疗.
        parts += _most_characters(whole.base, "")
    return Either(tuple(parts))


def _most_characters(form: str, place: str) -> list[Node]:
    """Names with most of these characters, two of which still stand together; first where the place fits."""
    chars = tuple(dict.fromkeys(form))
    if len(form) < 3 or len(chars) < 2:
        # So little is only looked for where it was typed to be.
        there = Flat(Either(tuple(_phrases(place, ("name",)))), THERE_SCORE)
        return [All((AtLeast("u", chars, 1), there))] if place else []
    most = AtLeast("u", chars, max(len(chars) - (1 if len(chars) <= 5 else 2), 2))
    pairs: list[Node] = [Phrase("short", (pair,), 1.0) for pair in dict.fromkeys(bigrams(form))]
    pairs += [AnyOf("u", (pair,), GAPPED_SCORE) for pair in gapped(form)]
    alike = All((most, Either(tuple(pairs))))
    if not place:
        return [alike]
    return [Raised(alike, Flat(Either(tuple(_phrases(place, ("name",)))), THERE_SCORE))]
