"""Amounts are integers of 元; this room reads what people type and writes 元, 万元, 亿元."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from app.core.values import amounts
from app.core.values.numerals import NUMERALS

WAN = 10_000
YI = 100_000_000
LARGEST = 2 * 10**12  # 元; the largest registered capital in the country is 1.74 万亿元
_USUAL = range(10 * WAN, 100 * YI + 1)  # 元; beyond, 万 and 亿, or 元 and 万, were most likely mixed up
_TOO_LARGE = "看不懂这个金额：太大了，是不是把「元」写成了「万元」？"


@dataclass(frozen=True, slots=True)
class AmountReading:
    """What was typed and how it is read. `yuan` is None when no number could be read; of a range, or of
    `3亿以上`, it is the least that is meant.
    """

    raw: str
    yuan: int | None
    approximate: bool = False  # 约, a range, something said behind the figure: the words tell more
    doubtful: bool = False
    spelled: bool = False  # written in numerals, 三千万: a list shows what was read
    bare: bool = False  # without a unit of its own
    undecided: bool = False  # 面议, 待定, 保密: words that truly say that there is no figure
    foreign: bool = False  # 500万美元: never converted
    problem: str = ""  # why nothing was read, and how to write it

    @property
    def definite(self) -> int | None:
        """The figure, 元, where it is one as it stands: of 2-3亿 and 约5亿 there is none."""
        return None if self.approximate else self.yuan

    @property
    def needs_review(self) -> bool:
        return self.approximate or self.doubtful or (self.yuan is None and bool(self.raw))


@lru_cache(maxsize=4096)  # lists repeat their figures
def read_amount(text: str | None, *, unit: int = WAN) -> AmountReading:
    """Reads `3.5亿`, `1200万`, `约2000`, `1亿2千万`, `两个亿`, `2-3亿`; a bare number is in `unit` (元
    per unit, 万元 unless told). A foreign currency is no amount of ours: `500万美元` keeps its words.

    A figure under 10 万元 or over 100 亿元 is marked doubtful: the slip of 万 and 亿 is the commonest
    error in such data. What is not understood as a whole is not read in part.
    """
    raw = (text or "").strip()
    simple = amounts.plain_figure(raw)
    if simple:
        return _reading(raw, simple, unit)
    plain, is_foreign = amounts.without_foreign(amounts.folded(raw))
    plain = amounts.spelled_alike(plain)
    if not plain:
        return AmountReading(raw, None, problem=amounts.UNCLEAR if raw else "")
    if amounts.says_no_figure(plain):
        return AmountReading(raw, None, undecided=True)
    found = amounts.figure_in(plain)
    if isinstance(found, str):
        return AmountReading(raw, None, problem=found)
    return AmountReading(raw, None, foreign=True) if is_foreign else _reading(raw, found, unit)


def _reading(raw: str, found: amounts.WrittenAmount, unit: int) -> AmountReading:
    value, is_bare = found.number * (found.unit or unit), found.unit is None
    if value > LARGEST:
        return AmountReading(raw, None, bare=is_bare, problem=_TOO_LARGE)
    yuan = int(value.quantize(Decimal(1), ROUND_HALF_UP))
    doubtful = found.doubtful or (yuan != 0 and yuan not in _USUAL)
    return AmountReading(raw, yuan, found.approximate, doubtful, found.spelled, is_bare)


_LAST_FIGURE = re.compile(rf"([\d{NUMERALS}])(?=[^\d{NUMERALS}]*$)")


def with_unit(raw: str, unit: str) -> str:
    """A bare amount with its unit behind the last figure: 约3左右 -> 约3亿元左右."""
    return _LAST_FIGURE.sub(rf"\1{unit}", raw, count=1)


def meanings_of(reading: AmountReading) -> list[AmountReading]:
    """What a bare figure of unusual size may mean, each written with its unit: 100000000 is 1 亿元 or, as the
    field says, 10,000 亿元. Empty for a figure that needs no question.
    """
    literal = reading.yuan or 0
    if not reading.bare or reading.yuan == 0 or literal in _USUAL:
        return []
    written = (read_amount(with_unit(reading.raw, unit)) for unit in ("元", "万元", "亿元"))
    return [one for one in written if one.yuan and (one.yuan in _USUAL or one.yuan == literal)]


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


def in_figures(yuan: int | None) -> str:
    """元 with thousands separators and without its unit; `未填` for None."""
    return "未填" if yuan is None else _scaled(yuan, 1, 0)


def in_yuan(yuan: int | None) -> str:
    """The same with its unit: `12,856 元`."""
    return "未填" if yuan is None else f"{in_figures(yuan)} 元"


def in_words(yuan: int | None) -> str:
    """A figure with the unit that suits its size: `2.60 亿元`, `3,500 万元`."""
    if yuan is None:
        return "未填"
    if abs(yuan) >= YI:
        return f"{in_yi(yuan)} 亿元"
    text = in_wan(yuan)
    return f"{text.removesuffix('.00')} 万元"
