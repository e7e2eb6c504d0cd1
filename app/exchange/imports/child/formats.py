"""What a number format makes of a value, as far as it concerns amounts: `0.00"亿元"` shows 3.50亿元 over 3.5,
`0!.0,"万元"` shows 500.0万元 over 5,000,000. Readers of workbooks give the bare value alone. Pure.

A format counts here only when it shows a unit or a foreign currency, or a percentage where shares are asked
for; all others are left to the reader.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

LONGEST_FORMAT = 255  # characters, the limit of spreadsheets
_SPEAKS = re.compile("[元圆万亿千百億萬]|美|港|US|HK|EUR|GBP|JPY|[$€£₽₩]")
_MOST_DECIMALS = 10  # beyond them a float is noise

# One token of a section: a literal in quotes, an escaped character, blank space, brackets, General, a date.
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|_(?P<space>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>General|G/通用格式|G/標準|通用格式)|(?P<power>[Ee][+-]0+)|(?P<date>[ymdhseYMDHSE]+|AM/PM)"
    r"|(?P<digit>[0#?])|(?P<point>\.)|(?P<comma>,)|(?P<percent>%)|(?P<text>@)|(?P<plain>.)",
    re.DOTALL,
)
_CONDITION = re.compile(r"^(<=|>=|<>|<|>|=)(-?[\d.]+)$")
_CURRENCY = re.compile(r"^\$([^-]*)(?:-[0-9A-Fa-f]+)?$")


@dataclass(slots=True)
class _Section:
    """One of the parts that semicolons divide: for positive, negative, zero, or under a condition."""

    parts: list[tuple[str, str]] = field(default_factory=list)  # kind, text
    condition: tuple[str, Decimal] | None = None
    is_number: bool = True  # no date, no scientific notation, no text

    @property
    def words(self) -> str:
        return "".join(text for kind, text in self.parts if kind == "literal")


def sections_of(code: str) -> list[_Section]:
    """The sections of a format; unknown characters are literals, as spreadsheets show them."""
    sections = [_Section()]
    for token in _TOKEN.finditer(code[:LONGEST_FORMAT]):
        kind = token.lastgroup or ""
        text = token[kind]
        if kind == "plain" and text == ";":
            sections.append(_Section())
        elif kind in {"quoted", "escaped", "plain"}:
            sections[-1].parts.append(("literal", text))
        elif kind == "bracket":
            _read_bracket(sections[-1], text)
        elif kind in {"date", "power", "text"}:
            sections[-1].is_number = False
        elif kind not in {"space", "fill"}:
            sections[-1].parts.append((kind, text))
    return sections


def _read_bracket(section: _Section, text: str) -> None:
    condition, currency = _CONDITION.match(text), _CURRENCY.match(text)
    if condition:
        section.condition = (condition[1], Decimal(condition[2]))
    elif currency and currency[1]:
        section.parts.append(("literal", currency[1]))
    elif re.fullmatch(r"[hms]+", text, re.IGNORECASE):
        section.is_number = False


def speaks_of_money(code: str) -> bool:
    """Whether a format shows a unit or a foreign currency beside its figure."""
    sections = sections_of(code)
    figures = [section for section in sections if section.is_number and _has_digits(section)]
    return any(_SPEAKS.search(section.words) for section in figures)


def is_percentage(code: str) -> bool:
    """Whether a format shows a share of one as a percentage: 0%, 0.00%."""
    shows = (any(kind == "percent" for kind, _text in section.parts) for section in sections_of(code))
    return any(shows)


def _has_digits(section: _Section) -> bool:
    return any(kind in {"digit", "general"} for kind, _text in section.parts)


def shown(code: str, value: float) -> str | None:
    """What a person sees in the cell, with no digit lost to rounding; None where the format shows a date."""
    number = Decimal(repr(value))
    section = _section_for(sections_of(code), number)
    if section is None or not section.is_number:
        return None
    if not _has_digits(section):
        return section.words.strip()
    text = _drawn(section, abs(number))
    if number < 0:
        text = "-" + text.strip("-() ")
    return _in_yuan(text.strip())


_COMPARE = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
}


def _section_for(sections: Sequence[_Section], number: Decimal) -> _Section | None:
    if any(section.condition for section in sections):
        for section in sections:
            if section.condition is None or _COMPARE[section.condition[0]](number, section.condition[1]):
                return section
        return None
    numeric = sections[:3]
    if number < 0 and len(numeric) > 1:
        return numeric[1]
    if number == 0 and len(numeric) > 2:
        return numeric[2]
    return numeric[0]


def _drawn(section: _Section, number: Decimal) -> str:
    kinds = [kind for kind, _text in section.parts]
    if "general" in kinds:
        return "".join(_plain(number) if kind == "general" else text for kind, text in section.parts)
    point = kinds.index("point") if "point" in kinds else _after_digits(kinds)
    scale = 2 * kinds.count("percent") - 3 * _trailing_commas(kinds, point)
    number = number.scaleb(scale)
    decimals = kinds[point:].count("digit")
    grouped = "comma" in kinds[: _last_digit(kinds, point)]
    whole, rest = _split(number, decimals)
    front = _front(section.parts[:point], whole, grouped=grouped)
    if rest and not any(letter.isdigit() for letter in front):
        front += "0"
    return front + _back(section.parts[point:], rest, has_point="." in front)


def _after_digits(kinds: Sequence[str]) -> int:
    return len(kinds) - next(place for place, kind in enumerate(reversed(kinds)) if kind == "digit")


def _last_digit(kinds: Sequence[str], end: int) -> int:
    return max((place for place, kind in enumerate(kinds[:end]) if kind == "digit"), default=0)


def _trailing_commas(kinds: Sequence[str], point: int) -> int:
    """Commas after the last digit, before or after the decimals, divide by a thousand each."""
    last_whole, last = _last_digit(kinds, point), _last_digit(kinds, len(kinds))
    between = kinds[last_whole + 1 : point] if last_whole < point else []
    return between.count("comma") + kinds[max(last, point - 1) + 1 :].count("comma")


def _split(number: Decimal, decimals: int) -> tuple[str, str]:
    """Digits before and after the point; at least `decimals` of them, more where rounding would lose some."""
    whole, _point, rest = f"{number:.{_MOST_DECIMALS}f}".partition(".")
    return whole, rest.rstrip("0").ljust(decimals, "0")


def _plain(number: Decimal) -> str:
    whole, rest = _split(number, 0)
    return f"{whole}.{rest}" if rest else whole


def _front(parts: Sequence[tuple[str, str]], whole: str, *, grouped: bool) -> str:
    """Digits before the point, dealt out to their places from the right: `0!.0000` over 35000 is 3.5000."""
    places = sum(kind == "digit" for kind, _text in parts)
    digits = _grouped(whole) if grouped else list(whole.lstrip("0"))
    drawn: list[str] = []
    for kind, text in reversed(parts):
        if kind == "literal":
            drawn.append(text)
        elif kind == "percent":
            drawn.append("%")
        elif kind == "digit":
            places -= 1
            take = digits if places == 0 else digits[-1:]
            drawn.append("".join(take) or ("0" if text == "0" else ""))
            del digits[len(digits) - len(take) :]
    return "".join(reversed(drawn))


def _grouped(whole: str) -> list[str]:
    """1234567 as its digits, those before a thousands separator with it."""
    digits = whole.lstrip("0")
    return [
        digit + ("," if left and left % 3 == 0 else "")
        for digit, left in zip(digits, range(len(digits) - 1, -1, -1), strict=True)
    ]


def _back(parts: Sequence[tuple[str, str]], rest: str, *, has_point: bool) -> str:
    drawn = ("" if has_point else ".") + rest if rest else ""
    return drawn + "".join(text for kind, text in parts if kind in {"literal", "percent"})


def _in_yuan(text: str) -> str:
    """千元 is written by spreadsheets alone: 5,000.00千元 is said as 5,000,000元."""
    found = re.fullmatch(r"(\D*?)([\d,]+(?:\.\d+)?)千元(.*)", text)
    if not found:
        return text
    return f"{found[1]}{_plain(Decimal(found[2].replace(',', '')) * 1000)}元{found[3]}"
