"""Days in tests: records that were entered before today, since what was entered today opens no numbers yet;
and days that are told when a test runs, since the tests may be collected before midnight and run after it.
"""

from collections.abc import Callable
from datetime import date, timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from app.core.values.clock import as_if, now, today

P = ParamSpec("P")
T = TypeVar("T")


def entered_yesterday(make: Callable[P, T]) -> Callable[P, T]:
    """The same factory, run as if it were the day before."""

    @wraps(make)
    def made(*args: P.args, **named: P.kwargs) -> T:
        with as_if(now() - timedelta(days=1)):
            return make(*args, **named)

    return made


def in_days(days: int) -> Callable[[], date]:
    """A day of a table of cases, counted from the day on which its test runs."""
    return lambda: today() + timedelta(days=days)


def told(value: Any) -> Any:
    """A value of such a table; of a mapping, all of its values."""
    if isinstance(value, dict):
        return {name: told(each) for name, each in value.items()}
    return value() if callable(value) else value
