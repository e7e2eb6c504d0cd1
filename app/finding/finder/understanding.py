"""What officials type, read as text plus conditions: `宁波 锂电 1亿以上 在谈`. Pure: values in, values out.

A word is a condition only when it is one as a whole. A place or an industry by itself stays text, which also
finds what is named after it.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from app.core.values.money import read_amount
from app.core.values.numerals import read_numeral
from app.finding.finder.enums import Condition

# 我的线索: nobody leaves a gap there.
_OWN = re.compile(r"^(我的|我负责的|本人的|本组的|我们组的|本单位的|我们单位的|本科室的)(?=.)")
# 11月拜访, 上周的走访: nor there. What is no visit, and how people call what is.
_DONE_THEN = re.compile(
    "^(?P<when>.+?)的?(?P<done>(?P<visited>来访接待|来访|接待|电话)|走访|拜访|线索|项目|协议|企业|签约|在谈)(?:记录|情况)?$"
)
_ANY_DAY = date(2024, 12, 31)
_VISITS = "走访"
_CALLED_OTHERWISE = {"拜访": _VISITS}
# A comma inside a figure, 5,000万, parts nothing.
_GAP = re.compile(r"(?:[\s，;；、。|]|,(?!\d{3}))+")
_NUMBER = r"[\d.,]+|[零〇一二两三四五六七八九十百千点半]+"
_UNIT = r"个?(?:[百千]?万|亿)元?"
_AMOUNT = rf"(?:{_NUMBER}){_UNIT}(?:[零〇一二两三四五六七八九千\d]+万?|半)?"
_RANGE = re.compile(
    rf"^(?P<least>(?:{_NUMBER})(?:{_UNIT})?)(?:-|~|—|–|～|到|至)(?P<most>{_AMOUNT})(?:之间)?$"
)
_LEAST = re.compile(
    rf"^(?:(?P<after>{_AMOUNT})(?:及?以上|起|\+)|(?:超过|大于|不低于|至少|>=?|≥)(?P<before>{_AMOUNT}))$"
)
_MOST = re.compile(
    rf"^(?:(?P<after>{_AMOUNT})(?:及?以下|以内)|(?:不到|不超过|小于|低于|<=?|≤)(?P<before>{_AMOUNT}))$"
)
_UNIT_AT_END = re.compile(rf"{_UNIT}$")

_LAST = re.compile(
    r"^最?近(?P<count>半|\d{1,3}|[一二两三四五六七八九十]{1,3})个?(?P<unit>天|日|周|星期|月|年)内?$"
)
_MONTH = re.compile(r"^(?:(?P<year>20\d\d)年)?(?P<month>1[0-2]|0?[1-9])月份?$")
_YEAR = re.compile(r"^(?P<year>20\d\d)年$")
_SPOKEN_DAY = re.compile(
    r"^(?:(?P<year>20\d\d)年)?(?P<month>1[0-2]|0?[1-9])月(?P<day>[12]\d|3[01]|0?[1-9])[日号]?$"
)
_WRITTEN_DAY = re.compile(
    r"^(?P<year>20\d\d)(?P<between>[-./])(?P<month>1[0-2]|0?[1-9])(?P=between)(?P<day>[12]\d|3[01]|0?[1-9])$"
)
_DAYS = {"天": 1, "日": 1, "周": 7, "星期": 7, "月": 30, "年": 365}

MINE = frozenset({"我的", "我负责的", "本人", "本人的"})
OUR_TEAM = frozenset({"本组", "本组的", "我们组", "我们组的"})
OUR_UNIT = frozenset({"本单位", "本单位的", "我们单位", "本科室", "本科室的"})


@dataclass(frozen=True, slots=True)
class ReadCondition:
    """One condition: the word that was typed, how it is read, and what it asks for.

    `values` are whole values or the beginnings of codes; `least` and `most` are 元 or ordinals of days.
    """

    condition: Condition
    typed: str
    words: str
    values: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class SearchVocabulary:
    """What words stand for, for one reader on one day. Places and industries answer with codes, holders with
    whether a person, a unit or a team is called so, and which.
    """

    today: date
    kinds: Mapping[str, str] = field(default_factory=dict)
    stages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    me: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    places: Callable[[str], tuple[str, ...]] = lambda _word: ()
    industries: Callable[[str], tuple[str, ...]] = lambda _word: ()
    holders: Callable[[str], tuple[Condition, tuple[str, ...]] | None] = lambda _word: None


@dataclass(frozen=True, slots=True)
class Understood:
    """`text` is what is left to be searched for as it stands."""

    text: str
    parts: tuple[ReadCondition, ...] = ()

    def without(self, part: ReadCondition, typed: str) -> str:
        """What was typed, without the word of one condition."""
        return " ".join(word for word in _words(typed) if word != part.typed)


_BY_THEMSELVES = frozenset(Condition) - {Condition.REGION, Condition.INDUSTRY}


def understand(typed: str, vocabulary: SearchVocabulary) -> Understood:
    """Reads each word; the text as it was typed when nothing is understood."""
    words = _words(typed)
    read = [(word, _read(word, vocabulary)) for word in words]
    parts = [part for _word, part in read if part]
    rest = [word for word, part in read if part is None]
    if not parts or not (rest or any(part.condition in _BY_THEMSELVES for part in parts)):
        return Understood(typed)
    return Understood(" ".join(rest), tuple(dict.fromkeys(parts)))


def _words(typed: str) -> list[str]:
    parted = (_OWN.sub(r"\1 ", word).split(" ") for word in _GAP.split(typed.strip()) if word)
    return [part for words in parted for word in words for part in _parted_from_time(word)]


def _parted_from_time(word: str) -> list[str]:
    """11月来访 is of the visits of November those that hold 来访: 11月, 走访, 来访."""
    found = _DONE_THEN.match(word)
    if not found or days_of(found["when"], _ANY_DAY) is None:
        return [word]
    return [found["when"], *([_VISITS] if found["visited"] else []), found["done"]]


def _read(word: str, vocabulary: SearchVocabulary) -> ReadCondition | None:
    readers = (_whose, _kind, _stage, _amount, _day, _place, _industry, _holder)
    return next((part for reader in readers if (part := reader(word, vocabulary))), None)


def _whose(word: str, vocabulary: SearchVocabulary) -> ReadCondition | None:
    if word in MINE and vocabulary.me:
        return ReadCondition(Condition.OWNER, word, "我", vocabulary.me)
    if word in OUR_TEAM and vocabulary.teams:
        return ReadCondition(Condition.TEAM, word, "本组", vocabulary.teams)
    if word in OUR_UNIT and vocabulary.units:
        return ReadCondition(Condition.UNIT, word, "本单位", vocabulary.units)
    return None


def _kind(word: str, vocabulary: SearchVocabulary) -> ReadCondition | None:
    label = _CALLED_OTHERWISE.get(word, word)
    kind = vocabulary.kinds.get(label)
    return ReadCondition(Condition.KIND, word, label, (kind,)) if kind else None


def _stage(word: str, vocabulary: SearchVocabulary) -> ReadCondition | None:
    label = word.removesuffix("的")
    codes = vocabulary.stages.get(label)
    return ReadCondition(Condition.STAGE, word, label, codes) if codes else None


def _amount(word: str, _vocabulary: SearchVocabulary) -> ReadCondition | None:
    least, most = _amount_bounds(word)
    if least is None and most is None:
        return None
    # 0 stands for an amount that nobody knows: it is not below anything.
    least = max(least or 0, 1)
    if most is not None and least > most:
        return None
    return ReadCondition(Condition.AMOUNT, word, word, least=least, most=most)


def _amount_bounds(word: str) -> tuple[int | None, int | None]:
    if match := _RANGE.match(word):
        low = match["least"]
        if read_amount(low).bare:
            # 1到3亿: the unit of the second is that of both.
            unit = _UNIT_AT_END.search(match["most"])
            low = f"{low}{unit[0]}" if unit else ""
        least, most = _yuan(low), _yuan(match["most"])
        return (None, None) if least is None or most is None else (least, most)
    if match := _LEAST.match(word):
        return _yuan(match["after"] or match["before"]), None
    if match := _MOST.match(word):
        return None, _yuan(match["after"] or match["before"])
    return None, None


def _yuan(text: str) -> int | None:
    return read_amount(text).definite


def _day(word: str, vocabulary: SearchVocabulary) -> ReadCondition | None:
    bounds = days_of(word, vocabulary.today)
    if bounds is None:
        return None
    first, last = bounds
    return ReadCondition(Condition.DAY, word, word, least=first.toordinal(), most=last.toordinal())


def days_of(word: str, today: date) -> tuple[date, date] | None:
    """The first and the last day of a stretch of time as people name it; None for what names none."""
    named = _named_days(today).get(word)
    if named:
        return named
    if match := _LAST.match(word):
        return _last_days(match["count"], match["unit"], today)
    if match := _MONTH.match(word):
        return _month(int(match["year"] or _year_of(int(match["month"]), 1, today)), int(match["month"]))
    if match := _WRITTEN_DAY.match(word) or _SPOKEN_DAY.match(word):
        return _one_day(match.groupdict(), today)
    if match := _YEAR.match(word):
        return date(int(match["year"]), 1, 1), date(int(match["year"]), 12, 31)
    return None


def _named_days(today: date) -> dict[str, tuple[date, date]]:
    monday = today - timedelta(days=today.weekday())
    this_month = _month(today.year, today.month)
    last_day = this_month[0] - timedelta(days=1)
    quarter = (today.month - 1) // 3 * 3 + 1
    quarter_days = (date(today.year, quarter, 1), _month(today.year, quarter + 2)[1])
    week = timedelta(days=7)
    this_year, last_year = ((date(year, 1, 1), date(year, 12, 31)) for year in (today.year, today.year - 1))
    return {
        **dict.fromkeys(("今天", "今日"), (today, today)),
        **dict.fromkeys(("昨天", "昨日"), (today - timedelta(days=1),) * 2),
        **dict.fromkeys(("本周", "这周"), (monday, monday + timedelta(days=6))),
        "上周": (monday - week, monday - timedelta(days=1)),
        **dict.fromkeys(("本月", "这个月", "当月"), this_month),
        **dict.fromkeys(("上月", "上个月"), _month(last_day.year, last_day.month)),
        **dict.fromkeys(("本季度", "本季"), quarter_days),
        **dict.fromkeys(("今年", "本年", "本年度"), this_year),
        "去年": last_year,
    }


def _month(year: int, month: int) -> tuple[date, date]:
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), following - timedelta(days=1)


def _year_of(month: int, day: int, today: date) -> int:
    """What was done is looked for: in November a 12月 without a year is last year's."""
    return today.year - ((month, day) > (today.month, today.day))


