"""What cannot be said of a team and of the associations it keeps. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

EARLIEST = date(1980, 1, 1)  # before that no county had one: a digit of the year was lost
MUNICIPALITIES = frozenset({"11", "12", "31", "50"})  # a city by themselves: 北京 天津 上海 重庆
MOST_REGIONS = 60
MOST_THINGS = 40
LONGEST_THING = 60


@dataclass(frozen=True, slots=True)
class Membership:
    """The days of one member, for what they ask of the days of the team."""

    name: str
    starts_on: date
    ends_on: date | None


def problems_of_days(
    opened_on: date, closed_on: date | None, members: Iterable[Membership] = ()
) -> dict[str, str]:
    """What is wrong with the days of a team: every term of a member lies within them."""
    if opened_on < EARLIEST:
        return {"opened_on": f"设立日期早于 {EARLIEST.year} 年，看看年份"}
    if closed_on is not None and closed_on < opened_on:
        return {"closed_on": "撤销日期在设立日期之前，看看是不是写反了"}
    for one in members:
        if one.starts_on < opened_on:
            return {
                "opened_on": f"{one.name} {one.starts_on} 就在组里了，设立日期写这一天或以前，"
                "或者先改这位队员的第一天"
            }
        if closed_on is not None and (one.ends_on is None or one.ends_on > closed_on):
            until = f"到 {one.ends_on}" if one.ends_on else "还没有最后一天"
            return {"closed_on": f"{one.name}{until}，先写上队员的最后一天，再写撤销日期"}
    return {}


def problems_of_things(things: list[str]) -> dict[str, str]:
    """What is wrong with the equipment, one thing a line."""
    if len(things) > MOST_THINGS:
        return {"equipment": f"最多写 {MOST_THINGS} 行，现在有 {len(things)} 行，把同类的并成一行"}
    for number, thing in enumerate(things, start=1):
        if len(thing) > LONGEST_THING:
            return {"equipment": f"第 {number} 行太长，一行最多 {LONGEST_THING} 个字"}
    return {}


def problems_of_association(since: date, until: date | None, today: date) -> dict[str, str]:
    """What is wrong with the days in which a team keeps up with an association."""
    if since < EARLIEST:
        return {"since": f"日期早于 {EARLIEST.year} 年，看看年份"}
    if since > today:
        return {"since": "还没有到这一天，联系上以后再记"}
    if until is not None and until < since:
        return {"until": "结束的日期在开始之前，看看是不是写反了"}
    return {}


def problems_of_rotation(
    leaves: Membership, last_day: date, today: date, is_same_person: bool
) -> dict[str, str]:
    """What is wrong with who leaves a team after which day, before anything is written."""
    if is_same_person:
        return {"coming": "接手的不能是离开的人自己"}
    if last_day < leaves.starts_on:
        return {"last_day": f"{leaves.name} {leaves.starts_on} 才进组，最后一天写这一天或以后"}
    if leaves.ends_on is not None and last_day > leaves.ends_on:
        return {"last_day": f"{leaves.name}在组里只到 {leaves.ends_on}，最后一天写这一天或以前"}
    if last_day >= today:
        return {
            "last_day": "移交从最后一天的后一天算起，到那天再办；队员的最后一天和第一天现在就可以写在队员那里"
        }
    return {}
