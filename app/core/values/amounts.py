"""The grammar of amounts as people write them: 3.5亿元, 两个亿, 2-3亿, 总投资约5亿元（分两期）. Pure.

`figure_in` answers with the least that is meant and how sure that is; what it does not know it refuses, in a
sentence that says how to write it. Nothing is ever read by leaving out what was not understood.
"""

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from app.core.values.clean import clean_line, in_half_width
from app.core.values.numerals import NUMERALS, is_shortened, read_numeral

_WAN, _YI = 10**4, 10**8
_PREFIXES = {
    "": 1,
    "千": 1000,
    "万": _WAN,
    "亿": _YI,
    "百万": 100 * _WAN,
    "千万": 1000 * _WAN,
    "万亿": _WAN * _YI,
}
_UNITS: dict[str, int | None] = {f"{prefix}元": yuan for prefix, yuan in _PREFIXES.items()}
_UNITS |= {prefix: yuan for prefix, yuan in _PREFIXES.items() if prefix != "千"} | {"": None}

_EXAMPLE = "写成 2.6亿、1200万、3000 或 2-3亿 这样"
UNCLEAR = f"看不懂这个金额，{_EXAMPLE}"
_NEGATIVE = f"看不懂这个金额：不能是负数，{_EXAMPLE}"
_SEPARATORS = f"看不懂这个金额：数里的逗号、点和空格的位置不对，{_EXAMPLE}"
_ONLY_MOST = f"看不懂这个金额：只写了最多多少，没有写最少多少，{_EXAMPLE}"
_VAGUE = f"看不懂这个金额：「几」「数」读不出是多少，{_EXAMPLE}"


@dataclass(frozen=True, slots=True)
class WrittenAmount:
    """An amount as read. `number` counts `unit` 元 each, or the unit of the field when none was written."""

    number: Decimal
    unit: int | None
    approximate: bool = False  # 约, 以上, a range, something said behind it
    spelled: bool = False  # 三千万, 一亿五: not a figure with one unit
    doubtful: bool = False  # 1 200: a space may part thousands or two figures


# --- spelling ---

_DASHES = re.compile("[‐-―−﹣~〜]|-+")
_FOLDED = str.maketrans(
    {
        "圆": "元",
        "萬": "万",
        "億": "亿",
        "块": "元",
        "w": "万",
        "【": "(",
        "】": ")",
        "[": "(",
        "]": ")",
        "。": ".",
    }
)
_HOME = re.compile("人民币|rmb|cny|¥")
_PLAIN_BRACKETS = re.compile(r"\((大?约|近|暂定|预计|[千百]?[万亿]?元|[万亿]|左右|以上|总投资|)\)")
_GAPS = re.compile(r"(?<!\d)\s+|\s+(?!\d)")
_WHOLE = re.compile("(?<=[元万亿])[整正]$")
_FOREIGN = re.compile(
    "(?:us|hk|au|ca|sg|nt)?[$€£₩₽฿]|usd|hkd|eur|jpy|gbp|aud|cad|sgd|twd|krw|chf|rub"
    "|[美港日欧加澳新韩卢瑞英台]{1,2}[元金币刀镑圆盾]|外[币汇]|法郎|马克|卢[布比]|泰铢|先令|克朗|里亚尔"
    "|新加坡|加拿大|澳大利亚|香港|澳门|台湾"
)


def folded(text: str) -> str:
    """Half width and lower case."""
    return in_half_width(clean_line(text)).lower()


def without_foreign(plain: str) -> tuple[str, bool]:
    """A folded amount without the names of foreign currencies, and whether there was one."""
    left, count = _FOREIGN.subn("", plain)
    return left, count > 0


def spelled_alike(plain: str) -> str:
    """One kind of dash, 元 万 亿 in one spelling, gaps only between figures, our currency unnamed."""
    plain = _DASHES.sub("-", plain.translate(_FOLDED))
    plain = _HOME.sub("", _GAPS.sub("", plain)).rstrip(".;,")
    return _WHOLE.sub("", _PLAIN_BRACKETS.sub(r"\1", plain))


