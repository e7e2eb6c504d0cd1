"""How alike a misspelt query and a name are, in characters or in sound."""

from collections.abc import Iterable, Sequence
from functools import partial
from itertools import repeat

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Indel, LCSseq, Levenshtein

from search.answering.plan import Plan
from search.language import pinyin
from search.language.names import local_form, read_ways, split_region
from search.language.slips import is_one_slip
from search.language.text import is_letters

ALIKE_ENOUGH = 0.6
# Letters overlap by chance far more than characters do.
SOUNDS_ENOUGH = 0.85
# What it costs when a character is left out, too many, or another: nobody types one too many as easily.
_SLIPS, _SLIP = (2, 3, 2), 2
# Letters left out and put in where one syllable is taken for another: zh for z, n for ng, l for n.
_MISHEARD = 2
# A match inside a longer name, or in sound only, yields to one of the same closeness without this.
_AT_START, _INSIDE = 0.95, 0.9
_BY_SOUND = 0.93
_SHORTEST_PIECE = 3  # characters of a name that are told from those of others
# Whatever bears the name itself comes first.
_ABOUT = 0.99
# From here on whole legal names but for one slip.
NEARLY = 0.97


def similarity(plan: Plan, bases: Sequence[str], about: Sequence[str] = ()) -> float:
    """0 to 1, the best over all names of a record (given in their base form) and of what it is about."""
    closest = _closest(plan, bases)
    if about:
        closest = max(closest, _ABOUT * _closest(plan, about))
    if not plan.wholes:
        return closest
    # Two steps; in each, those that are closer come first.
    return NEARLY + (1 - NEARLY) * closest if is_nearly(plan, bases) else NEARLY * closest


def is_nearly(plan: Plan, bases: Sequence[str]) -> bool:
    """Whether what was typed as a whole legal name is one of these but for one slip, the place included."""
    possible = [base for base in bases if _has_nearly(plan, base)]
    return any(_is_whole(plan, base) or _is_whole(plan, local_form(base)) for base in possible)


def _has_nearly(plan: Plan, base: str) -> bool:
    """Whether all characters but one of what was typed stand in the base, in their order: those of the local
    form all do.
    """
    return any(_in_common(whole, base) >= len(whole) - 1 for whole in plan.wholes)


def _is_whole(plan: Plan, form: str) -> bool:
    return any(whole == form or is_one_slip(whole, form) for whole in plan.wholes)


def _closest(plan: Plan, bases: Sequence[str]) -> float:
    close = [_close(plan, base) for base in bases]
    if plan.other_sounds:
        close += [_by_reading(plan, base) for base in bases]
    return max(close, default=0.0)


def _by_reading(plan: Plan, base: str) -> float:
    """By the county's reading of a word, which mostly is a place: so with the place."""
    return _by_sound(plan.other_sounds, pinyin.ways(base), plan.wanted)


def _close(plan: Plan, base: str) -> float:
    core = split_region(base)[1]
    ways = read_ways(core, core)
    closest = _alike(plan.wanted, plan.wanted_sound, core, ways)
    if core != base:
        closest = max(closest, _spelt(plan.wanted, base))
    if plan.wanted_placed == plan.wanted:
        return closest
    # Typed with its place, or with a brand that was taken for one: both ways of reading it count.
    placed = _alike(plan.wanted_placed, plan.placed_sound, core, ways)
    if core != base:
        ways = read_ways(base, base)
        placed = max(placed, _alike(plan.wanted_placed, plan.placed_sound, base, ways))
    return max((closest + placed) / 2, min(closest, ALIKE_ENOUGH))


def _alike(wanted: str, sound: str, name: str, ways: Sequence[pinyin.Way]) -> float:
    looks = _looks(wanted, name)
    # Nothing that only sounds alike comes higher.
    if looks >= _BY_SOUND:
        return looks
    return max(looks, _by_sound((sound,), ways, wanted))


def _looks(wanted: str, name: str) -> float:
    if is_letters(wanted):
        return 0.0
    closest = _spelt(wanted, name)
    if len(wanted) < 3 or len(wanted) >= len(name):
        return closest
    # What the whole name lacks of the characters typed, in their order, every piece of it lacks too.
    most = _in_common(wanted, name) / len(wanted)
    if closest >= _AT_START * most:
        return closest
    sizes = (len(wanted), len(wanted) + 1)  # what was typed may lack a character
    closest = max(closest, _AT_START * _part_spelt(wanted, [name[:size] for size in sizes]))
    if closest >= _INSIDE * most:
        return closest
    inside = [name[at : at + size] for size in sizes for at in range(1, len(name) - size + 1)]
    return max(closest, _INSIDE * _part_spelt(wanted, inside))


def _within(start: int) -> float:
    return _INSIDE if start else _AT_START


def _part_spelt(wanted: str, parts: Iterable[str]) -> float:
    """Of the part that is closest."""
    return 1.0 - min(map(_cost, repeat(wanted), parts)) / (_SLIP * len(wanted))


def _spelt(wanted: str, name: str) -> float:
    return 1.0 - _cost(wanted, name) / (_SLIP * max(len(wanted), len(name), 1))


_cost = partial(Levenshtein.distance, weights=_SLIPS)


def _in_common(typed: str, right: str) -> int:
    """Characters of the one that stand in the other in the same order."""
    return LCSseq.similarity(typed, right)


def _by_sound(wanted: Sequence[str], ways: Sequence[pinyin.Way], typed: str) -> float:
    closeness = max([_sounds_like(sound, way, typed) for sound in wanted for way in ways])
    return _BY_SOUND * closeness if closeness >= SOUNDS_ENOUGH else 0.0


def _sounds_like(wanted: str, read: Sequence[str], typed: str) -> float:
    joined = "".join(read)
    if is_letters(typed):
        return _lettered(wanted, joined)
    if _in_common(wanted, joined) < len(wanted) - _MISHEARD:
        return 0.0  # nearly every name, and no piece of it has more
    whole = _heard(wanted, joined)
    if len(typed) >= len(read):
        return whole
    if len(typed) < _SHORTEST_PIECE:
        # Two characters are a brand where they begin a name, and only when no letter is otherwise.
        return max(whole, _AT_START * (wanted == "".join(read[: len(typed)])))
    starts = range(len(read) - len(typed) + 1)
    parts = ["".join(read[start : start + len(typed)]) for start in starts]
    near = process.extract(wanted, parts, scorer=Indel.distance, score_cutoff=_MISHEARD, limit=None)
    return max(whole, *(_within(start) * _heard(wanted, part) for part, _apart, start in near), 0.0)


def _lettered(wanted: str, read: str) -> float:
    whole = fuzz.ratio(wanted, read) / 100
    if len(wanted) >= 3 and len(wanted) < len(read):
        return max(whole, _AT_START * fuzz.partial_ratio(wanted, read) / 100)
    return whole


def _heard(wanted: str, read: str) -> float:
    """Nothing when more than one syllable is misheard: most names have most of their letters in common."""
    apart = Indel.distance(wanted, read, score_cutoff=_MISHEARD)
    return 1.0 - apart / (len(wanted) + len(read)) if wanted and apart <= _MISHEARD else 0.0
