"""Work that comes round by itself, every night or every quarter of an hour: each piece once for each time it
is due, whoever runs it, and what was missed while no process ran, once, at the next start.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import String, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.core.access.auth import SYSTEM, acting_as
from app.core.storage.db import Base, BigId, db, insert_unless_there, lapsed
from app.core.values.clock import AHEAD, in_beijing, is_ahead, now
from app.core.values.registries import Registry

log = logging.getLogger(__name__)

# feature -> what it does, as the system, each in transactions of its own
NIGHTLY: Registry[Callable[[], object]] = Registry("nightly work")
# the same for what must be quick: jobs of people wait meanwhile
OFTEN: Registry[Callable[[], object]] = Registry("quarter-hourly work")
OFTEN_MINUTES = 15
NIGHT_AT = (2, 30)  # in Beijing
# Whoever took a piece of work and has not ended it by then has died over it; another takes it again.
TAKEN_FOR = timedelta(hours=1)


class RegularWork(Base):
    """One piece of work: the time it was last done for, and since when somebody does it."""

    __tablename__ = "regular_work"
    __audited__ = False

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    done_for: Mapped[datetime | None]
    taken_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class Round:
    """What comes round together, and when it was last due at an instant."""

    name: str
    works: Registry[Callable[[], object]]
    last_due: Callable[[datetime], datetime]


def _last_night(instant: datetime) -> datetime:
    hour, minute = NIGHT_AT
    night = in_beijing(instant).replace(hour=hour, minute=minute, second=0, microsecond=0)
    return night if night <= instant else night - timedelta(days=1)


def _last_quarter(instant: datetime) -> datetime:
    past = instant.minute % OFTEN_MINUTES
    return instant.replace(minute=instant.minute - past, second=0, microsecond=0)


NIGHT = Round("nightly", NIGHTLY, _last_night)
QUARTER = Round("often", OFTEN, _last_quarter)


def run_due(*rounds: Round) -> None:
    """Does what is due and neither done nor taken by another, of these rounds or of all. What fails goes to
    the log, counts as done and does not hold up the rest.
    """
    with acting_as(SYSTEM):
        for name, work, due in list(_due(rounds or (QUARTER, NIGHT))):
            if _take(name, due):
                _do(name, work)
                _end(name, due)


def _due(rounds: tuple[Round, ...]) -> Iterator[tuple[str, Callable[[], object], datetime]]:
    done = {name: last for name, last in db.session.execute(select(RegularWork.name, RegularWork.done_for))}
    db.session.rollback()
    for one in rounds:
        due = one.last_due(now())
        for feature, work in one.works.items():
            name = f"{one.name} {feature}"
            last = done.get(name)
            if last is None or last < due or is_ahead(last):
                yield name, work, due


def _take(name: str, due: datetime) -> bool:
    """Whether it is this process that does it."""
    instant = now()
    db.session.execute(insert_unless_there(RegularWork.__table__).values(name=name))
    # Done for a time that has not come: by a clock that was ahead, which must not put it off until then.
    is_due = or_(
        RegularWork.done_for.is_(None), RegularWork.done_for < due, RegularWork.done_for > instant + AHEAD
    )
    is_free = or_(RegularWork.taken_at.is_(None), lapsed(RegularWork.taken_at, TAKEN_FOR))
    taken = db.session.execute(
        update(RegularWork).where(RegularWork.name == name, is_due, is_free).values(taken_at=instant)
    ).rowcount  # type: ignore[attr-defined]
    db.session.commit()
    return bool(taken)


def _do(name: str, work: Callable[[], object]) -> None:
    try:
        work()
        db.session.commit()
    except Exception:
        db.session.rollback()
        log.exception("%s failed", name)


def _end(name: str, due: datetime) -> None:
    db.session.execute(
        update(RegularWork).where(RegularWork.name == name).values(done_for=due, taken_at=None)
    )
    db.session.commit()
