"""What this process holds of `budgets` beside the count in the database: taken in advance, so that what comes
with every key is seldom written; or let pass while it could not be, and yet to be counted.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from flask import current_app

from app.core.values.clock import now

Key = tuple[str, int]  # budget and user
_LEASES = "budget_leases"


@dataclass(slots=True)
class _Leases:
    """What may still be spent: until when, how much. What is owed: since when, how much."""

    lock: Lock = field(default_factory=Lock)
    left: dict[Key, tuple[datetime, int]] = field(default_factory=dict)
    owed: dict[Key, tuple[datetime, int]] = field(default_factory=dict)


def _leases() -> _Leases:
    found: _Leases = current_app.extensions.setdefault(_LEASES, _Leases())
    return found


def take(key: Key, window: timedelta, cost: int) -> bool:
    """Whether so much was left of what was taken in advance."""
    leases = _leases()
    with leases.lock:
        until, left = leases.left.get(key, (now(), 0))
        if left < cost or not now() < until <= now() + window:
            return False
        leases.left[key] = (until, left - cost)
        return True


def keep(key: Key, window: timedelta, rest: int) -> None:
    """Keeps what was counted and is not spent yet."""
    leases = _leases()
    with leases.lock:
        leases.left[key] = (now() + window, rest)


def owe(key: Key, window: timedelta, more: int) -> int:
    """How much was let pass that is not counted yet, before so much more (or less) is added."""
    leases, moment = _leases(), now()
    with leases.lock:
        since, owed = leases.owed.get(key, (moment, 0))
        if not since <= moment < since + window:
            since, owed = moment, 0
        leases.owed.pop(key, None)
        if owed + more > 0:
            leases.owed[key] = (since, owed + more)
        return owed
