"""What a visit must say. Pure."""

from datetime import date

OLDEST = date(2000, 1, 1)


def problems(held_on: date, today: date, summary: str) -> dict[str, str]:
    """{field: sentence} for what is wrong; empty when nothing is."""
    found: dict[str, str] = {}
    if held_on > today:
        found["held_on"] = "走访日期不能在今天之后；要约的事写在「下一步」"
    if held_on < OLDEST:
        found["held_on"] = "走访日期太早，请核对年份"
    if not summary.strip():
        found["summary"] = "写上谈了什么，例如：明年要扩一条线，想先来看厂房"
    return found
