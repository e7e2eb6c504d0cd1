"""What is asked and what should be found: queries made from chosen companies, the truth told by the
generator, never by an engine.

A hit is right when the company goes by what was typed (or contains it, or is as close to it): companies that
cannot be told apart by what was typed are equally right. The strict figure counts only companies that go by
the very name that was meant.
"""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import search_county as county
from opencc import OpenCC
from search_county import Company, LegalName

from search.interface import Filter, OneOf

PER_KIND = 120
TOP = 10
_SEED = 41
_TRIES = 200_000

Keys = Callable[[Company], Iterable[str]]
# Homophones as an input method offers them.
_GROUPS = """
安氨桉 宝保堡 博伯铂 才财材 昌长常 诚成程城 达答 德得 鼎顶 恩蒽 飞非菲 丰风峰锋
福富付 高皋 冠贯观 光广 国果 航杭 豪浩昊 禾合和荷 恒横衡 宏弘鸿红 华桦铧 汇惠慧会
吉佶极 佳嘉家 建健剑 杰捷洁 金今津 晶精京 凯铠楷 康糠 科柯珂 蓝兰 朗郎 立力利丽
联莲连 林临琳 隆龙 明名铭 诺懦 启起企 千迁仟 庆清青 荣融容 瑞锐睿 润闰 盛胜圣晟
世仕式 泰太态 腾藤 天添 通同铜 万旺 威微薇 新鑫欣信 星兴 旭煦 轩宣 亚雅 阳扬洋杨
依一医 亿易益 永勇咏 优尤友 宇雨羽 源元原 云芸 泽则择 兆照 正政 志智至 中忠钟 洲州舟
"""
_SOUND_ALIKE = {char: group.replace(char, "") for group in _GROUPS.split() for char in group}
_WRONG = "某甲田石口王李树黑白红左右冬春木土火水山"


@dataclass(frozen=True, slots=True)
class Asked:
    """One query. A company is right when it has one of these keys, of this sort, and passes `holds`."""

    kind: str
    text: str
    meant: int
    sort: str
    keys: frozenset[str]
    holds: Callable[[Company], bool] = field(default=lambda _one: True)
    where: tuple[Filter, ...] = ()
    # The form that was meant, for the strict figure.
    form: str = ""

    def is_right(self, one: Company) -> bool:
        return not self.keys.isdisjoint(KEYS[self.sort](one)) and self.holds(one)

    def is_meant(self, one: Company) -> bool:
        return one.number == self.meant or (bool(self.form) and self.form in _all_forms(one))


@dataclass(frozen=True, slots=True)
class Golden:
    """A query and how many companies are right: no answer holds more than there are."""

    asked: Asked
    right: int


# --- what a company goes by -----------------------------------------------------------------------


@lru_cache(maxsize=4096)
def _forms(one: Company) -> dict[str, tuple[str, ...]]:
    return county.forms(one)


def _all_forms(one: Company) -> set[str]:
    whole = {name.full for name in one.legal_names}
    return whole | set(_forms(one)) | ({one.alias} if one.alias else set())


def sound_of(parts: tuple[str, ...]) -> str:
    return "".join(county.spoken(parts))


def initials_of(parts: tuple[str, ...]) -> str:
    return "".join(syllable[0] for syllable in county.spoken(parts))


def _spellings(text: str) -> set[str]:
    """Two texts share one of these when a single character was changed, left out or put in."""
    places = range(len(text))
    changed = {f"{text[:place]}*{text[place + 1 :]}" for place in places}
    return changed | {text[:place] + text[place + 1 :] for place in places} | {text}


def _close(one: Company) -> Iterable[str]:
    return {spelling for form in _forms(one) if len(form) > 2 for spelling in _spellings(form)}


def is_one_off(text: str, other: str) -> bool:
    if len(text) == len(other):
        return sum(a != b for a, b in zip(text, other, strict=True)) <= 1
    shorter, longer = sorted((text, other), key=len)
    return any(longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer)))


def _pairs(text: str) -> set[str]:
    return {text[place : place + 2] for place in range(len(text) - 1)}


def _written(one: Company) -> str:
    return "\n".join((*one.names, one.scope, *one.tags))


KEYS: dict[str, Keys] = {
    "form": _all_forms,
    "sound": lambda one: {sound_of(parts) for parts in _forms(one).values()},
    "initials": lambda one: {initials_of(parts) for parts in _forms(one).values()},
    "pair of initials": lambda one: {
        pair for parts in _forms(one).values() for pair in _pairs(initials_of(parts))
    },
    "close": _close,
    "pair": lambda one: _pairs(_written(one)),
    "code": lambda one: (one.code, one.code[-6:]),
}


# --- how it is asked for --------------------------------------------------------------------------


def _by_form(kind: str, one: Company, text: str, form: str) -> Asked:
    return Asked(kind, text, one.number, "form", frozenset((form,)), form=form)


def _full(kind: str, one: Company, _chance: random.Random) -> Asked:
    return _by_form(kind, one, one.name.full, one.name.full)


