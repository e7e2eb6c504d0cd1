"""Places in company names: which words at the front of a name only say where it is registered. Pure."""

import csv
import re
from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).with_name("data")
DIVISIONS_FILE = DATA / "divisions.csv"
INDUSTRIES_FILE = DATA / "gbt4754_2017.csv"
INDUSTRY_WORDS_FILE = DATA / "industry_words.csv"  # word, code, and the name of the class for who reads it
INDUSTRY_EDITION = "2017"
FIRST_DIVISIONS = "2023"  # the list of mid-2023, with which the table began

_UNIT = re.compile("(?:特别行政区|自治区|自治州|自治县|自治旗|地区|林区|新区|省|市|盟|县|区|旗)$")
_PEOPLES = re.compile(
    "(?:维吾尔|哈萨克|蒙古|柯尔克孜|(?:壮|回|蒙古|藏|苗|彝|侗|瑶|土家|布依|哈尼|傣|白|傈僳|朝鲜|羌|景颇)族)+$"
)
_OLD_KIND = re.compile(
    "^[县州](?=..)"
)  # 邢台县 is gone, 黔西南州 is no official name: both stand in company names
_SHORTEST_CORE = 2  # a name must keep at least so much after its places are cut
_LONG_CORE = 4  # and so much after what may just as well be a brand


def short_name(name: str) -> str:
    """黄冈市 -> 黄冈, 恩施土家族苗族自治州 -> 恩施; the name itself when little would stay."""
    short = _UNIT.sub("", name)
    bare = _PEOPLES.sub("", short) if short != name else short
    return next((form for form in (bare, short) if len(form) >= 2), name)


@lru_cache(maxsize=1)
def _places() -> tuple[frozenset[str], frozenset[str]]:
    """(names that are surely places, names that may just as well be a brand)."""
    certain: set[str] = set()
    doubtful: set[str] = set()
    with DIVISIONS_FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["kind"] == "1":
                continue
            certain.add(row["name"])
            short = short_name(row["name"])
            if row["level"] != "3":
                certain.add(short)
            elif row["name"].endswith(("市", "县")):
                doubtful.add(short)
    return frozenset(certain), frozenset(doubtful - certain)


def place_names() -> frozenset[str]:
    """Names of provinces, prefectures and counties; the first two also without 省, 市 and the like."""
    return _places()[0]


@lru_cache(maxsize=1)
def _by_beginning() -> dict[str, list[tuple[str, int]]]:
    """First two characters -> the places that begin so, the longest first, and how much a name must keep
    behind each.
    """
    certain, doubtful = _places()
    found: dict[str, list[tuple[str, int]]] = {}
    for places, kept in ((certain, _SHORTEST_CORE), (doubtful, _LONG_CORE)):
        for place in places:
            if len(place) > 1:
                found.setdefault(place[:2], []).append((place, kept))
    for those in found.values():
        those.sort(key=lambda one: -len(one[0]))
    return found


def without_places(name: str) -> str:
    """Cuts the places off the front, also several: 湖北省黄冈市博元充电 -> 博元充电.

    A county without its 市 or 县 (昆山, but also 东方) is cut only where a long name remains.
    """
    while length := _leading_place(name):
        name = _OLD_KIND.sub("", name[length:])
    return name


def _leading_place(name: str) -> int:
    for place, kept in _by_beginning().get(name[:2], ()):
        if name.startswith(place) and len(name) - len(place) >= kept:
            return len(place)
    return 0


# --- where a name says a company is ---

_MUNICIPALITIES = frozenset({"11", "12", "31", "50"})  # 北京 天津 上海 重庆: one prefecture each
_COUNTIES_APART = "90"  # third and fourth digit of counties right under their province
_BRACKETS = re.compile(r"\(([^()]*)\)")


def place_prefix(code: str) -> str:
    """The beginning of a division code that names its prefecture; its province where it says no more."""
    if code[:2] in _MUNICIPALITIES or code[2:] == "0000":
        return code[:2]
    return code if code[2:4] == _COUNTIES_APART else code[:4]


@lru_cache(maxsize=1)
def _prefixes() -> dict[str, frozenset[str]]:
    """Every way of writing a place, also 苏州 and 昆山, -> the prefectures it may lie in."""
    found: dict[str, set[str]] = {}
    with DIVISIONS_FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["kind"] != "1":
                for form in {row["name"], short_name(row["name"])}:
                    found.setdefault(form, set()).add(place_prefix(row["code"]))
    return {form: frozenset(prefixes) for form, prefixes in found.items()}


def places_in(name: str) -> frozenset[str]:
    """The prefectures (or provinces) that a company name speaks of at its front or in brackets: 3205 for
    江苏苏州澜川新材料(昆山)有限公司, nothing for 中源科技. `name` is folded: half width, simplified.
    """
    prefixes = _prefixes()
    in_brackets = [prefixes[word] for word in _BRACKETS.findall(name) if word in prefixes]
    at_front: list[frozenset[str]] = []
    while length := _leading_place(name):
        at_front.append(prefixes.get(name[:length], frozenset()))
        name = name[length:]
    found = in_brackets or at_front
    # 吉林省吉林市: the narrower of what agrees.
    return max(found, key=lambda each: max(map(len, each), default=0)) if found else frozenset()