_NO_FIGURE = re.compile(
    "(?:目前|现在|暂时?|尚|还|仍|暂且|具体|项目|总|计划|投资|额|金额|资金|规模|资本|注册|合同|为|:)*"
    "(?:面议|面谈|详谈|另议|再议|待[定议商谈填报]|待(?:确定|确认|明确|核实|核定|测算|洽谈|商谈|协商|评估|补充?)|商议中|洽谈中|商谈中|测算中"
    "|未[定知]|未(?:确定|明确|披露|公开|公示|填报?|核定|测算)|不定|不确定|没定|没有?确定|说不准|不详|不明|未明"
    "|保密|涉密|机密|不(?:便|予|能)?(?:透露|公开|披露|公示)|暂无|无|没有|tbd)"
    "(?:中|了|后再定|再定)?"
)


def says_no_figure(plain: str) -> bool:
    """Whether a text says in true words that there is no figure: 面议, 待定, 保密."""
    return bool(_NO_FIGURE.fullmatch(plain))


# --- grammar ---

_NAME = re.compile(
    "(?:本|该)?(?:项目|企业|公司)?(?:计划|拟|意向|认缴|协议|合同)?"
    "(?:总?投资(?:总?额|金额|规模)?|注册资[本金]|金额|资金|总[额价]|价款|资本|投入|出资额?|标的额?)?"
    "(?:约?为|是|达到?|共计?|合计)?:?"
)
_ABOUT = re.compile("大约|大概|约|将近|接近|近|预计|预估|暂定|暂估|估算|估计|初步")
_LEAST = re.compile("不低于|不少于|不小于|至少|最少|最低|超过|超|逾|大于|高于|≥|>=|>")
_MOST = re.compile("不超过|不高于|不大于|不到|至多|最多|最高|小于|低于|少于|≤|<=|<|.*(?:以下|以内|封顶)$")
_BEHIND = re.compile(r"(?:左右|上下|及?以上|起步?|不止|多|余|\++)$")
# 5亿，其中一期2亿; 10亿元（分两期）: the first figure is the whole.
_SAID_BEHIND = re.compile(
    r"(?P<head>[^(,;]*(?:,\d[^(,;]*)*?)"
    r"(?:\(.*|[,;.]?(?:其中|其它|其他|分[一二两三四五六七八九十\d]+[期批次年个步]|包?含|包括|不含|首期|固定资产|固投).*)"
)
_MORE_INSIDE = re.compile(rf"(?<=[\d{NUMERALS}])(?:[多余来]|\++)(?=[千百]?[万亿]|元)")
_COUNTED = re.compile(rf"(?<=[\d{NUMERALS}多余来])个(?=[多余]?[千百]?[万亿])")
_AND_A_HALF = re.compile(r"个半(?=[万亿])")
_RANGE = re.compile(r"(?P<low>[^-至到]+)(?:-|至|到)(?P<high>[^-至到]+)")
_TWO_DIGITS = re.compile("(一两|一二|两三|二三|三四|三五|四五|五六|六七|七八|八九)([千百]?[万亿].*)")
_UNIT_BEHIND = re.compile(r"[千百]?(?:万亿|万|亿)?元?$")
_FIGURE = re.compile(r"(?P<number>\d+|\d[\d, ]*\d)(?P<behind>\.\d+)?(?P<unit>[元万亿千百]{0,3})")
_PLAIN = re.compile(r"(?P<number>\d+(?:\.\d+)?)(?P<unit>[万亿]?元?)")
_GROUPS = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d{0,2}(?: \d{3})+|\d+")
_SPELLED = re.compile(rf"(?P<numeral>[\d.{NUMERALS}]+)(?P<yuan>元?)")
_WIDEST = 100  # 1-100亿; a wider range without its first unit is a slip


def plain_figure(text: str) -> WrittenAmount | None:
    """3500 and 3.5亿, as most amounts are: what needs no grammar."""
    match = _PLAIN.fullmatch(text)
    return WrittenAmount(Decimal(match["number"]), _UNITS[match["unit"]]) if match else None