def _one_day(said: Mapping[str, str | None], today: date) -> tuple[date, date] | None:
    """None for a day that the month does not have."""
    month, day = int(said["month"] or 0), int(said["day"] or 0)
    try:
        one = date(int(said.get("year") or _year_of(month, day, today)), month, day)
    except ValueError:
        return None
    return one, one


def _last_days(count: str, unit: str, today: date) -> tuple[date, date] | None:
    if count == "半":
        days = {"月": 15, "年": 182}.get(unit)
    else:
        number = read_numeral(count)
        days = int(number) * _DAYS[unit] if number else None
    return (today - timedelta(days=days), today) if days else None


def _place(word: str, vocabulary: SearchVocabulary) -> ReadCondition | None:
    codes = vocabulary.places(word)
    return ReadCondition(Condition.REGION, word, word, codes) if codes else None


def _industry(word: str, vocabulary: SearchVocabulary) -> ReadCondition | None:
    codes = vocabulary.industries(word)
    return ReadCondition(Condition.INDUSTRY, word, word, codes) if codes else None


def _holder(word: str, vocabulary: SearchVocabulary) -> ReadCondition | None:
    """何立群, 招商二科: whose it is."""
    found = vocabulary.holders(word.removesuffix("的"))
    return ReadCondition(found[0], word, word.removesuffix("的"), found[1]) if found else None


def together(places: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The codes meant by several places: 浙江 宁波 means 宁波, 宁波 苏州 means either."""
    found = list(dict.fromkeys(places))
    kept = [one for one in found if not any(other != one and _inside(other, one) for other in found)]
    return tuple(dict.fromkeys(code for codes in kept for code in codes))


def _inside(inner: tuple[str, ...], outer: tuple[str, ...]) -> bool:
    return all(code.startswith(outer) for code in inner)
