"""Days and hours of the invented history: it ends now, runs back 24 months, and keeps to office hours."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from app.core.values.clock import BEIJING
from app.core.values.workdays import working_day_before
from app.county.demo.acts import Deed
from app.county.demo.county import TEAMS, TURNS

LENGTH = 730  # days of history
TURN = 183  # days of one turn of the resident teams
DAY = timedelta(days=1)
OPENS, CLOSES = time(8, 40), time(17, 50)


@dataclass(frozen=True, slots=True)
class HistorySpan:
    """From the first day of the history to its last, which is the present one once the office has opened."""

    now: datetime

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def first(self) -> date:
        return self.today - LENGTH * DAY

    @property
    def last(self) -> date:
        """The last day on which something may have been written down."""
        opened = self.now.time() >= time(9, 30)
        return working_day_before(self.today if opened else self.today - DAY)

    def ago(self, days: float) -> date:
        """A working day that many days before the last one, within the history."""
        return working_day_before(max(self.first + 5 * DAY, self.last - int(days) * DAY))

    def turn_on(self, day: date) -> int:
        return min(len(TURNS) - 1, max(0, (day - self.first).days // TURN))

    def turn_starts(self, turn: int) -> date:
        return self.first + turn * TURN * DAY

    def members(self, team: str, day: date) -> tuple[str, ...]:
        """Who is in a resident team on a day, its head first."""
        return TURNS[self.turn_on(day)][TEAMS.index(team)]


Maker = Callable[..., Deed]  # an act but for its instant, `at`


@dataclass(slots=True)
class Story:
    """What happens to one company or lead, in order; two things of one day keep the order of their rank."""

    moments: list[tuple[date, int, int, Maker]] = field(default_factory=list)

    def add(self, day: date, rank: int, make: Maker) -> None:
        self.moments.append((day, rank, len(self.moments), make))

    def acts(self, rng: Random, span: HistorySpan) -> list[Deed]:
        """The acts with their instants, none after now."""
        found: list[Deed] = []
        clock = datetime.combine(span.first, time(8), BEIJING)
        for day, _rank, _number, make in sorted(self.moments, key=lambda moment: moment[:3]):
            clock = _instant(rng, span, day, clock)
            found.append(make(at=clock))
        return found


def _instant(rng: Random, span: HistorySpan, day: date, after: datetime) -> datetime:
    opens = datetime.combine(day, OPENS, BEIJING)
    closes = min(datetime.combine(day, CLOSES, BEIJING), span.now - timedelta(minutes=2))
    minutes = max(0, int((closes - opens).total_seconds() // 60))
    wanted = opens + timedelta(minutes=rng.randint(0, minutes), seconds=rng.randint(0, 59))
    if wanted <= after:
        wanted = after + timedelta(minutes=rng.randint(2, 9))
    return (
        wanted
        if wanted < span.now
        else max(after, span.now - timedelta(minutes=2)) + timedelta(milliseconds=5)
    )
