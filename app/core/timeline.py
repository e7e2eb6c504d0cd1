"""What happened to a record, told by whichever feature knows: sources are registered in app.factory."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby

from app.core.auth import Actor
from app.core.registries import Registry


@dataclass(frozen=True, slots=True)
class About:
    """The record whose past is asked for; only what is set narrows. Inner ids."""

    enterprise_id: int | None = None
    lead_id: int | None = None
    project_id: int | None = None


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


Source = Callable[[About, Actor], Iterable[Happening]]
SOURCES: Registry[Source] = Registry("timeline sources")


def timeline(about: About, actor: Actor, limit: int = 100) -> list[Month]:
    """Everything this person may know of, newest first, grouped by month."""
    found = [happening for source in SOURCES.values() for happening in source(about, actor)]
    found.sort(key=lambda happening: (happening.day, happening.at), reverse=True)
    months = groupby(found[:limit], key=lambda happening: (happening.day.year, happening.day.month))
    return [Month(f"{year}年{month}月", tuple(rows)) for (year, month), rows in months]