def _short(kind: str, one: Company, _chance: random.Random) -> Asked:
    return _by_form(kind, one, one.name.short, one.name.short)


def _containing(kind: str, one: Company, text: str) -> Asked:
    return Asked(
        kind, text, one.number, "pair", frozenset((text[:2],)), lambda other: text in _written(other)
    )


def _brand(kind: str, one: Company, _chance: random.Random) -> Asked | None:
    brand = one.name.brand
    if len(brand) != 2:
        return None

    def holds(other: Company) -> bool:
        return any(brand in name for name in other.names)

    return Asked(kind, brand, one.number, "pair", frozenset((brand,)), holds)


def _former(kind: str, one: Company, _chance: random.Random) -> Asked | None:
    return _by_form(kind, one, one.former.full, one.former.full) if one.former else None


def _product(kind: str, one: Company, chance: random.Random) -> Asked:
    return _containing(kind, one, chance.choice(one.products))


def _core_parts(name: LegalName) -> tuple[str, ...]:
    return (name.brand, name.trade, name.tail) if name.tail else (name.brand, name.trade)


def _pinyin(kind: str, one: Company, _chance: random.Random) -> Asked:
    sound = sound_of(_core_parts(one.name))
    return Asked(kind, sound, one.number, "sound", frozenset((sound,)), form=one.name.core)


def _initials(kind: str, one: Company, _chance: random.Random) -> Asked | None:
    letters = initials_of(_core_parts(one.name))
    if len(letters) < 4:
        return None
    return Asked(kind, letters, one.number, "initials", frozenset((letters,)), form=one.name.core)


def _few_initials(kind: str, one: Company, chance: random.Random) -> Asked:
    letters = initials_of((one.name.brand, one.name.trade))[: chance.choice((2, 3))]

    def holds(other: Company) -> bool:
        return any(letters in initials_of(parts) for parts in _forms(other).values())

    return Asked(kind, letters, one.number, "pair of initials", frozenset((letters[:2],)), holds)


def _closest(kind: str, one: Company, text: str, typed: str, form: str) -> Asked:
    """Right is whoever has a form that is one slip away from what was typed of this one."""

    def holds(other: Company) -> bool:
        return any(len(known) > 2 and is_one_off(typed, known) for known in _forms(other))

    return Asked(kind, text, one.number, "close", frozenset(_spellings(typed)), holds, form=form)


def _with_wrong(text: str, first: int, chance: random.Random) -> str:
    place = chance.randrange(first, len(text))
    wrong = chance.choice([char for char in _WRONG if char != text[place]])
    return text[:place] + wrong + text[place + 1 :]


def _wrong_in_full(kind: str, one: Company, chance: random.Random) -> Asked:
    place, core = one.name.place, one.name.core
    wrong = _with_wrong(core, 0, chance)
    return _closest(kind, one, f"{place}{wrong}{one.name.form}", f"{place}{wrong}", f"{place}{core}")


def _wrong_in_short(kind: str, one: Company, chance: random.Random) -> Asked:
    short = one.name.short
    wrong = _with_wrong(short, 0, chance)
    return _closest(kind, one, wrong, wrong, short)


def _homophone(kind: str, one: Company, chance: random.Random) -> Asked | None:
    short = one.name.short
    places = [place for place, char in enumerate(short) if char in _SOUND_ALIKE]
    if not places:
        return None
    place = chance.choice(places)
    typed = short[:place] + chance.choice(_SOUND_ALIKE[short[place]]) + short[place + 1 :]
    brand = typed[: len(one.name.brand)]
    sound = sound_of((brand, typed[len(brand) :]) if typed[len(brand) :] else (brand,))
    parts = next(parts for form, parts in _forms(one).items() if form == short)
    if sound != sound_of(parts):
        return None
    return Asked(kind, typed, one.number, "sound", frozenset((sound,)), form=short)


def _missing(kind: str, one: Company, chance: random.Random) -> Asked | None:
    whole = f"{one.name.brand}{one.name.trade}"
    if len(whole) < 5:
        return None
    place = chance.randrange(1, len(whole))
    typed = whole[:place] + whole[place + 1 :]
    return _closest(kind, one, typed, typed, whole)


def _variant(kind: str, one: Company, chance: random.Random) -> Asked:
    place, core = one.name.place, one.name.core
    other = chance.choice(["集团有限公司", "股份有限公司", "有限公司", "（集团）股份有限公司"])
    placed = f"{county.short_place(place)}{core}"
    text, form = chance.choice(
        [
            (f"{core}{other}", core),
            (f"{county.short_place(place)}{core}", placed),
            (f"{one.name.brand}（{place}）{one.name.trade}{one.name.tail}{one.name.form}", placed),
            (f"{core}({county.short_place(place)})", placed),
            (f"{place}{core}{other}", f"{place}{core}"),
        ]
    )
    return _by_form(kind, one, text, form)


