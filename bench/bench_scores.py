"""A month's scores of 100 teams and a year of them, at growing numbers of visits, beside row by row.

Visits of one year, two people of a team at each, days on duty of 200 people. Row by row is what is written
first: for each team its visits are loaded as objects, each visit is asked whether its company was met before,
days are counted one by one; the scores are then made by the same rules and must be the same. In turns, the
median of the turns' ratios.
"""

import argparse
import random
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import _common as common
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from app.core.access.auth import acting_as
from app.core.storage.db import db
from app.core.values.clock import today
from app.core.values.credit import WHOLE, By
from app.core.values.ids import new_public_id
from app.promotion.assessments import queries, services
from app.promotion.assessments.enums import ItemPart, RuleKind, SpanKind
from app.promotion.assessments.models import AssessmentScheme
from app.promotion.assessments.queries import Ranking
from app.promotion.assessments.rules import POINT, AssessedSpan, Scored, ScoreItem, scored
from app.promotion.assessments.services import SchemeData
from app.promotion.residents.enums import DutyKind
from app.promotion.residents.models import DutyEntry
from app.promotion.visits.enums import VisitKind
from app.promotion.visits.models import Visit, VisitParticipant
from app.register.accounts.enums import UnitKind
from app.register.accounts.models import Person, TeamMembership, Unit
from app.register.accounts.queries import actor_by_login

TEAMS = 100
MONTH_GOAL, YEAR_GOAL = 10.0, 60.0  # seconds, at the largest number
LARGEST = 100_000
DAY = timedelta(days=1)
MEASURES = (
    ("visit.outbound", 30),
    ("visit.reception", 20),
    ("visit.met_first", 20),
    ("visit.met_again", 10),
    ("duty.days", 20),
)
ITEMS = tuple(
    ScoreItem(
        code=measure,
        name=measure,
        part=ItemPart.ACTIVITY,
        rule=RuleKind.TO_MAX,
        measure=measure,
        weight=weight * POINT,
    )
    for measure, weight in MEASURES
)


def year() -> tuple[date, date]:
    """The twelve months before this one."""
    month = today().replace(day=1)
    return month.replace(year=month.year - 1), month - DAY


