"""Names of companies as keys by which they are found, and how alike two of them are."""

import re
import unicodedata
from collections.abc import Mapping
from enum import IntEnum
from functools import lru_cache

from opencc import OpenCC
from rapidfuzz import fuzz

from app.core.values.clean import fold_radicals
from app.register.reference.rules import place_names, place_prefix, places_in, without_places

NAME_LENGTH = 120
HEAD_LENGTH = 2  # characters of the core by which near names are looked up
_ALIKE = 80  # rapidfuzz ratio (0-100) of two cores from which people should look
_MUCH_ALIKE = 90
_SEPARATORS = re.compile(r"[\W_]+")
_BRACKETED = re.compile(r"\(([^()]*)\)")
_LEGAL_FORM = re.compile(
    "(?:集团|控股)?(?:股份有限公司|有限责任公司|有限公司|股份公司|集团公司|总公司|分公司|公司"
    "|集团|有限合伙企业|合伙企业|个人独资企业|专业合作社|合作社|有限合伙|普通合伙)$"
)


@lru_cache(maxsize=1)
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


@lru_cache(maxsize=1024)  # whoever reads a name asks for several keys of it
def _folded(name: str) -> str:
    """Half width, lower case, simplified characters, none of them a radical."""
    folded = unicodedata.normalize("NFKC", fold_radicals(name)).lower()
    return folded if folded.isascii() else str(_simplifier().convert(folded))


def _squashed(folded: str) -> str:
    return _SEPARATORS.sub("", folded)[:NAME_LENGTH]


@lru_cache(maxsize=1024)
def name_key(name: str) -> str:
    """The name without width, case, script, spaces and punctuation: equal keys are the same name."""
    return _squashed(_folded(name))


def core_key(name: str) -> str:
    """The name without place and legal form: 澜川新材料(苏州)有限公司 and 苏州澜川新材料 share one.

    Where nothing would remain, the key of the whole name.
    """
    folded = _folded(name)
    if "(" in folded:
        folded = _BRACKETED.sub(lambda found: "" if found[1] in place_names() else found[0], folded)
    squashed = _squashed(folded)
    core = without_places(_without_legal_form(squashed))
    return core if len(core) >= HEAD_LENGTH else squashed or name_key(name)


def _without_legal_form(squashed: str) -> str:
    shorter = _LEGAL_FORM.sub("", squashed)
    return shorter if len(shorter) >= HEAD_LENGTH else squashed


_FORM_ALONE = re.compile("(?:股份有限公司|有限责任公司|责任有限公司|有限公司|股份公司|公司)$")


def differ_in_form_alone(mine: str, theirs: str) -> bool:
    """Whether two names are one but for 有限公司, 有限责任公司, 股份有限公司: no change of name by itself."""
    keys = name_key(mine), name_key(theirs)
    bare = {_FORM_ALONE.sub("", key) for key in keys}
    return keys[0] != keys[1] and len(bare) == 1 and len(bare.pop()) >= HEAD_LENGTH


def name_problem(name: str) -> str | None:
    """Why a text cannot be a company name."""
    if len(name_key(name)) < 2:
        return "写企业全称，至少两个汉字或字母，例如：苏州澜川新材料有限公司"
    return None


def places_of(region_code: str | None, name: str) -> frozenset[str]:
    """Where a company is: the beginning of its division code down to the prefecture, else what its name says;
    empty when nobody knows.
    """
    return frozenset({place_prefix(region_code)}) if region_code else places_in(_folded(name))


def places_agree(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    """Whether two companies may be in the same prefecture: those that are alike but for place or legal form
    are mostly strangers elsewhere (932 such pairs among 50,000 real companies, 52 of them in one prefecture).
    """
    if not (mine and theirs):
        return True
    return any(one.startswith(other) or other.startswith(one) for one in mine for other in theirs)


class Likeness(IntEnum):
    """How alike two companies are, the surest first."""

    SAME_CODE = 1
    SAME_NAME = 2
    SAME_OTHER_NAME = 3
    SAME_CORE = 4
    MUCH_ALIKE = 5
    ALIKE = 6

    @property
    def words(self) -> str:
        return _LIKENESS_WORDS[self]


_LIKENESS_WORDS: Mapping[Likeness, str] = {
    Likeness.SAME_CODE: "信用代码相同",
    Likeness.SAME_NAME: "名称相同",
    Likeness.SAME_OTHER_NAME: "与它的曾用名或别名相同",
    Likeness.SAME_CORE: "去掉地名和公司形式后相同",
    Likeness.MUCH_ALIKE: "名称很相近",
    Likeness.ALIKE: "名称相近",
}


def likeness_of_cores(mine: str, theirs: str) -> Likeness | None:
    """Compares two core keys; None when they are different companies as far as names tell."""
    if mine == theirs:
        return Likeness.SAME_CORE
    ratio = fuzz.ratio(mine, theirs)
    if ratio >= _MUCH_ALIKE:
        return Likeness.MUCH_ALIKE
    return Likeness.ALIKE if ratio >= _ALIKE else None
