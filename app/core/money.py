"""Amounts are integers of 元; this room reads what people type and writes 元, 万元, 亿元."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

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
_PATTERN = re.compile(
    r"^(?P<about>约|大约|近|不低于|超|超过)?(?P<number>\d[\d,]*(?:\.\d+)?)(?P<unit>[元万亿千百]{0,3})(?P<more>左右|以上|余)?$"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was typed and how it is read. `yuan` is None when no number could be read (面议)."""

    raw: str
    yuan: int | None
    approximate: bool = False
    doubtful: bool = False

    @property
    def needs_review(self) -> bool:
        return self.approximate or self.doubtful or (self.yuan is None and bool(self.raw))


def read_amount(text: str | None, *, unit: int = WAN) -> Reading:
    """Reads `3.5亿`, `1200万`, `约2000`; a bare number is in `unit` (元 per unit, 万元 unless told).

    A figure under 10 万元 or over 100 亿元 is marked doubtful: the slip of 万 and 亿 is the commonest
    error in such data.
    """
    raw = (text or "").strip()
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", raw))
    match = _PATTERN.match(plain)
    if match is None or match["unit"] not in _UNITS:
        return Reading(raw, None)
    yuan = _to_yuan(match["number"], _UNITS[match["unit"]] or unit)
    if yuan is None:
        return Reading(raw, None)
    approximate = bool(match["about"] or match["more"])
    return Reading(raw, yuan, approximate, doubtful=not 10 * WAN <= yuan <= 100 * YI and yuan != 0)


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
