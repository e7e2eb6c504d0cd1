"""A day as rows write it: 2016-09-02, 2016年9月2号, 二〇一六年九月二日, the serial of a spreadsheet. Pure."""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from app.core.values.clean import clean_line, in_half_width
from app.core.values.numerals import figures_of, read_numeral

EARLIEST_YEAR = 1900

_BETWEEN = r"\s*[-/.,、\\]\s*"
_HOUR = r"(?:T|\s)*(?:[上下]午\s*)?\d{1,2}[:时][\d:.时分秒]*\s*(?:[ap]m|z)?"
_WEEKDAY = r"\s*\(?(?:星期|周)[一二三四五六日天]\)?"
_DAY = re.compile(
    rf"(\d{{4}})(?:{_BETWEEN}|\s*年\s*)(\d{{1,2}})(?:{_BETWEEN}|\s*月\s*)(\d{{1,2}})\s*[日号]?(?:{_WEEKDAY})?(?:{_HOUR})?",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTH = re.compile(r"(\d{4})(?:\s*[-/.年]\s*)(\d{1,2})\s*(?:月份?)?|((?:19|20)\d{2})(0[1-9]|1[0-2])")
_YEAR = re.compile(r"\d{4}年?")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
_SERIAL_ZERO = date(1899, 12, 30)
_DAYS_TO_1904 = 1462
_JANUARY = re.compile(r"(\d{4})\.1")
_SPELLED = re.compile(
    r"(?P<year>[\d零〇○◯oO一二三四五六七八九]{4})年(?P<month>[元正\d一二三四五六七八九十]{1,3})月"
    r"(?:(?P<day>[\d一二三四五六七八九十廿卅]{1,3})[日号]?)?"
)
_ZEROS = str.maketrans("○◯oO", "0000")
_TENS = str.maketrans({"廿": "二十", "卅": "三十", "元": "一", "正": "一"})
_DASHES = re.compile("[‐-―−]")


@dataclass(frozen=True, slots=True)
class DayRead:
    """A date as read: the day, or the problem; `doubt` when part of it was guessed."""

    day: date | None = None
    problem: str = ""
    doubt: str = ""


@lru_cache(maxsize=4096)  # lists repeat their days
def read_day(text: str, today: date) -> DayRead:
    """A day that is not after today. A month is its first day, and says so."""
    plain = _in_figures(_DASHES.sub("-", in_half_width(clean_line(text)).strip()))
    serial = _SERIAL.fullmatch(plain)
    if serial:
        read = _bounded(_SERIAL_ZERO + timedelta(days=int(serial[1])), today)
        return replace(read, doubt=f"表格软件的日期序号，读作 {read.day}" if read.day else "")
    match = _DAY.fullmatch(plain) or _DIGITS.fullmatch(plain)
    if match:
        return _real_day(int(match[1]), int(match[2]), int(match[3]), today)
    month = _MONTH.fullmatch(plain)
    if month:
        year, number = (int(part) for part in month.groups() if part)
        return _month(year, number, today, may_be_october=bool(_JANUARY.fullmatch(plain)))
    if _YEAR.fullmatch(plain):
        return DayRead(problem="只有年份，写成 2005-06-30 这样")
    return DayRead(problem="读不出日期，写成 2026-09-02 这样")


def from_1904(text: str) -> str:
    """The serial of a spreadsheet that counts from 1904 as others count it; any other text as it is."""
    serial = _SERIAL.fullmatch(text)
    return str(int(serial[1]) + _DAYS_TO_1904) if serial else text


def _in_figures(plain: str) -> str:
    """二〇二六年三月十五日 -> 2026年3月15日."""
    spelled = _SPELLED.fullmatch(plain)
    if spelled is None:
        return plain
    month, day = (read_numeral((spelled[part] or "").translate(_TENS)) for part in ("month", "day"))
    if month is None or (spelled["day"] and day is None):
        return plain
    year = figures_of(spelled["year"].translate(_ZEROS))
    return f"{year}年{month:f}月" + (f"{day:f}日" if day is not None else "")


def _month(year: int, number: int, today: date, *, may_be_october: bool) -> DayRead:
    read = _real_day(year, number, 1, today)
    if read.day is None:
        return read
    if may_be_october and date(year, 10, 1) <= today:
        doubt = f"读作 {read.day}；表格里的数 {year}.10 也显示成 {year}.1，可能是 {year} 年 10 月，请核对"
        return replace(read, doubt=doubt)
    return replace(read, doubt="只有年月，读作当月 1 日")


def _real_day(year: int, month: int, day: int, today: date) -> DayRead:
    if not 1 <= month <= 12:
        return DayRead(problem=f"没有 {month} 月，请核对后改成 2026-09-02 这样")
    try:
        return _bounded(date(year, month, day), today)
    except ValueError:
        return DayRead(problem=f"{year} 年 {month} 月没有 {day} 日，请核对")


def _bounded(day: date, today: date) -> DayRead:
    if day.year < EARLIEST_YEAR:
        return DayRead(problem=f"{day.year} 年太早，请核对")
    if day > today:
        return DayRead(problem=f"{day.isoformat()} 在今天之后，请核对")
    return DayRead(day)
