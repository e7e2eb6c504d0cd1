"""The plan of a whole query."""

from functools import lru_cache

from search.answering.plan.nodes import (
    EVERYTHING,
    All,
    AnyOf,
    AtLeast,
    Either,
    Flat,
    Node,
    OneOff,
    Phrase,
    Plan,
    Raised,
)
from search.answering.plan.scores import (
    ABOUT_SCORE,
    EXACT_SCORE,
    GAPPED_SCORE,
    LOOSE_KEY_SCORE,
    SAID_KEY_SCORE,
    SOUND_SCORE,
    TERM_KEY_SCORE,
    THERE_SCORE,
)
from search.answering.plan.terms import any_way, letter_keys, named_with, phrases, term_or_tail, whole_number
from search.answering.plan.wanting import wanting
from search.answering.tokens import (
    bigrams,
    gapped,
    sounds,
    spoken,
    usable_access,
)
from search.interface import Query
from search.language.names import (
    Name,
    read_name,
    region_codes,
    split_region,
    without_read_legal_form,
)
from search.language.slips import mended
from search.language.text import MAX_QUERY, fold, is_letters, query_terms
from search.language.words import AS_TYPED, Heard, Meant

FEW_RESULTS = 10
SHORTEST_WHOLE = 4  # characters, without legal form
FUZZY_CANDIDATES = 100


def plan_of(query: Query) -> Plan | None:
    """None when nothing can be found: nothing to look for, or nobody to look."""
    if not usable_access(query.access):
        return None
    if query.wanted:
        return wanting(query.wanted)
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
    if number := whole_number(text, tail_access):
        every_term = Either((every_term, *number))
    if meant.gapless:
        every_term = Either((every_term, _all_of(meant.gapless, tail_access, meant)))
    loose = tuple(
        form for form in (whole.base, whole.local, whole.core) if form != whole.full and len(form) >= 2
    )
    keys = [AnyOf("kw", (whole.full,), EXACT_SCORE)]
    # With its place a name stands before its namesakes elsewhere.
    spellings = (tuple(form for form in loose if form != whole.core), loose[-1:])
    keys += [AnyOf("kw", forms, LOOSE_KEY_SCORE) for forms in spellings if forms]
    letters = letter_keys(whole.full) if is_letters(whole.full) else ()
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
    return All(tuple(any_way(term, term_or_tail(term, tail_access), meant) for term in terms))


def _whole(text: str, terms: tuple[str, ...]) -> Name:
    """All that was typed as one name; brackets tell a place inside it."""
    folded = fold(text[: 10 * MAX_QUERY]).strip()[:MAX_QUERY]
    return read_name(folded if "(" in folded else "".join(terms))


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
    return All((Either(tuple(parts)), named_with(heard.word)))


def _similar(whole: Name) -> Node | None:
    wanted = whole.core
    if is_letters(wanted):
        bare = without_read_legal_form(wanted)
        return OneOff("kw", bare, SOUND_SCORE) if len(bare) >= 6 else None
    said = tuple(dict.fromkeys("".join(way) for form in (whole.base, wanted) for way in whole.ways(form)))
    parts: list[Node] = [AnyOf("kw", said, SAID_KEY_SCORE), AnyOf("misread", said, SAID_KEY_SCORE)]
    sounds = dict.fromkeys(tuple(spoken(wanted, way)) for way in whole.ways(wanted))
    parts += [Phrase("py", syllables, SOUND_SCORE) for syllables in sounds if len(syllables) >= 2]
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
        there = Flat(Either(tuple(phrases(place, ("name",)))), THERE_SCORE)
        return [All((AtLeast("u", chars, 1), there))] if place else []
    most = AtLeast("u", chars, max(len(chars) - (1 if len(chars) <= 5 else 2), 2))
    pairs: list[Node] = [Phrase("short", (pair,), 1.0) for pair in dict.fromkeys(bigrams(form))]
    pairs += [AnyOf("u", (pair,), GAPPED_SCORE) for pair in gapped(form)]
    alike = All((most, Either(tuple(pairs))))
    if not place:
        return [alike]
    return [Raised(alike, Flat(Either(tuple(phrases(place, ("name",)))), THERE_SCORE))]
