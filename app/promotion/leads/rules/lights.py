"""How long in a stage and how long in silence is long, as lights."""

from dataclasses import dataclass
from datetime import date

from app.core.values.clock import days_between
from app.core.values.lights import Light


@dataclass(frozen=True, slots=True)
class StageLight(Light):
    """`kind` is None when the stage has no clock."""

    days: int


def clock_light(since: date, today: date, clock_days: int | None) -> StageLight:
    """How long a lead has been in its stage against the stage's clock, in calendar days. Its words
    say 停留, since 逾期 is said of what was to be done by a day.

    Yellow from the last fifth of the time on, at least from the last day.
    """
    days = days_between(since, today)
    if clock_days is None:
        return StageLight(None, "今天刚到" if days == 0 else f"已 {days} 天", days)
    left = clock_days - days
    if left < 0:
        return StageLight("red", f"停留超 {-left} 天", days)
    if left <= max(1, clock_days // 5):
        return StageLight("yellow", "停留今天到限" if left == 0 else f"停留还剩 {left} 天", days)
    return StageLight("green", f"停留还剩 {left} 天", days)


COLD_AFTER = 30  # days without contact after which a lead under way is 要凉的
FORGOTTEN_AFTER = 45  # days


def days_of_silence(last_contact_on: date | None, registered_on: date, today: date) -> int:
    """How long nobody has spoken to a company; a lead that was never followed up counts from its day."""
    return days_between(last_contact_on or registered_on, today)


def silence_light(days: int) -> StageLight:
    """The light of a silence; none while it is short enough."""
    words = f"{days} 天没有联系"
    if days <= COLD_AFTER:
        return StageLight(None, words, days)
    return StageLight("red" if days > FORGOTTEN_AFTER else "yellow", words, days)
