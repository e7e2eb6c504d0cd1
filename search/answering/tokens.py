"""What is indexed of a document: the same tokens for every backend."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import add
from pathlib import Path

from search.interface import LEVELS, Document
from search.language import pinyin
from search.language.names import REGIONS_FILE, Name, read_name
from search.language.text import clean, fold, is_dense, runs, squash


def _made_by(*files: Path) -> str:
    return hashlib.blake2b(b"".join(file.read_bytes() for file in files), digest_size=4).hexdigest()


# Bump the number when the tokens of any document change: indexes made by another version refuse to answer.
# The tables of places and readings speak for themselves.
ANALYSIS_VERSION = f"6.{_made_by(pinyin.READINGS_FILE, REGIONS_FILE)}"

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
# Whole keys: its own, its own as software reads them, those of what it is about.
KEYS = ("kw", "misread", "about")
SCORED = ("name", "short", "text", "py", "mispy", "ini", "u")


@dataclass(frozen=True, slots=True)
class Analysis:
    """Space-separated tokens a field, NO_WORDS if none; `mispy` is `py` as software reads what locals read
    otherwise. `whole` has the fields of whole values, KEYS and
    `access` among them; empty ones are left out.
    """

    name: str
    short: str
    text: str
    py: str
    mispy: str
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


def beginning(char: str) -> str:
    """Stands in `u` where a name begins with this character."""
    return f"^{char}"


def spoken(squashed: str, way: pinyin.Way = ()) -> list[str]:
    """Syllables, with runs of letters and digits whole; read in this way, else as locals do."""
    way, parts = way or pinyin.readings(squashed), runs(squashed)
    if len(parts) == 1 and is_dense(squashed):
        return list(way)
    said, start = list[str](), 0
    for run in parts:
        said += way[start : start + len(run)] if is_dense(run) else [run]
        start += len(run)
    return said


@lru_cache(maxsize=1024)
def sounds(squashed: str) -> tuple[str, str]:
    """(joined pinyin, initials)."""
    return _sounds_of(pinyin.readings(squashed))


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
    for form in _spoken_forms(name):
        yield from _sounds_of(name.ways(form)[0])


def _other_keys(names: Iterable[Name]) -> Iterable[str]:
    """How names are also read, but not by locals."""
    for name in names:
        for form in _spoken_forms(name):
            for way in name.ways(form)[1:]:
                yield from _sounds_of(way)


def _spoken_forms(name: Name) -> Iterable[str]:
    return dict.fromkeys((name.base, name.local, name.core, name.brand))


def _sounds_of(way: pinyin.Way) -> tuple[str, str]:
    return "".join(way), pinyin.initials(way)


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
    return _long_enough((*(key for name in names for key in _name_keys(name)), *_exact_keys(exact)))


def _all_keys(own: list[Name], about: list[Name], exact: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """How it is read otherwise than by locals stands apart, to come behind; of what a record hangs on,
    where all come behind, it does not.
    """
    return {
        "kw": _keys(own, exact),
        "misread": _long_enough(_other_keys(own)),
        "about": _long_enough((*_keys(about), *_other_keys(about))),
    }


def _long_enough(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key[:MAX_KEY] for key in keys if len(key) >= 2))


def _read_names(raw_names: Iterable[str]) -> list[Name]:
    read = (read_name(raw[:MAX_NAME]) for raw in list(dict.fromkeys(raw_names))[:MAX_NAMES])
    return [name for name in read if name.full]


def _characters(cores: Iterable[str]) -> Iterator[str]:
    for core in cores:
        yield from core
        yield from gapped(core)


def _heads(names: Iterable[Name]) -> Iterable[str]:
    return dict.fromkeys(form[0] for name in names for form in (name.full, name.core))


def _bases(names: Iterable[Name]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.base for name in names))


def _phrases(spelt: Iterable[Sequence[str]]) -> str:
    return _BETWEEN.join(map(" ".join, spelt)) or NO_WORDS


def analyse(document: Document) -> Analysis:
    own = _read_names((document.title, *document.names))
    about = _read_names(document.about)
    names = list(dict.fromkeys((*own, *about)))
    cores = dict.fromkeys(name.core for name in names)
    said = dict.fromkeys((form, name.ways(form)) for name in names for form in (name.base, name.local))
    initials = dict.fromkeys(_sounds_of(way)[1] for _form, ways in said for way in ways)
    return Analysis(
        name=_phrases(tokens(runs(name.full)) for name in names),
        short=_phrases(tokens(runs(core)) for core in cores),
        text=" ".join(tokens(runs(fold(document.text[:MAX_TEXT])))) or NO_WORDS,
        py=_phrases(spoken(form, ways[0]) for form, ways in said),
        mispy=_phrases(spoken(form, way) for form, ways in said for way in ways[1:]),
        ini=_phrases(map(letter_bigrams, initials)),
        u=" ".join(dict.fromkeys((*_characters(cores), *map(beginning, _heads(names))))) or NO_WORDS,
        whole=_filled({**_all_keys(own, about, document.keys), **whole_values(document)}),
        bases=_bases(own),
        about_bases=_bases(about),
    )
