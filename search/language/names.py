"""What a company's name is made of: region, core, legal form. Names come folded and squashed."""

import csv
import re
from collections.abc import Iterator, KeysView
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from search.language import pinyin
from search.language.text import fold, squash

# Names of GB/T 2260 with their codes. They travel with the package, so that every process cuts names alike.
REGIONS_FILE = Path(__file__).with_name("regions.csv")

_LEGAL_FORM = re.compile(
    "(?:(?:集团|控股|股份)*(?:有限责任公司|股份有限公司|有限公司|责任公司|股份公司|总公司|公司)"
    "|集团|(?:普通|有限)?合伙企业(?:普通合伙|有限合伙)?|个人独资企业|(?:农民)?专业合作社(?:联合社)?"
    "|(?:co)?(?:ltd|limited)|corporation|gmbh)$"
)
_BRACKETED = re.compile(r"\(([^()]*)\)")
_LEGAL_FORM_READ = re.compile(
    "(?:jituan|konggu|gufen)*(?:youxianzerengongsi|gufenyouxiangongsi|youxiangongsi|gufengongsi|gongsi)$"
)
# Words that follow the brand in so many names that people leave them out.
_COMMON_TAIL = re.compile("(?:科技|技术|集团|实业|控股|股份|工业|发展|投资|产业|企业)$")

_PEOPLES = (
    "满族|回族|蒙古族?|朝鲜族|土家族|苗族|畲族|侗族|瑶族|壮族|仫佬族|毛南族|黎族|羌族|彝族|藏族|布依族|仡佬族|水族|"
    "哈尼族|傣族|白族|傈僳族|景颇族|拉祜族|佤族|纳西族|普米族|怒族|独龙族|布朗族|裕固族|哈萨克族?|东乡族|保安族|"
    "撒拉族|土族|维吾尔族?|塔吉克|锡伯|柯尔克孜|达斡尔族|鄂温克族|各族"
)
_UNIT = re.compile("(?:特别行政区|自治[区州县旗]|地区|林区|矿区|新区|[省市县区旗盟])$")
_FAMILY = frozenset("氏记家")  # behind a surname
_LONGEST_PERSON = 4
_PEOPLE = re.compile(f"(?:{_PEOPLES})$")


@dataclass(frozen=True, slots=True)
class _Region:
    codes: tuple[str, ...]
    # A county's name without 县 may just as well be a brand (东方, 和平), a province's or city's is a place.
    certain: bool


@lru_cache(maxsize=4096)
def _short_region(name: str) -> str:
    """黄冈市 -> 黄冈, 黔南布依族苗族自治州 -> 黔南; the whole name where too little would stay."""
    short = _UNIT.sub("", name)
    while short != name and len(_PEOPLE.sub("", short)) >= 2 and _PEOPLE.search(short):
        short = _PEOPLE.sub("", short)
    return short if len(short) >= 2 else name


@lru_cache(maxsize=1)
def _regions() -> dict[str, _Region]:
    with REGIONS_FILE.open(encoding="utf-8", newline="") as file:
        rows = [(row["code"], row["name"]) for row in csv.DictReader(file)]
    codes: dict[str, list[str]] = {}
    certain: set[str] = set()
    for code, name in rows:
        prefix = _significant(code)
        short = _short_region(name)
        certain |= {name} | ({short} if len(prefix) < 6 else set())
        for form in {name, short}:
            codes.setdefault(form, []).append(prefix)
    return {form: _Region(tuple(sorted(found)), form in certain) for form, found in codes.items()}


def _significant(code: str) -> str:
    return code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code


def region_codes(term: str) -> tuple[str, ...]:
    """Code prefixes of the places that go by this name, none for what may just as well be a brand."""
    region = _regions().get(term)
    return region.codes if region and region.certain else ()


def region_names() -> KeysView[str]:
    """All places, whole and short."""
    return _regions().keys()


