"""Numbers as Chinese writes them, also mixed with figures: 三千万, 1亿2千万, 壹仟贰佰, 2.5千万. Pure.

Written here because the usual library refuses 1.2千万 and reads 一亿五 as something else.
"""

import re
from decimal import Decimal

_DIGITS = {
    **{letter: number for number, letter in enumerate("零一二三四五六七八九")},
    **{letter: number for number, letter in enumerate("〇壹贰叁肆伍陆柒捌玖")},
    "两": 2,
    "貳": 2,
    "參": 3,
    "陸": 6,
}
_SMALL = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
_LARGE = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_ZEROS = "零〇"
_PARTS = re.compile(r"\d+(?:\.\d+)?|.")
NUMERALS = "".join((*_DIGITS, *_SMALL, *_LARGE))


def read_numeral(text: str) -> Decimal | None:
    """The number a text writes; None for what is none or leaves a unit out, as 一亿五 and 3亿5 do."""
    total, last = Decimal(0), None
    for unit, head in _sections(text):
        value = _below_wan(head.lstrip(_ZEROS) or head[-1:])
        if value is None or (last and (value * unit >= last or _lacks_unit(unit, head))):
            return None
        total, last = total + value * unit, unit
    return total if last else None


def _lacks_unit(unit: int, head: str) -> bool:
    """After 万 or 亿, a bare digit: 一亿五 means 1.5亿 to most, 一亿零五 is plain."""
    return unit == 1 and not any(letter in _SMALL for letter in head) and head[0] not in _ZEROS


def _sections(text: str) -> list[tuple[int, str]]:
    """1亿2千万 -> (亿, 1), (万, 2千): what stands before each large unit, largest first."""
    found, head = [], ""
    for letter in text:
        if letter in _LARGE:
            found.append((_LARGE[letter], head))
            head = ""
        else:
            head += letter
    return [*found, (1, head)] if head else found


def _below_wan(text: str) -> Decimal | None:
    """二千三百, 2千5百, 十五, 3500, 1.2千; each unit smaller than the one before."""
    total, digit, last, gap = Decimal(0), None, 10**4, False
    for part in _PARTS.findall(text):
        if part in _SMALL:
            if _SMALL[part] >= last or (digit is None and (total or part not in "十拾")):
                return None
            total, last, digit = total + (1 if digit is None else digit) * _SMALL[part], _SMALL[part], None
        elif part in _ZEROS and digit is None and total:
            gap = True
        else:
            digit = _digit(part) if digit is None else None
            if digit is None:
                return None
    if digit is None:
        return total or None
    # 二千三 means 2300 to some and 2003 to nobody: without 零 only 十五 and a bare figure are sure.
    return total + digit if not total or last == 10 or gap else None


def _digit(part: str) -> Decimal | None:
    if part in _DIGITS:
        return Decimal(_DIGITS[part])
    return Decimal(part) if part.replace(".", "", 1).isascii() and part[0].isdigit() else None
