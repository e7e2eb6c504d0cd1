"""What is indexed of a document: the same tokens for every backend."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from operator import add

from search import pinyin
from search.interface import LEVELS, Document
from search.names import Name, read_name
from search.text import clean, fold, is_dense, runs, squash

# Bump when the tokens of any document change: indexes made by another version refuse to answer.
ANALYSIS_VERSION = "5"

MAX_NAME = 200
MAX_NAMES = 50
MAX_TEXT = 20_000
MAX_KEY = 250
MAX_VALUES = 200
_LONG_CODE = 15
# A token of its own between two names, so that no phrase runs from one into the next.
_BETWEEN = " | "
# Alone where a document has no words. Weighing how rare and how long the words of a field are, Elasticsearch
# leaves documents without any out, tantivy counts all: with this both count all. No query can ask for it.
NO_WORDS = "|"
SCORED = ("name", "short", "text", "py", "ini", "u")


@dataclass(frozen=True, slots=True)
class Analysis:
    """Space-separated tokens a field, NO_WORDS if none. `whole` has the fields of whole values, `kw`, `about`
    and `access` among them; empty ones are left out."""

    name: str
    short: str
    text: str
    py: str
    ini: str
    u: str
    whole: Mapping[str, tuple[str, ...]]
    # Base forms of its own names and of those it is about, to compare with when a query is misspelt.
    bases: tuple[str, ...]
    about_bases: tuple[str, ...]


def bigrams(run: str) -> list[str]:
    return list(map(add, run, run[1:])) if len(run) > 1 and is_dense(run) else [run]


def tokens(text_runs: Iterable[str]) -> list[str]:
    return [token for run in text_runs for token in bigrams(run)]


def letter_bigrams(letters: str) -> list[str]:
    """`^` and the first letter stand in front, for those who have typed one letter so far."""
    return [f"^{letters[0]}", *map(add, letters, letters[1:])]


def gapped(core: str) -> list[str]:
    """What of a brand's neighbours but one is left when the character between them is wrong."""
    return [f"{first}*{second}" for first, second in zip(core[:2], core[2:4], strict=False)]


def spoken(squashed: str) -> list[str]:
    """Syllables, with runs of letters and digits whole."""
    parts = runs(squashed)
    if len(parts) == 1 and is_dense(squashed):
        return list(pinyin.readings(squashed))
    return [part for run in parts for part in (pinyin.readings(run) if is_dense(run) else [run])]


@lru_cache(maxsize=1024)
def sounds(squashed: str) -> tuple[str, str]:
    """(joined pinyin, initials)."""
    read = pinyin.readings(squashed)
    return "".join(read), pinyin.initials(read)


@lru_cache(maxsize=8192)
def _prefixes(code: str) -> tuple[str, ...]:
    code = clean(code).strip()[:12]
    return tuple(code[:end] for end in range(1, len(code) + 1))


@lru_cache(maxsize=8192)
def _levels(region: str, industry: str) -> dict[str, tuple[str, ...]]:
    """330200 is a city: it counts for its province and itself, not for a county."""
    codes = {"region": clean(region).strip(), "industry": clean(industry).strip().upper()}
    found: dict[str, tuple[str, ...]] = {}
    for level, (field, length) in LEVELS.items():
        code = codes[field][:length]
        if len(code) == length and not (field == "region" and code.endswith("00")):
            found[level] = (code,)
    return found


@lru_cache(maxsize=8192)
def _values(held: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(clean(value)[:MAX_KEY] for value in held if value))[:MAX_VALUES]


def whole_values(document: Document) -> dict[str, tuple[str, ...]]:
    """What is filtered and counted by."""
    held = {
        "kind": _values((document.kind,)),
        "region": _prefixes(document.region),
        "industry": _prefixes(document.industry.upper()),
        **_levels(document.region, document.industry),
        "stage": _values((document.stage,)),
        "status": _values((document.status,)),
        "units": _values(tuple(document.units)),
        "teams": _values(tuple(document.teams)),
        "owners": _values(tuple(document.owners)),
        "tags": _values(tuple(document.tags)),
        "access": usable_access(document.access),
        "tails": _values(tuple(document.tails)),
        "tail_access": usable_access(document.tail_access),
    }
    return _filled(held)


def _filled(held: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {field: values for field, values in held.items() if values}


def usable_access(held: Iterable[str]) -> tuple[str, ...]:
    """Tokens that can be stored as they are. The others match nobody: repairing could make two equal."""
    return _usable(tuple(held))


@lru_cache(maxsize=8192)
def _usable(held: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({one for one in held if one and len(one) <= MAX_KEY and _encodable(one)}))


def _encodable(text: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in text)


def _name_keys(name: Name) -> Iterable[str]:
    yield from name.forms()
    for form in dict.fromkeys((name.base, name.local, name.core, name.brand)):
        yield from sounds(form)


def _exact_keys(exact: Iterable[str]) -> Iterable[str]:
    """Long codes backwards as well, for those who have only the end of one."""
    for key in exact:
        code = squash(fold(key))
        yield code
        if len(code) >= _LONG_CODE and code.isascii():
            yield backwards(code)


def backwards(code: str) -> str:
    """As a key of its own sort: no code begins like this."""
    return f"<{code[::-1]}"


def _keys(names: list[Name], exact: Iterable[str] = ()) -> tuple[str, ...]:
    found = [*(key for name in names for key in _name_keys(name)), *_exact_keys(exact)]
    return tuple(dict.fromkeys(key[:MAX_KEY] for key in found if len(key) >= 2))


def _read_names(raw_names: Iterable[str]) -> list[Name]:
    read = (read_name(raw[:MAX_NAME]) for raw in list(dict.fromkeys(raw_names))[:MAX_NAMES])
    return [name for name in read if name.full]


def _bases(names: Iterable[Name]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.base for name in names))


def analyse(document: Document) -> Analysis:
    own = _read_names((document.title, *document.names))
    about = _read_names(document.about)
    names = list(dict.fromkeys((*own, *about)))
    cores = dict.fromkeys(name.core for name in names)
    said = dict.fromkeys(form for name in names for form in (name.base, name.local))
    return Analysis(
        name=_BETWEEN.join(" ".join(tokens(runs(name.full))) for name in names) or NO_WORDS,
        short=_BETWEEN.join(" ".join(tokens(runs(core))) for core in cores) or NO_WORDS,
        text=" ".join(tokens(runs(fold(document.text[:MAX_TEXT])))) or NO_WORDS,
        py=_BETWEEN.join(" ".join(spoken(form)) for form in said) or NO_WORDS,
        ini=_BETWEEN.join(" ".join(letter_bigrams(sounds(form)[1])) for form in said) or NO_WORDS,
        u=" ".join(dict.fromkeys(char for core in cores for char in (*core, *gapped(core)))) or NO_WORDS,
        whole=_filled({"kw": _keys(own, document.keys), "about": _keys(about), **whole_values(document)}),
        bases=_bases(own),
        about_bases=_bases(about),
    )
