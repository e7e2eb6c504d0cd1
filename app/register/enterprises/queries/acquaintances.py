"""Who of the county knows a company: who met it or works with it, as far as a reader sees."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, literal, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from app.core.access.auth import Actor
from app.core.storage.db import db
from app.core.values.registries import Registry
from app.register.accounts.models import Person, Unit

Dealings = Select[int, int, str, date]


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """Somebody who knows a company: their unit, how they came to know it, the last day of it."""

    name: str
    unit: str
    hows: tuple[str, ...]
    on: date


# feature -> who has to do with some companies (inner ids) and when last, made by `dealings`, as far as this
# actor sees
DEALINGS: Registry[Callable[[Collection[int], Actor], Dealings]] = Registry("dealings")


def dealings(
    how: str,
    company: InstrumentedAttribute[int],
    person: InstrumentedAttribute[int],
    day: InstrumentedAttribute[date],
) -> Dealings:
    """The columns of DEALINGS, of each company and person the latest day; the caller says of which rows."""
    return select(company, person, literal(how), func.max(day)).group_by(company, person)


def who_knows(enterprise_ids: Collection[int], actor: Actor) -> Mapping[int, list[Acquaintance]]:
    """The people who know each of these companies, whoever had to do with it last first; in one statement."""
    found: dict[int, dict[int, list[tuple[str, date]]]] = defaultdict(lambda: defaultdict(list))
    people: dict[int, tuple[str, str]] = {}
    asked = [ask(enterprise_ids, actor) for ask in DEALINGS.values()] if enterprise_ids else []
    for company, person, how, day, name, unit in db.session.execute(_named(asked)) if asked else ():
        found[company][person].append((how, day))
        people[person] = name, unit
    return {
        company: sorted(
            (_acquaintance(*people[person], rows) for person, rows in of_company.items()),
            key=lambda one: (one.on, one.name),
            reverse=True,
        )
        for company, of_company in found.items()
    }


def _named(asked: list[Dealings]) -> Select[int, int, str, date, str, str]:
    every = union_all(*asked).subquery()
    company, person, how, day = every.c
    return (
        select(company, person, how, day, Person.name, Unit.name)
        .join(Person, Person.id == person)
        .join(Unit, Unit.id == Person.unit_id)
    )


def _acquaintance(name: str, unit: str, rows: list[tuple[str, date]]) -> Acquaintance:
    latest = sorted(rows, key=lambda row: row[1], reverse=True)
    return Acquaintance(name, unit, tuple(dict.fromkeys(how for how, _day in latest)), latest[0][1])