def _two_terms(kind: str, one: Company, chance: random.Random) -> Asked:
    made = chance.choice(one.products)[:2]
    terms = (one.name.brand, made)

    def holds(other: Company) -> bool:
        return other.region[:4] == one.region[:4] and all(term in _written(other) for term in terms)

    where = (OneOf("region", (one.region[:4],)),)
    return Asked(kind, " ".join(terms), one.number, "pair", frozenset((terms[0][:2],)), holds, where)


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    return OpenCC("s2t")


def _traditional(kind: str, one: Company, _chance: random.Random) -> Asked | None:
    text = str(_converter().convert(one.name.full))
    return _by_form(kind, one, text, one.name.full) if text != one.name.full else None


def _code(kind: str, one: Company, _chance: random.Random) -> Asked:
    return Asked(kind, one.code, one.number, "code", frozenset((one.code,)))


def _end_of_code(kind: str, one: Company, _chance: random.Random) -> Asked:
    return Asked(kind, one.code[-6:], one.number, "code", frozenset((one.code[-6:],)))


@dataclass(frozen=True, slots=True)
class Kind:
    ask: Callable[[str, Company, random.Random], Asked | None]
    goal: float
    is_alike: bool = False
    floor: float = 0.0


KINDS = {
    "全称": Kind(_full, 0.99),
    "简称": Kind(_short, 0.99),
    "两字字号": Kind(_brand, 0.99),
    "曾用名": Kind(_former, 0.99),
    "产品词": Kind(_product, 0.99),
    "全拼": Kind(_pinyin, 0.99),
    "首字母（4 个起）": Kind(_initials, 0.99),
    "首字母（2、3 个）": Kind(_few_initials, 0.99),
    "全称错一字": Kind(_wrong_in_full, 0.95, is_alike=True, floor=0.93),
    "简称错一字": Kind(_wrong_in_short, 0.95, is_alike=True, floor=0.93),
    "同音字": Kind(_homophone, 0.95, is_alike=True, floor=0.93),
    "少一字": Kind(_missing, 0.95, is_alike=True, floor=0.93),
    "变体": Kind(_variant, 0.99),
    "两词加地区": Kind(_two_terms, 0.99),
    "繁体": Kind(_traditional, 0.99),
    "信用代码": Kind(_code, 0.99),
    "信用代码后六位": Kind(_end_of_code, 0.99),
}


def queries(count: int) -> list[Asked]:
    """PER_KIND different ones of each kind, about companies that the reader may see."""
    chance = random.Random(_SEED)
    return [one for kind in KINDS for one in _queries_of(kind, count, chance)]


def _queries_of(kind: str, count: int, chance: random.Random) -> Iterator[Asked]:
    texts: set[tuple[str, tuple[Filter, ...]]] = set()
    for _ in range(_TRIES):
        one = county.company(chance.randrange(count))
        asked = KINDS[kind].ask(kind, one, chance) if county.is_seen(one) else None
        if asked and (asked.text, asked.where) not in texts:
            texts.add((asked.text, asked.where))
            yield asked
        if len(texts) == PER_KIND:
            return


class Truth:
    """Counts, company by company, how many are right for each query."""

    def __init__(self, asked: Sequence[Asked]) -> None:
        self._right = dict.fromkeys(range(len(asked)), 0)
        self._asked = asked
        self._named_otherwise: set[int] = set()
        self._by_sort: dict[str, dict[str, list[int]]] = {sort: {} for sort in KEYS}
        self._exact: dict[str, list[int]] = {}
        for place, one in enumerate(asked):
            for key in one.keys:
                self._by_sort[one.sort].setdefault(key, []).append(place)
            if KINDS[one.kind].is_alike:
                self._exact.setdefault(one.text, []).append(place)

    def look_at(self, one: Company) -> None:
        if not county.is_seen(one):
            return
        for sort, wanted in self._by_sort.items():
            places = {place for key in KEYS[sort](one) for place in wanted.get(key, ())}
            for place in places:
                self._right[place] += self._asked[place].holds(one)
        for form in _all_forms(one):
            self._named_otherwise.update(self._exact.get(form, ()))

    def golden(self) -> list[Golden]:
        """Without slips that happen to be another company's name: they are not slips."""
        return [
            Golden(one, self._right[place])
            for place, one in enumerate(self._asked)
            if place not in self._named_otherwise
        ]


# --- judging --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Verdict:
    rank: float  # one by the place of the first right hit among ten, 0 without
    recall: float  # right ones among the first ten, of as many as there could be
    meant: float  # one by the place of the first that goes by the name that was meant


def judge(golden: Golden, found: Sequence[int]) -> Verdict:
    companies = [county.company(number) for number in found[:TOP]]
    right = [golden.asked.is_right(one) for one in companies]
    meant = [golden.asked.is_meant(one) for one in companies]
    return Verdict(_one_by_place(right), sum(right) / min(TOP, golden.right), _one_by_place(meant))


def _one_by_place(flags: Sequence[bool]) -> float:
    return next((1 / place for place, flag in enumerate(flags, start=1) if flag), 0.0)
