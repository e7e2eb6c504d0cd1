"""Numbers as Chinese writes them, also mixed with figures: 三千万, 1亿2千万, 壹仟贰佰, 2.5千万, 一亿五. Pure.

Written here because the usual library refuses 1.2千万 and reads 3亿5 as 300,000,010.
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
_POINT, _HALF = "点", "半"
_PARTS = re.compile(r"\d+(?:\.\d+)?|.")
NUMERALS = "".join((*_DIGITS, *_SMALL, *_LARGE, _POINT, _HALF))

_DIGIT = rf"[\d{''.join(_DIGITS)}]"
_NOT_NONE = rf"(?:[1-9]|[{''.join(letter for letter, value in _DIGITS.items() if value)}])"
_WITH_POINT = re.compile(rf"({_DIGIT}|(?<=[十拾])){_POINT}({_DIGIT}+)")
_HALF_BEHIND = re.compile(rf"(?<!点)([万萬亿億]){_HALF}$")
_HALF_BEFORE = re.compile(rf"^{_HALF}(?=[万萬亿億])")
# 一亿五, 3亿5, 一亿五千, 三万五: what stands behind 亿 or 万 without its unit is of the next lower one.
_SHORT = re.compile(rf"^[^.]*(?:[亿億]{_NOT_NONE}[千仟]?|[万萬]{_NOT_NONE})$")


def read_numeral(text: str) -> Decimal | None:
    """The number a text writes; None for what is none or leaves open which unit is meant, as 二千三 does."""
    total, last = Decimal(0), None
    for unit, head in _sections(_spelled_out(text)):
        value = _below_wan(head.lstrip(_ZEROS) or head[-1:])
        if value is None or (last and (value * unit >= last or _lacks_unit(last, unit, head))):
            return None
        total, last = total + value * unit, unit
    return total if last else None


def is_shortened(text: str) -> bool:
    """Whether a unit is left out at the end, as in 一亿五."""
    return bool(_SHORT.match(text))


def _spelled_out(text: str) -> str:
    """三点五亿 -> 3.5亿, 一亿半 and 一亿五 -> 一亿五千万, 半亿 -> 0.5亿."""
    text = _WITH_POINT.sub(lambda found: _pointed(found[1], found[2]), text)
    text = _HALF_BEFORE.sub("0.5", _HALF_BEHIND.sub(r"\g<1>5", text))
    if not _SHORT.match(text):
        return text
    return f"{text.rstrip('千仟')}千" if text[-2] in "万萬" else f"{text.rstrip('千仟')}千万"


def _pointed(whole: str, behind: str) -> str:
    return f"{figures_of(whole) or 0}.{figures_of(behind)}"


def figures_of(text: str) -> str:
    """二〇二六 -> 2026: every digit by itself."""
    return "".join(str(_DIGITS.get(letter, letter)) for letter in text)


def _lacks_unit(last: int, unit: int, head: str) -> bool:
    """After 亿, or bare after 万, figures of which nobody knows what they count: 3亿50, 一亿五百.

    With 零 it is plain: 一亿零五.
    """
    is_plain = head[0] in _ZEROS or (last == 10**4 and any(letter in _SMALL for letter in head))
    return unit == 1 and not is_plain


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
