"""When a step is late and how that is said: 逾期 4 个工作日, 今天到期, 剩 4 天. Pure."""

from datetime import date, timedelta

from app.core.values.lights import Light
from app.core.values.workdays import working_days
from app.promotion.steps.enums import DueGroup

SOON = 2  # days before the date from which the light is yellow
_COUNTED = 366  # days of lateness beyond which nobody counts working days any more


def is_overdue(due_on: date, today: date) -> bool:
    """A step is in time on its date itself."""
    return due_on < today


def working_days_late(due_on: date, today: date) -> int:
    """Working days after the date up to today, today included; 0 when in time or late by holidays only."""
    days = min((today - due_on).days, _COUNTED)
    return len(list(working_days(today - timedelta(days=days - 1), today)))


def light_of(due_on: date, today: date) -> Light:
    """How a step stands today."""
    if is_overdue(due_on, today):
        return Light("red", _late_words(due_on, today))
    days = (due_on - today).days
    if days == 0:
        return Light("yellow", "今天到期")
    return Light("yellow" if days <= SOON else None, f"剩 {days} 天")


def _late_words(due_on: date, today: date) -> str:
    if (today - due_on).days > _COUNTED:
        return "逾期一年以上"
    late = working_days_late(due_on, today)
    return f"逾期 {late} 个工作日" if late else "逾期，不足 1 个工作日"


def group_of(due_on: date, today: date) -> DueGroup:
    """Under which heading a step stands; a week ends on Sunday."""
    if is_overdue(due_on, today):
        return DueGroup.OVERDUE
    if due_on == today:
        return DueGroup.TODAY
    return DueGroup.THIS_WEEK if due_on <= end_of_week(today) else DueGroup.LATER


def end_of_week(today: date) -> date:
    """The Sunday of this week."""
    return today + timedelta(days=6 - today.weekday())


def text_problem(what: str) -> str | None:
    """Why a text cannot be a step."""
    return None if len(what.strip()) >= 2 else "写下一步做什么，例如：约严总来看厂房"
