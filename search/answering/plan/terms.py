"""The ways in which one term may be found."""

from search.answering.plan.nodes import All, AnyOf, Either, Flat, Node, Phrase, Starting
from search.answering.plan.scores import (
    BEGINS_SCORE,
    HEARD_INITIALS_WEIGHT,
    HEARD_KEY_SCORE,
    HEARD_SCORE,
    INITIALS_WEIGHT,
    MISREAD_SCORE,
    NAME_WEIGHT,
    OTHER_ABOUT_SCORE,
    OTHER_KEY_SCORE,
    OTHER_NAME_SCORE,
    OTHER_TEXT_SCORE,
    PLACE_SCORE,
    SHORT_WEIGHT,
    SOUND_SCORE,
    TERM_KEY_SCORE,
    TEXT_WEIGHT,
    TYPED_NAME_SCORE,
    TYPED_SCORE,
)
from search.answering.tokens import (
    backwards,
    beginning,
    letter_bigrams,
    tokens,
)
from search.language import pinyin
from search.language.names import (
    read_name,
    region_codes,
    split_region,
    without_legal_form,
    without_read_legal_form,
)
from search.language.numbers import phone_number
from search.language.text import MAX_QUERY, is_dense, is_letters, runs
from search.language.words import Heard, Meant

# Digits at the end of a number by which people look for it; signs at the end of a code, at least.
TAIL = 4
END_OF_CODE = 6


def letter_keys(letters: str) -> tuple[str, ...]:
    bare = without_read_legal_form(pinyin.respell(letters))
    return (bare,) if len(bare) >= 2 else (letters,)


def term_or_tail(term: str, tail_access: tuple[str, ...]) -> Node:
    """A few digits may also be the end of a number, for those who may read it in full."""
    if not tail_access or not (len(term) == TAIL and term.isascii() and term.isdigit()):
        return _term(term)
    return Either((_term(term), _tail(term, tail_access)))


def whole_number(text: str, tail_access: tuple[str, ...]) -> list[Node]:
    """What was typed as a number in full, for the same people who may find it by its end."""
    number = phone_number(text[:MAX_QUERY])
    return [_tail(number, tail_access)] if number and tail_access else []


def _tail(digits: str, tail_access: tuple[str, ...]) -> Node:
    return All((AnyOf("tails", (digits,), TERM_KEY_SCORE), AnyOf("tail_access", tail_access, 0.0)))


def any_way(term: str, typed: Node, meant: Meant) -> Node:
    """A term as typed, or by the county's words."""
    others, heard = meant.others_of(term), meant.heard_in(term)
    if not others and not heard:
        return typed
    parts = [typed, *map(_heard, heard)]
    if others:
        parts += [*_as_typed(term, typed), *(part for other in others for part in _other(other))]
    return Either(tuple(parts))


def _as_typed(term: str, typed: Node) -> list[Node]:
    named = Either((AnyOf("kw", (term,), 0.0), *phrases(term, ("name", "short"))))
    # Letters are also taken for sounds and initials, which is more of a guess than the county's word.
    said: Node = Either((named, *phrases(term, ("text",)))) if is_letters(term) else typed
    return [Flat(named, TYPED_NAME_SCORE), Flat(said, TYPED_SCORE)]


def _other(term: str) -> list[Node]:
    # Whole, never without its place: without it 宁德时代 would be 时代, which is the key of others.
    forms = tuple(dict.fromkeys((term, without_legal_form(term))))
    named = [phrase for form in forms for phrase in phrases(form, ("name", "short"))]
    return [
        AnyOf("kw", forms, OTHER_KEY_SCORE),
        AnyOf("about", forms, OTHER_ABOUT_SCORE),
        Flat(Either((*named, *_placed(term))), OTHER_NAME_SCORE),
        *(Flat(phrase, OTHER_TEXT_SCORE) for phrase in phrases(term, ("text",))),
    ]


def _heard(heard: Heard) -> Node:
    key = AnyOf("kw", (heard.letters,), HEARD_KEY_SCORE)
    if heard.syllables:
        spoken_so: Node = Phrase("py", heard.syllables, HEARD_SCORE, open=True)
    else:
        spoken_so = Phrase("ini", tuple(letter_bigrams(heard.initials)[1:]), HEARD_INITIALS_WEIGHT)
    return All((Either((key, spoken_so)), named_with(heard.word)))


def named_with(word: str) -> Node:
    return Flat(Either(tuple(phrases(word, ("name",)))), 0.0)


def _term(term: str) -> Node:
    if is_letters(term):
        return Either(tuple(_letters(term)))
    if len(term) == 1:
        begins = AnyOf("u", (beginning(term),), BEGINS_SCORE)
        return Either((begins, AnyOf("u", (term,), SOUND_SCORE), *phrases(term, ("name", "text"))))
    name = read_name(term)
    parts: list[Node] = [AnyOf("kw", tuple(name.forms()), TERM_KEY_SCORE)]
    parts += phrases(term, ("name", "short", "text"))
    if name.base != name.full:
        parts += phrases(name.base, ("name", "short"))
    parts += _placed(term)
    parts += _mixed(term)
    if len(term) >= 4 and any(char.isdigit() for char in term) and term.isascii():
        parts.append(Starting("kw", term, TERM_KEY_SCORE))
        parts += _end_of_code(term)
    return Either(tuple(parts))


def _end_of_code(term: str) -> list[Node]:
    return [Starting("kw", backwards(term), TERM_KEY_SCORE)] if len(term) >= END_OF_CODE else []


_WEIGHTS = {"name": NAME_WEIGHT, "short": SHORT_WEIGHT, "text": TEXT_WEIGHT}


def phrases(term: str, fields: tuple[str, ...]) -> list[Node]:
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
    there: list[Node] = phrases(place, ("name",))
    there += [AnyOf("region", region_codes(place), PLACE_SCORE)] if region_codes(place) else []
    return [All((Either(tuple(there)), Either(tuple(phrases(rest, ("name", "short", "text"))))))]


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
