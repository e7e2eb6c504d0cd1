"""Amounts are integers of 元; this room reads what people type and writes 元, 万元, 亿元."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from app.core.numerals import NUMERALS, read_numeral

WAN = 10_000
YI = 100_000_000
LARGEST = 10**15  # 元; anything above is a slip of the unit, and BIGINT stays far away

_UNITS = {
    "": None,
    "元": 1,
    "万": WAN,
    "万元": WAN,
    "亿": YI,
    "亿元": YI,
    "千万": 1000 * WAN,
    "百万": 100 * WAN,
}
_ABOUT, _MORE = "(?P<about>约|大约|近|不低于|超|超过)?", "(?P<more>左右|以上|余)?"
_PATTERN = re.compile(rf"^{_ABOUT}(?P<number>\d[\d,]*(?:\.\d+)?)(?P<unit>[元万亿千百]{{0,3}}){_MORE}$")
_NUMERAL = re.compile(rf"^{_ABOUT}(?P<numeral>[\d.{NUMERALS}]+)(?P<yuan>[元圆])?整?{_MORE}$")
_HOME_CURRENCY = re.compile("^(?:人民币|RMB|CNY|¥)|(?:人民币|RMB|CNY)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was typed and how it is read. `yuan` is None when no number could be read (面议)."""

    raw: str
    yuan: int | None
    approximate: bool = False
    doubtful: bool = False
    spelled: bool = False  # written in numerals, 三千万: a list shows what was read

    @property
    def needs_review(self) -> bool:
        return self.approximate or self.doubtful or (self.yuan is None and bool(self.raw))


@lru_cache(maxsize=4096)  # lists repeat their figures
def read_amount(text: str | None, *, unit: int = WAN) -> Reading:
    """Reads `3.5亿`, `1200万`, `约2000`, `1亿2千万`, `三千万元人民币`; a bare number is in `unit` (元 per
    unit, 万元 unless told). A foreign currency is no amount of ours: `500万美元` reads as nothing.

    A figure under 10 万元 or over 100 亿元 is marked doubtful: the slip of 万 and 亿 is the commonest
    error in such data.
    """
    raw = (text or "").strip()
    plain = _HOME_CURRENCY.sub("", re.sub(r"\s+", "", unicodedata.normalize("NFKC", raw)))
    match = _PATTERN.match(plain)
    if match and match["unit"] in _UNITS:
        return _reading(raw, match, _to_yuan(match["number"], _UNITS[match["unit"]] or unit))
    spelled = _NUMERAL.match(plain)
    return (
        _reading(raw, spelled, _spelled_yuan(spelled, unit), spelled=True) if spelled else Reading(raw, None)
    )


def _reading(raw: str, match: re.Match[str], yuan: int | None, *, spelled: bool = False) -> Reading:
    if yuan is None:
        return Reading(raw, None)
    doubtful = not 10 * WAN <= yuan <= 100 * YI and yuan != 0
    return Reading(raw, yuan, bool(match["about"] or match["more"]), doubtful, spelled)


def _spelled_yuan(match: re.Match[str], unit: int) -> int | None:
    number = read_numeral(match["numeral"])
    if number is None:
        return None
    is_whole = bool(match["yuan"]) or any(large in match["numeral"] for large in "万萬亿億")
    return _to_yuan(str(number), 1 if is_whole else unit)


def _to_yuan(number: str, unit: int) -> int | None:
    try:
        value = Decimal(number.replace(",", "")) * unit
    except InvalidOperation:
        return None
    if value > LARGEST:
        return None
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))


def _scaled(yuan: int, unit: int, places: int) -> str:
    step = Decimal(1).scaleb(-places)
    figure = (Decimal(yuan) / unit).quantize(step, ROUND_HALF_UP)
    return f"{figure:,}".replace("-", "−")


def in_wan(yuan: int | None, places: int = 2) -> str:
    """万元 with two decimals and thousands separators; `未填` for None."""
    return "未填" if yuan is None else _scaled(yuan, WAN, places)


def in_yi(yuan: int | None, places: int = 2) -> str:
    """亿元 with two decimals; `未填` for None."""
    return "未填" if yuan is None else _scaled(yuan, YI, places)


def in_words(yuan: int | None) -> str:
    """A figure with the unit that suits its size: `2.60 亿元`, `3,500 万元`."""
    if yuan is None:
        return "未填"
    if abs(yuan) >= YI:
        return f"{in_yi(yuan)} 亿元"
    text = in_wan(yuan)
    return f"{text.removesuffix('.00')} 万元"