def figure_in(plain: str) -> WrittenAmount | str:
    """The amount that a folded text writes, or the sentence that says why none was read."""
    said = _SAID_BEHIND.fullmatch(plain)
    if said:
        found = _figure_of(said["head"])
        return replace(found, approximate=True) if isinstance(found, WrittenAmount) else found
    return _figure_of(plain)


def _figure_of(text: str) -> WrittenAmount | str:
    text, is_least = _without_words(text)
    if _MOST.match(text):
        return _ONLY_MOST
    core = _BEHIND.sub("", text)
    found = _range_in(core) or _single(core)
    if found is None:
        return _why_not(core)
    return replace(found, approximate=found.approximate or is_least or core != text)


def _without_words(text: str) -> tuple[str, bool]:
    """预计总投资不低于5亿 -> 5亿, and that something was said of how sure it is."""
    hedged, before = False, ""
    while text != before:
        before = text
        text = text[_NAME.match(text).end() :]  # type: ignore[union-attr]  # it matches nothing as well
        hedge = _ABOUT.match(text) or _LEAST.match(text)
        if hedge:
            hedged, text = True, text[hedge.end() :]
    return text, hedged


def _range_in(core: str) -> WrittenAmount | None:
    """2-3亿, 2亿至3亿, 两三亿: its lower end."""
    core = _COUNTED.sub("", core)
    two = _TWO_DIGITS.fullmatch(core)
    if two:
        low, high = (_single(f"{digit}{two[2]}") for digit in two[1])
        return _lower(low, high)
    parted = _RANGE.fullmatch(core)
    if parted is None:
        return None
    low, high = _single(parted["low"]), _single(parted["high"])
    unit = _UNIT_BEHIND.search(parted["high"])
    if low is None or low.unit or not unit or not unit[0]:
        return _lower(low, high)
    # 2-3千万 are thousands both, 三百-五百万 are not.
    lows = (_single(f"{parted['low']}{each}") for each in (unit[0], unit[0].lstrip("千百")))
    return _lower(next((each for each in lows if each), None), high, widest=_WIDEST)


def _lower(
    low: WrittenAmount | None, high: WrittenAmount | None, widest: int | None = None
) -> WrittenAmount | None:
    if low is None or high is None or (low.unit is None) != (high.unit is None):
        return None
    least, most = (each.number * (each.unit or 1) for each in (low, high))
    if least >= most or (widest and most > least * widest):
        return None
    return replace(low, approximate=True, doubtful=low.doubtful or high.doubtful)


def _single(core: str) -> WrittenAmount | None:
    """One figure with its unit, 3.5亿; else one in numerals, 一亿五."""
    text = _COUNTED.sub("", _AND_A_HALF.sub("点五", core))
    core = _MORE_INSIDE.sub("", text, count=1)
    found = _in_figures(core) or _in_numerals(core)
    return replace(found, approximate=True) if found and core != text else found


def _in_figures(core: str) -> WrittenAmount | None:
    match = _FIGURE.fullmatch(core)
    if match is None or match["unit"] not in _UNITS or not _GROUPS.fullmatch(match["number"]):
        return None
    number = re.sub("[, ]", "", match["number"]) + (match["behind"] or "")
    return WrittenAmount(Decimal(number), _UNITS[match["unit"]], doubtful=" " in match["number"])


def _in_numerals(core: str) -> WrittenAmount | None:
    match = _SPELLED.fullmatch(core)
    number = read_numeral(match["numeral"]) if match else None
    if match is None or number is None or (match["yuan"] and is_shortened(match["numeral"])):
        return None
    is_whole = match["yuan"] or any(large in core for large in "万亿")
    return WrittenAmount(number, 1 if is_whole else None, spelled=True)


def _why_not(core: str) -> str:
    if re.match(r"[-负(]\W*\d", core):
        return _NEGATIVE
    if re.search("[几数上]", core):
        return _VAGUE
    return _SEPARATORS if re.search(r"\d[,. ']+\d", core) else UNCLEAR
