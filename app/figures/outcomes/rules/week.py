"""A week at a glance: which week, what a move of a lead says, how late a step was by then. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

from app.core.values.errors import RuleBroken
from app.core.values.workdays import working_days
from app.figures.outcomes.enums import LeadResult
from app.promotion.leads.enums import PATH, LeadStage

DAY = timedelta(days=1)
WEEK = 7 * DAY


@dataclass(frozen=True, slots=True)
class WorkWeek:
    """Monday to Sunday; of the running week what is known up to today."""

    monday: date
    today: date

    @property
    def sunday(self) -> date:
        return self.monday + WEEK - DAY

    @property
    def until(self) -> date:
        """The last day on which something can have happened."""
        return min(self.sunday, self.today)

    @property
    def is_running(self) -> bool:
        return self.today <= self.sunday

    @property
    def before(self) -> date:
        return self.monday - WEEK

    @property
    def after(self) -> date | None:
        """The week after it, unless it has not begun."""
        return None if self.is_running else self.monday + WEEK

    @property
    def working_days(self) -> tuple[date, ...]:
        """Those that have begun, make-up days included."""
        return tuple(working_days(self.monday, self.until))

    @property
    def words(self) -> str:
        return f"{self.monday.isoformat()} 至 {self.sunday.isoformat()}"


def week_around(on: date | None, today: date) -> WorkWeek:
    """The week of a day, this one unless told. Raises RuleBroken for one that has not begun."""
    day = on or today
    week = WorkWeek(day - day.weekday() * DAY, today)
    if week.monday > today:
        raise RuleBroken({"on": "这一周还没到，最晚看本周，请换一个日期"})
    return week


def result_of(came_from: LeadStage | None, stage: LeadStage) -> LeadResult | None:
    """What entering a stage says; None for a step back, a halt or a loss, and for going on after a halt."""
    if stage is LeadStage.SIGNED:
        return LeadResult.SIGNED
    if came_from is None:
        return LeadResult.REGISTERED
    if came_from not in PATH or stage not in PATH:
        return None
    return LeadResult.FORWARD if PATH.index(stage) > PATH.index(came_from) else None


def days_over(due_on: date, done_on: date | None, week: WorkWeek) -> int:
    """How many days a step was over its date when it was closed, or by the end of the week; 0 in time."""
    end = done_on if done_on is not None and done_on <= week.until else week.until
    return max((end - due_on).days, 0)
