"""When an event is, and when its door and its invitations are open. Pure."""

from datetime import date, timedelta

from app.core.values.lights import Light

LONGEST = timedelta(days=30)
_SOON = 3


def problems_of_days(first_on: date, last_on: date) -> dict[str, str]:
    """What is wrong with the days of an event: {field: sentence}."""
    if last_on < first_on:
        return {"last_on": f"最后一天不能早于第一天（{first_on}），这样一天也没有，请改其中一个"}
    if first_on.year < 2000:
        return {"first_on": "第一天太早，请核对年份"}
    too_long = last_on - first_on > LONGEST
    return {"last_on": f"一场最长 {LONGEST.days + 1} 天，请核对日期"} if too_long else {}


def light_of(first_on: date, last_on: date, today: date) -> Light:
    if today < first_on:
        left = (first_on - today).days
        return Light("yellow" if left <= _SOON else "grey", f"{left} 天后开始")
    return Light("green", "进行中") if today <= last_on else Light("grey", "已结束")


def why_no_door(first_on: date, last_on: date, today: date) -> str:
    """Why nobody checks in today; empty when they do."""
    if today < first_on:
        return f"活动 {first_on} 开始，那天再来签到"
    return "活动已经结束，不能再签到" if today > last_on else ""


def why_no_reply(last_on: date, today: date) -> str:
    """Why an invitation takes no answer any more; empty when it does."""
    return "这次活动已经结束" if today > last_on else ""