def split_region(name: str) -> tuple[str, str]:
    """Cut the places off the front: 湖北省黄冈市博元充电 -> (湖北省黄冈市, 博元充电)."""
    places = _places(name)
    start = sum(map(len, places))
    return name[:start], name[start:]


def _places(name: str) -> list[str]:
    places: list[str] = []
    start = 0
    while length := _region_length(name, start):
        places.append(name[start : start + length])
        start += length
    return places


def _region_length(name: str, start: int) -> int:
    known, left = _regions(), len(name) - start
    for length in _region_lengths().get(name[start : start + 2], ()):
        region = known.get(name[start : start + length]) if length <= left - 2 else None
        if region and (region.certain or left - length >= 3):
            return length
    return 0


@lru_cache(maxsize=1)
def _region_lengths() -> dict[str, tuple[int, ...]]:
    """By the first two characters, the longest first."""
    found: dict[str, set[int]] = {}
    for form in _regions():
        found.setdefault(form[:2], set()).add(len(form))
    return {start: tuple(sorted(lengths, reverse=True)) for start, lengths in found.items()}


def local_form(base: str) -> str:
    """`Name.local` of what is the base of a name, its brackets gone."""
    placed = without_legal_form(base)
    leading = _places(placed)
    return "".join(map(_short_region, leading)) + placed[sum(map(len, leading)) :]


def without_legal_form(name: str) -> str:
    return _LEGAL_FORM.sub("", name) or name


def without_read_legal_form(letters: str) -> str:
    """The same for a name typed in pinyin."""
    return _LEGAL_FORM_READ.sub("", letters) or letters


def _brand(core: str) -> str:
    short = _COMMON_TAIL.sub("", core)
    while short != core and len(short) >= 2:
        core, short = short, _COMMON_TAIL.sub("", short)
    return core


@dataclass(frozen=True, slots=True)
class Name:
    """One name in the forms by which people ask for it."""

    full: str
    base: str
    core: str
    brand: str
    # The core behind its place as spoken: 黄冈市博元充电 and 博元(黄冈)充电 are called 黄冈博元充电.
    local: str

    def forms(self) -> Iterator[str]:
        yield from dict.fromkeys((self.full, self.base, self.local, self.core, self.brand))

    def ways(self, form: str) -> tuple[pinyin.Way, ...]:
        """The ways to read one of its forms, the locals' first."""
        return read_ways(form, self.core)


def read_ways(form: str, core: str) -> tuple[pinyin.Way, ...]:
    """The ways to read a form of a name with this core; a surname is read as one at the head of what is a
    person's name, or a brand made of it: 曾氏, 单记.
    """
    head = len(form) - len(core) if form.endswith(core) else 0
    is_person = form == core and len(core) <= _LONGEST_PERSON
    return pinyin.ways(form, head if is_person or not _FAMILY.isdisjoint(core[1:3]) else -1)


def readings_of(name: str, *, person: bool = False) -> tuple[pinyin.Way, ...]:
    """The ways to read a name as it is written, one reading for each character: that of locals first, 长治 as
    chang zhi, then that of software. The name of a person begins with a surname: 曾 is zeng.
    """
    return pinyin.ways(squash(fold(name)), 0 if person else -1)


def _bracketed_regions(name: str) -> tuple[str, list[str]]:
    """The name without the places in brackets, and those: 博元(黄冈)充电 -> (博元充电, [黄冈])."""
    if "(" not in name:
        return name, []
    places = [place for inside in _BRACKETED.findall(name) if (place := squash(inside)) in _regions()]
    return _BRACKETED.sub(lambda found: "" if squash(found[1]) in places else found[0], name), places


def read_name(raw: str) -> Name:
    folded = fold(raw)
    full = squash(folded)
    rest, places = _bracketed_regions(folded)
    base = without_legal_form(full)
    placed = without_legal_form(squash(rest)) if places else base
    leading = _places(placed)
    places += leading
    core = placed[sum(map(len, leading)) :]
    local = "".join(map(_short_region, places)) + core
    return Name(full, base, core, _brand(core), local)
