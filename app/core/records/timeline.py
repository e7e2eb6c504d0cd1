"""What happened to a record, told by whichever feature knows: sources stand in the manifests of features."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby

from app.core.access.auth import Actor
from app.core.storage.db import read_once
from app.core.storage.subjects import Subject, sees
from app.core.values.registries import Registry

SIZE = 50  # happenings of one page


def _sees(actor: Actor, subject: Subject) -> bool:
    """Asked once for all sources."""
    return read_once(("sees", actor.person_id, subject), lambda: sees(actor, subject))


@dataclass(frozen=True, slots=True)
class About:
    """The record whose past is asked for, first, and those in which its past began."""

    subjects: tuple[Subject, ...]

    @property
    def page(self) -> str:
        """The kind of the record on whose page the past is told."""
        return self.subjects[0].kind

    def seen_by(self, actor: Actor) -> list[Subject]:
        """Those that this person may see: the first, which whoever asks has shown, and others if so."""
        first, *others = self.subjects
        return [first, *(subject for subject in others if _sees(actor, subject))]

    def of(self, kind: str) -> Subject | None:
        """The record of one kind among them."""
        return next((subject for subject in self.subjects if subject.kind == kind), None)


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened. `contact` marks a meeting with the company, else a record of the system."""

    day: date
    at: datetime
    icon: str
    title: str
    who: str = ""
    body: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    tags: tuple[tuple[str, str], ...] = ()  # (light kind or "", words)
    url: str | None = None
    page: tuple[str, str] | None = None  # endpoint and public id of the record's own page, instead of a URL
    contact: bool = False


@dataclass(frozen=True, slots=True)
class Month:
    label: str
    happenings: tuple[Happening, ...] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Known:
    """What one source knows of a record: for each thing that happened its day, its instant and its key, light
    enough to be read for a whole past; `tell` puts those of one page into words.
    """

    marks: Sequence[tuple[date, datetime, int]]
    tell: Callable[[list[int]], Mapping[int, Happening]]


Source = Callable[[About, Actor], Known]
SOURCES: Registry[Source] = Registry("timeline sources")
NOTHING = Known((), lambda _keys: {})


@dataclass(frozen=True, slots=True)
class Past:
    """One page of what happened, newest first. `total` is exact."""

    months: tuple[Month, ...]
    number: int
    total: int
    size: int = SIZE

    @property
    def shown(self) -> tuple[int, int]:
        """The first and the last of this page, counted from the newest."""
        first = (self.number - 1) * self.size
        return first + 1, min(first + self.size, self.total)

    @property
    def older(self) -> int:
        """How many the next page holds."""
        return min(self.size, self.total - self.shown[1])


def timeline(about: About, actor: Actor, number: int = 1) -> Past:
    """Everything this person may know of, grouped by month; page `number`, or the last if there are fewer."""
    known = [source(about, actor) for source in SOURCES.values()]
    marks = sorted(
        ((day, at, place, key) for place, one in enumerate(known) for day, at, key in one.marks), reverse=True
    )
    number = max(1, min(number, -(-len(marks) // SIZE)))
    chosen = marks[(number - 1) * SIZE : number * SIZE]
    told = [
        one.tell([key for _day, _at, of, key in chosen if of == place]) for place, one in enumerate(known)
    ]
    happenings = [told[place][key] for _day, _at, place, key in chosen]
    months = groupby(happenings, key=lambda happening: (happening.day.year, happening.day.month))
    shown = tuple(Month(f"{year}年{month}月", tuple(rows)) for (year, month), rows in months)
    return Past(shown, number, len(marks))
