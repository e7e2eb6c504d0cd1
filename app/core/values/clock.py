"""The only source of "now": instants are UTC, business dates are Beijing dates."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")


_as_if: ContextVar[datetime | None] = ContextVar("as_if", default=None)


def now() -> datetime:
    """The current instant, aware, in UTC."""
    return _as_if.get() or datetime.now(UTC)


@contextmanager
def as_if(instant: datetime) -> Iterator[None]:
    """Runs a block as if it were another instant: for invented history, so that every time in it agrees."""
    token = _as_if.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _as_if.reset(token)


def today() -> date:
    """The current business date in Beijing."""
    return now().astimezone(BEIJING).date()


def in_beijing(instant: datetime) -> datetime:
    """An aware instant as Beijing wall time."""
    return instant.astimezone(BEIJING)


def start_of(day: date) -> datetime:
    """The instant at which a Beijing date begins, in UTC."""
    return datetime.combine(day, time.min, BEIJING).astimezone(UTC)


# --- instants that were stored -----------------------------------------------------------------------
# A clock may be ahead and be put right: what it wrote meanwhile then lies in the future. How long ago that
# was, nobody knows. So what lasts for a while from then on (a session, a lock, a chance to take back) is
# over, and what is only counted or shown is of now. `core/storage/db.lapsed` is the same in SQL.

AHEAD = timedelta(minutes=1)  # by which the clocks of two machines may differ without being wrong


def is_ahead(instant: datetime, moment: datetime | None = None) -> bool:
    """Whether a stored instant has not come yet."""
    return instant > (moment or now()) + AHEAD


def has_passed(since: datetime, span: timedelta, moment: datetime | None = None) -> bool:
    """Whether more than a span has gone by since a stored instant, or nobody knows."""
    moment = moment or now()
    return moment - since > span or is_ahead(since, moment)


def age_of(instant: datetime) -> timedelta:
    """How long ago a stored instant was; never negative."""
    return max(now() - instant, timedelta())


def years_before(day: date, years: int) -> date:
    """The same day so many years earlier; of 29 February the 28th where that year has none."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def whole_years(since: date, day: date) -> int:
    """How many years have passed from a day to a later one, the last one whole."""
    years = day.year - since.year
    return years if years_before(day, years) >= since else years - 1


def days_between(start: date, end: date) -> int:
    """The days from one date to a later one; none where a clock that was ahead has written the first."""
    return max((end - start).days, 0)


def age_in_words(age: timedelta) -> str:
    """`3 分钟`; never less than a second."""
    seconds = max(1, int(age.total_seconds()))
    for size, word in ((86_400, "天"), (3_600, "小时"), (60, "分钟")):
        if seconds >= size:
            return f"{seconds // size} {word}"
    return f"{seconds} 秒"
