"""What is wrong with a sign, and which two say the same. Pure."""

import re
from datetime import date
from urllib.parse import urlsplit

EARLIEST = date(1990, 1, 1)  # before that no county kept any: a digit of the year was lost
LONGEST = 200  # characters of what happened: one sentence
LONGEST_URL = 500
_MARKS = re.compile(r"[\W_]+")


def same_words(what: str) -> str:
    """What two sentences have in common that say the same: letters and figures, whatever stands between."""
    return _MARKS.sub("", what).casefold()


def problem_of_day(day: date, today: date) -> str | None:
    if day < EARLIEST:
        return f"发生日期早于 {EARLIEST.year} 年，看看年份"
    return "发生日期还没有到，写今天或更早的日期" if day > today else None


def problem_of_what(what: str) -> str | None:
    return None if same_words(what) else "写一句发生了什么，例如：完成 B 轮融资"


def problem_of_amount(amount: int | None) -> str | None:
    return "金额要大于零，不知道就空着" if amount is not None and amount <= 0 else None


def problem_of_url(url: str) -> str | None:
    """Only addresses of the web are kept: the page of a sign makes a link of it."""
    if not url:
        return None
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in ("http", "https") and "." in (parts.hostname or "")
    except ValueError:  # half a bracket of an IPv6 address
        is_address = False
    if not is_address or any(sign.isspace() for sign in url):
        return "链接要以 http:// 或 https:// 开头，是一个完整的网址"
    return None


def problems(
    *, happened_on: date, what: str, amount: int | None, source_url: str, today: date
) -> dict[str, str]:
    """What is wrong with a sign as it was typed: {field: sentence}."""
    found = {
        "happened_on": problem_of_day(happened_on, today),
        "what": problem_of_what(what),
        "amount": problem_of_amount(amount),
        "source_url": problem_of_url(source_url),
    }
    return {name: sentence for name, sentence in found.items() if sentence}
