"""The registered capital as a row writes it: the figure, the words kept, what is said of both. Pure."""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from app.core.values import amounts
from app.core.values.clean import clean_line
from app.core.values.money import AmountReading, in_words, meanings_of, read_amount, with_unit
from app.exchange.imports.columns import unit_of
from app.exchange.imports.enums import AmountUnit

LONGEST = 60  # as in the table of enterprises


class AroundAmount(NamedTuple):
    """What stands around the figure: a column of units, the heading, the unit that holds for the column."""

    unit_cell: str = ""
    heading: str = ""
    unit: AmountUnit = AmountUnit.WAN
    is_unit_named: bool = False
    unit_doubt: str = ""  # that the file names two units

    @property
    def unit_here(self) -> AmountUnit:
        """The unit of a bare figure in this row."""
        plain = amounts.spelled_alike(amounts.folded(self.unit_cell))
        return (unit_of(plain) or AmountUnit.YUAN) if plain else self.unit


@dataclass(frozen=True, slots=True)
class CapitalRead:
    """`yuan` is None where only the words are kept; `doubt` is "" where nothing was guessed."""

    yuan: int | None
    words: str
    doubt: str = ""


@lru_cache(maxsize=4096)  # lists repeat their figures
def read_capital(cell: str, told: AroundAmount) -> CapitalRead:
    """A cell that holds something. The words say by themselves what was read: the form of an enterprise reads
    them again, without the heading.
    """
    shown = clean_line(f"{cell} {told.unit_cell}")
    if _is_foreign(shown, told.heading):
        kept = shown if _is_foreign(shown) else f"{shown}（{told.heading}）"
        return CapitalRead(None, kept, f"外币，保留原文「{kept[:LONGEST]}」，不折算")
    read = read_amount(cell, unit=told.unit_here.yuan)
    if read.yuan:
        return CapitalRead(read.yuan, _words(read, shown, told.unit_here), _doubt(read, told))
    words = f"{cell}{told.unit_here.label}" if read.bare else shown
    return CapitalRead(None, words, f"{_why_no_figure(read)}，只保留原文")


def _is_foreign(*texts: str) -> bool:
    return any(amounts.without_foreign(amounts.folded(text))[1] for text in texts)


def _words(read: AmountReading, shown: str, unit: AmountUnit) -> str:
    texts = (shown, with_unit(read.raw, unit.label), read.raw)
    again = (read_amount(text) for text in texts)
    same = (one.raw for one in again if one.yuan == read.yuan and not one.bare)
    return next(same, f"{read.yuan}元")


def _doubt(read: AmountReading, told: AroundAmount) -> str:
    amount = in_words(read.yuan)
    if read.approximate:
        return f"约数、范围或带说明，读作 {amount}"
    if read.doubtful:
        is_told = not read.bare or told.is_unit_named or told.unit_cell
        return f"读作 {amount}，这个数目少见，请核对单位" if is_told else f"没写单位，读作 {amount}"
    if read.bare and not told.unit_cell and told.unit_doubt:
        return told.unit_doubt
    return f"读作 {amount}" if read.spelled else ""


def _why_no_figure(read: AmountReading) -> str:
    if read.undecided:
        return "没有写数字"
    if read.yuan == 0:
        return "写的是 0"
    meant = meanings_of(read)
    if meant:
        return f"数目太大，像是「元」：{meant[0].raw} 是 {in_words(meant[0].yuan)}，请核对"
    return read.problem.split("，写成")[0]