def fill(visits: int) -> list[Unit]:
    """The teams, with two people each; a year of their visits and days."""
    first, last = year()
    days = (last - first).days + 1
    teams = [Unit(name=f"驻点{number}组", kind=UnitKind.RESIDENT_TEAM) for number in range(TEAMS)]
    db.session.add_all(teams)
    db.session.flush()
    people = [Person(name=f"队员{number}", unit_id=teams[number // 2].id) for number in range(2 * TEAMS)]
    db.session.add_all(people)
    db.session.flush()
    db.session.add_all(
        TeamMembership(person_id=person.id, team_id=person.unit_id, starts_on=first) for person in people
    )
    db.session.commit()
    companies = max(1_000, visits // 5)
    common.fill_enterprises(companies)
    team_ids, person_ids = [team.id for team in teams], [person.id for person in people]
    db.session.rollback()
    with common.bare_connection() as connection:
        rows = list(_visits(visits, companies, team_ids, person_ids, first, days))
        common.put(connection, Visit, [visit for visit, _pair in rows])
        common.put(connection, VisitParticipant, [one for _visit, pair in rows for one in pair])
        common.put(connection, DutyEntry, list(_days(team_ids, person_ids, first, days)))
    common.analyse()
    return teams


def _visits(
    count: int, companies: int, teams: list[int], people: list[int], first: date, days: int
) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    chance = random.Random(5)
    kinds = (VisitKind.OUTBOUND, VisitKind.OUTBOUND, VisitKind.RECEPTION)
    for number in range(1, count + 1):
        place, day = chance.randrange(len(teams)), first + chance.randrange(days) * DAY
        written = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
        pair = people[2 * place : 2 * place + 2]
        visit = {
            "id": number,
            "public_id": new_public_id(),
            "version": 1,
            "created_at": written,
            "updated_at": written,
            "archived_at": None,
            "kind": chance.choice(kinds),
            "held_on": day,
            "enterprise_id": chance.randint(1, companies),
            "place": "",
            "met": "",
            "summary": "谈厂房和用能",
            "needs": "",
            "author_id": pair[0],
            "unit_id": teams[place],
            "team_id": teams[place],
            "confidential": False,
        }
        yield (
            visit,
            [
                {
                    "id": 2 * number + turn,
                    "visit_id": number,
                    "person_id": person,
                    "unit_id": teams[place],
                    "team_id": teams[place],
                }
                for turn, person in enumerate(pair)
            ],
        )


def _days(teams: list[int], people: list[int], first: date, days: int) -> Iterator[dict[str, Any]]:
    chance, number = random.Random(6), 0
    for place, person in enumerate(people):
        for offset in range(days):
            day = first + offset * DAY
            if day.weekday() > 4 or chance.random() < 0.1:
                continue
            number += 1
            yield {
                "id": number,
                "public_id": new_public_id(),
                "team_id": teams[place // 2],
                "person_id": person,
                "day": day,
                "kind": DutyKind.ON_DUTY,
                "city_code": None,
                "note": "",
                "reason": "",
                "author_id": person,
                "recorded_at": datetime(day.year, day.month, day.day, 10, tzinfo=UTC),
            }


def scheme_of(first: date) -> AssessmentScheme:
    with acting_as(actor_by_login("head")):
        scheme = services.create_scheme(SchemeData("月度", SpanKind.MONTH, By.TEAM, first), None)
        draft = queries.draft_of(scheme)
        assert draft is not None
        for place, item in enumerate(ITEMS, 1):
            services.add_item(draft, item, place)
        services.put_in_force(draft, draft.version, first, "")
        db.session.commit()
    return scheme


# --- row by row --------------------------------------------------------------------------------------


def row_by_row(ranking: Ranking) -> dict[int, Scored]:
    """The scores of a month, each team's visits and days looked at one after another."""
    span = ranking.span
    quantities = {line.group.id: _of_team(line.group.id, span) for line in ranking.lines}
    codes = {item.code: item.measure for item in ranking.items}
    items = list(ranking.items)
    return scored(
        items,
        {
            group: {code: found[measure] for code, measure in codes.items()}
            for group, found in quantities.items()
        },
    )


def _of_team(team_id: int, span: AssessedSpan) -> dict[str, int]:
    found = dict.fromkeys((measure for measure, _weight in MEASURES), 0)
    query = select(Visit).where(Visit.archived_at.is_(None), Visit.held_on.between(span.first, span.last))
    query = query.where(Visit.participants.any(VisitParticipant.team_id == team_id))
    for visit in db.session.scalars(query.options(selectinload(Visit.participants))):
        if visit.kind is VisitKind.OUTBOUND:
            found["visit.outbound"] += WHOLE
        elif visit.kind is VisitKind.RECEPTION:
            found["visit.reception"] += WHOLE
        found["visit.met_again" if _met_before(visit) else "visit.met_first"] += WHOLE
    days = select(DutyEntry).where(DutyEntry.team_id == team_id, DutyEntry.day.between(span.first, span.last))
    found["duty.days"] = WHOLE * len({entry.day for entry in db.session.scalars(days)})
    return found


def _met_before(visit: Visit) -> bool:
    earlier = (
        select(func.count())
        .select_from(Visit)
        .where(
            Visit.enterprise_id == visit.enterprise_id,
            Visit.archived_at.is_(None),
            (Visit.held_on < visit.held_on) | ((Visit.held_on == visit.held_on) & (Visit.id < visit.id)),
        )
    )
    return bool(db.session.scalar(earlier))


# --- measured ----------------------------------------------------------------------------------------


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    db.session.expire_all()
    begun = time.perf_counter()
    found = work()
    return time.perf_counter() - begun, found


def ranked(scheme: AssessmentScheme, span: AssessedSpan) -> Ranking:
    found = queries.ranking_of(scheme, span, moves=False)
    assert found is not None
    return found


def close_all(scheme: AssessmentScheme, spans: list[AssessedSpan]) -> None:
    with acting_as(actor_by_login("head")):
        for span in spans:
            services.close(scheme, span.first)
            db.session.commit()


def measure(name: str, url: str, sizes: list[int], turns: int) -> None:
    lines, month, whole = [], 0.0, 0.0
    for visits in sizes:
        with common.county(url) as app:
            line = of_size(app, visits, turns)
        lines.append(line)
        month, whole = float(line[1]), float(line[5])
    title = f"{TEAMS} 个驻点组一年的得分，{name}（秒）"
    head = ("走访", "一个月", "逐行", "逐行是几倍", "十二个月结账", "十二个月按留下的明细重算")
    common.table(title, head, lines)
    if sizes[-1] >= LARGEST:
        print("  " + common.goal(month <= MONTH_GOAL, f"一个月 ≤ {MONTH_GOAL:.0f} 秒，测得 {month:.2f}"))
        print("  " + common.goal(whole <= YEAR_GOAL, f"一年重算 ≤ {YEAR_GOAL:.0f} 秒，测得 {whole:.2f}"))


def of_size(_app: Flask, visits: int, turns: int) -> list[object]:
    common.people()
    fill(visits)
    first, _last = year()
    scheme = scheme_of(first)
    spans = [span for span in queries.spans_of(scheme)[::-1] if span.last < today()]
    assert len(spans) == 12
    middle = spans[6]
    quick, slow, ratios = [], [], []
    for _turn in range(turns):
        one, ranking = seconds(lambda: ranked(scheme, middle))
        other, found = seconds(lambda ranking=ranking: row_by_row(ranking))
        assert len(found) == TEAMS
        assert {line.group.id: line.of for line in ranking.lines} == found
        quick.append(one)
        slow.append(other)
        ratios.append(other / one)
    closing, _none = seconds(lambda: close_all(scheme, spans))
    again, differences = seconds(lambda: services.verify(scheme))
    assert differences == []
    times = (statistics.median(quick), statistics.median(slow))
    return [
        visits,
        *(f"{one:.2f}" for one in times),
        f"{statistics.median(ratios):.1f}×",
        f"{closing:.2f}",
        f"{again:.2f}",
    ]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sizes", type=int, nargs="+", default=[10_000, 30_000, LARGEST])
    options.add_argument("--turns", type=int, default=3)
    chosen = options.parse_args()
    common.engines(
        lambda: measure("SQLite", "", chosen.sizes, chosen.turns),
        lambda url: measure("PostgreSQL", url, chosen.sizes, chosen.turns),
    )


if __name__ == "__main__":
    main()
