"""When an event is, and when its door and its invitations are open. Pure."""

from datetime import date, timedelta

from app.core.values import terms
from app.core.values.terms import DaysState

_LONGEST = timedelta(days=30)  # between the first day and the last


def problems_of_days(first_on: date, last_on: date) -> dict[str, str]:
    """What is wrong with the days of an event: {field: sentence}."""
    too_long = f"一场最长 {_LONGEST.days + 1} 天，请核对日期"
    return terms.problems_of_days(first_on, last_on, _LONGEST, too_long)


def why_no_door(first_on: date, last_on: date, today: date) -> str:
    """Why nobody checks in today; empty when they do."""
    return {
        DaysState.PLANNED: f"活动 {first_on} 开始，那天再来签到",
        DaysState.RUNNING: "",
        DaysState.OVER: "活动已经结束，不能再签到",
    }[terms.state_on(first_on, last_on, today)]


def why_no_reply(last_on: date, today: date) -> str:
    """Why an invitation takes no answer any more; empty when it does."""
    return "这次活动已经结束" if today > last_on else ""
