"""Records that were entered before today: what was entered today opens no numbers yet."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import ParamSpec, TypeVar

from app.core.clock import as_if, now

P = ParamSpec("P")
T = TypeVar("T")


def entered_yesterday(make: Callable[P, T]) -> Callable[P, T]:
    """The same factory, run as if it were the day before."""

    @wraps(make)
    def made(*args: P.args, **named: P.kwargs) -> T:
        with as_if(now() - timedelta(days=1)):
            return make(*args, **named)

    return made
