"""How alike a misspelt query and a name are, in characters or in sound."""

from collections.abc import Iterable

from rapidfuzz import fuzz

from search.names import split_region
from search.plan import Plan
from search.text import is_letters
from search.tokens import sounds

ALIKE_ENOUGH = 0.6
# Letters overlap by chance far more than characters do.
SOUNDS_ENOUGH = 0.85
# A match inside a longer name, or in sound only, yields to one of the same closeness without this.
_INSIDE = 0.95
_BY_SOUND = 0.93


def similarity(plan: Plan, bases: Iterable[str]) -> float:
    """0 to 1, the best over all names of a record (given in their base form)."""
    forms = {form for base in bases for form in (base, split_region(base)[1])}
    return max((max(_looks(plan, form), _sounds(plan, form)) for form in forms), default=0.0)


def _looks(plan: Plan, name: str) -> float:
    if is_letters(plan.wanted):
        return 0.0
    whole = max(fuzz.ratio(plan.wanted, name), fuzz.ratio(plan.wanted_placed, name)) / 100
    if 3 <= len(plan.wanted) < len(name):
        return max(whole, _INSIDE * fuzz.partial_ratio(plan.wanted, name) / 100)
    return whole


def _sounds(plan: Plan, name: str) -> float:
    read = sounds(name)[0]
    closeness = fuzz.ratio(plan.wanted_sound, read) / 100
    if len(plan.wanted) >= 3 and len(plan.wanted_sound) < len(read):
        closeness = max(closeness, _INSIDE * fuzz.partial_ratio(plan.wanted_sound, read) / 100)
    return _BY_SOUND * closeness if closeness >= SOUNDS_ENOUGH else 0.0
