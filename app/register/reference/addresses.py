"""Which place an address begins with, as far as the table of divisions knows it. Pure.

浙江杭州-西湖 and 中国浙江省杭州市西湖区北山街道 mean one place. What follows the last known name costs
nothing: of 喀什地区某某县 the prefecture stays. What several places are called means none of them.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from app.register.reference.rules import short_name

_CODE_LENGTHS = frozenset({2, 4, 6, 9, 12})
_SIX = 6
_COUNTY = 3  # depth
_BETWEEN = re.compile(r"[\s,，、;；:：/\\()\[\]\-\u2010-\u2015·•・|>_.]+")
_COUNTRY = re.compile("^(?:中华人民共和国|中国)")
# Rows of the table that hold counties and that some write down.
_HOLDERS = re.compile("市辖区|(?:省|自治区)直辖县级行政(?:区划|单位)|直辖县级")
# A name of a county that the table lacks: 某某区, but not the 区 of 某某街道 or 经济开发区管委会.
_UNKNOWN_COUNTY = re.compile("^([^县市区旗镇乡街路道号]{1,10}(?:[县市旗]|区))")
_CALLED = {"自治州": "州", "自治县": "县", "自治旗": "旗", "自治区": "自治区"}
_ADMINISTRATIVE = re.compile("[县市区旗镇乡]")


@dataclass(frozen=True, slots=True)
class NamedDivision:
    """A division as addresses name it; what has ended names the one that took over as its `successor`."""

    code: str
    name: str
    full_name: str
    depth: int
    successor: str = ""

    @property
    def digits(self) -> str:
        """What the codes of all places inside begin with."""
        return self.code[: 2 * self.depth]


@dataclass(frozen=True, slots=True)
class Address:
    """The place, and the name of a county behind it that the table does not know."""

    place: NamedDivision
    unknown: str = ""


@dataclass(frozen=True, slots=True)
class _Match:
    place: NamedDivision
    end: int


class Gazetteer:
    """The places, by code and by every way to write their names."""

    def __init__(self, places: Iterable[NamedDivision]) -> None:
        self.places: dict[str, NamedDivision] = {}
        self._forms: dict[str, list[tuple[str, NamedDivision]]] = defaultdict(list)
        for place in places:
            self.places[place.code] = place
            for form in {short_name(place.name), *_names(place.name)}:
                self._forms[form[:2]].append((form, place))
        for found in self._forms.values():
            found.sort(key=lambda pair: -len(pair[0]))
        self._known = lru_cache(maxsize=4096)(self._read)  # lists repeat their places

    def full_name(self, code: str) -> str:
        return self.places[code].full_name

    def read(self, text: str) -> Address | None:
        """The place that a code or an address means; None when no known place stands at its front, or several
        do.
        """
        return self._known(text) if text else None

    def _read(self, text: str) -> Address | None:
        plain = unicodedata.normalize("NFKC", text).strip()
        digits = plain.replace(" ", "")
        if digits.isascii() and digits.isdigit():
            return self._by_code(digits)
        address = _BETWEEN.sub(" ", _COUNTRY.sub("", _BETWEEN.sub(" ", plain).strip())).strip()
        best = self._best(self._ways(address, 0, None))
        return Address(best.place, _unknown_behind(address[best.end :], best.place)) if best else None

    def _by_code(self, digits: str) -> Address | None:
        """A code nobody knows keeps its prefecture or province."""
        six = digits[:_SIX].ljust(_SIX, "0") if len(digits) in _CODE_LENGTHS else ""
        known = (code for code in (six, six[:4] + "00", six[:2] + "0000") if code in self.places)
        code = next(known, None)
        return Address(self.places[code]) if code else None

    def _ways(self, text: str, start: int, inside: NamedDivision | None) -> Iterator[_Match]:
        """The places that the text may name here, each as deep as it goes on to say."""
        at = _skip(text, start, inside)
        for form, place in self._forms.get(text[at : at + 2], ()):
            if not text.startswith(form, at) or not _lies_in(place, inside):
                continue
            end = at + len(form)
            deeper = self._best(self._ways(text, end, place))
            if deeper:
                yield deeper
            elif form in _names(place.name) or _may_be_short(text, end, place, inside):
                yield _Match(place, end)

    def _best(self, ways: Iterable[_Match]) -> _Match | None:
        """Who explains most of the text; of those the widest, and who took over rather than who ended."""
        found = list(ways)
        furthest = max((way.end for way in found), default=0)
        far = {way.place.code: way for way in found if way.end == furthest}
        widest = min((way.place.depth for way in far.values()), default=0)
        left = [way for way in far.values() if way.place.depth == widest and way.place.successor not in far]
        return left[0] if len(left) == 1 else None


@lru_cache(maxsize=8192)
def _names(name: str) -> tuple[str, ...]:
    """With the kind of division: 恩施土家族苗族自治州 is called 恩施州, 新疆维吾尔自治区 新疆自治区."""
    kind = next((called for ending, called in _CALLED.items() if name.endswith(ending)), "")
    return (name, short_name(name) + kind) if kind else (name,)


def _skip(text: str, start: int, inside: NamedDivision | None) -> int:
    """Past gaps, rows that only hold the table together, and the place's own name said twice."""
    at = start
    while at < len(text):
        if text[at] == " ":
            at += 1
        elif inside and (holder := _HOLDERS.match(text, at)):
            at = holder.end()
        elif inside and text.startswith(inside.name, at):
            at += len(inside.name)
        else:
            break
    return at


def _lies_in(place: NamedDivision, inside: NamedDivision | None) -> bool:
    return inside is None or (place.depth > inside.depth and place.code.startswith(inside.digits))


def _may_be_short(text: str, end: int, place: NamedDivision, inside: NamedDivision | None) -> bool:
    """A name without 市 or 县: alone before a gap, or before more of an address; 南京东路 is a street.

    A county's may just as well be a brand, so that something must stand before it.
    """
    if place.depth == _COUNTY and inside is None:
        return False
    return end == len(text) or text[end] == " " or bool(_ADMINISTRATIVE.search(text, end))


def _unknown_behind(rest: str, place: NamedDivision) -> str:
    found = _UNKNOWN_COUNTY.match(rest.strip()) if place.depth < _COUNTY else None
    return found[1] if found else ""
