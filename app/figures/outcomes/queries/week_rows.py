"""What a week at a glance is read from: visits, moves of leads, days on duty, last visits, steps."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Integer, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from app.core.access.auth import Actor
from app.core.records.measures import MEASURES, By
from app.core.storage.db import db
from app.core.values.clock import start_of
from app.core.values.terms import Days
from app.figures.outcomes.enums import LeadResult, MetAs
from app.figures.outcomes.rules import WorkWeek, days_over, result_of
from app.figures.outcomes.rules.week import DAY
from app.promotion.leads.models import Lead, LeadSpan
from app.promotion.leads.policy import visible as lead_visible
from app.promotion.residents.models import DutyEntry
from app.promotion.residents.queries import on_duty
from app.promotion.steps.enums import StepState
from app.promotion.steps.models import Step
from app.promotion.steps.policy import visible as step_visible
from app.promotion.visits.enums import VisitKind
from app.promotion.visits.models import Visit, VisitParticipant
from app.promotion.visits.policy import visible as visit_visible
from app.register.accounts.models import TeamMembership
from app.register.enterprises.models import Enterprise

# Who did something for which team: inner ids of team and person.
Who = tuple[int, int]


@dataclass(frozen=True, slots=True)
class WeekVisit:
    """A visit of the week; one that the reader may not open has no page and no company."""

    id: int
    public_id: str
    day: date
    kind: VisitKind
    company: str
    met: MetAs
    is_open: bool
    who: frozenset[Who]


@dataclass(frozen=True, slots=True)
class WeekMove:
    """A lead that was registered, went forward or was signed, for whoever held it on that day."""

    lead_id: int
    public_id: str
    name: str
    day: date
    stage: str
    result: LeadResult
    is_open: bool
    who: Who


@dataclass(frozen=True, slots=True)
class WeekStep:
    """A step that was due by the end of the week and was still open in it."""

    public_id: str
    what: str
    company: str
    due_on: date
    done_on: date | None  # when it was closed, as far as that was within the week
    over: int
    owner_id: int
    team_id: int | None


def terms_in(week: WorkWeek, team_ids: Collection[int]) -> dict[Who, list[date]]:
    """Who was in these teams in the week, with the working days up to today that were within their terms."""
    of = TeamMembership
    lasted = or_(of.ends_on.is_(None), of.ends_on >= week.monday)
    columns = (of.team_id, of.person_id, of.starts_on, of.ends_on)
    query = select(*columns).where(of.team_id.in_(sorted(team_ids)), of.starts_on <= week.until, lasted)
    found: dict[Who, list[date]] = defaultdict(list)
    ordered = query.order_by(of.is_head.desc(), of.starts_on, of.id)
    for team, person, starts_on, ends_on in db.session.execute(ordered):
        term = Days(starts_on, ends_on)
        found[team, person] += [day for day in week.working_days if term.covers(day)]
    return dict(found)


def visits_in(week: WorkWeek, team_ids: Collection[int], actor: Actor) -> list[WeekVisit]:
    """The live visits of the teams, each once with those who took part for them."""
    first = MEASURES["visit.met_first"].counted(By.TEAM, week.monday, week.until).subquery()
    is_first = case((Visit.id.in_(select(first.c.key)), 1), else_=0)
    is_open = case((visit_visible(actor), 1), else_=0)
    took = aliased(VisitParticipant)  # who may see a visit is asked of participants as well
    query = (
        select(
            *(Visit.id, Visit.public_id, Visit.held_on, Visit.kind, Enterprise.name),
            *(is_first.cast(Integer), is_open.cast(Integer)),
            *(took.team_id, took.person_id),
        )
        .join(took, took.visit_id == Visit.id)
        .join(Enterprise, Enterprise.id == Visit.enterprise_id)
        .where(
            Visit.held_on.between(week.monday, week.until),
            Visit.archived_at.is_(None),
            took.team_id.in_(sorted(team_ids)),
        )
        .order_by(Visit.held_on, Visit.id)
    )
    rows: dict[int, tuple[str, date, VisitKind, str, bool, bool]] = {}
    who: dict[int, set[Who]] = defaultdict(set)
    for number, public_id, day, kind, company, met_first, opens, team, person in db.session.execute(query):
        rows[number] = (public_id, day, kind, company, bool(met_first), bool(opens))
        who[number].add((team or 0, person))
    return [
        WeekVisit(
            number, public_id, day, kind, company, _met_as(kind, met_first), opens, frozenset(who[number])
        )
        for number, (public_id, day, kind, company, met_first, opens) in rows.items()
    ]


def _met_as(kind: VisitKind, is_first: bool) -> MetAs:
    if kind is VisitKind.CALL:
        return MetAs.CALL
    return MetAs.FIRST if is_first else MetAs.AGAIN


def moves_in(
    week: WorkWeek, team_ids: Collection[int], actor: Actor, labels: dict[str, str]
) -> list[WeekMove]:
    """What came of the leads of the teams, by whoever held them on that day."""
    is_open = case((lead_visible(actor), 1), else_=0)
    of = LeadSpan
    query = (
        select(
            *(Lead.id, Lead.public_id, Lead.name, of.d1, of.came_from, of.stage, is_open.cast(Integer)),
            *(of.team_id, of.owner_id),
        )
        .join(Lead, Lead.id == of.lead_id)
        .where(
            of.team_id.in_(sorted(team_ids)),
            of.d1.between(week.monday, week.until),
            of.is_entry,
            Lead.archived_at.is_(None),
        )
        .order_by(of.d1, of.id)
    )
    found = []
    for number, public_id, name, day, came_from, stage, opens, team, owner in db.session.execute(query):
        result = result_of(came_from, stage)
        if result is not None:
            who = (team or 0, owner or 0)
            found.append(WeekMove(number, public_id, name, day, labels[stage], result, bool(opens), who))
    return found


def duty_in(week: WorkWeek, team_ids: Collection[int]) -> dict[Who, int]:
    """On how many working days each of them was on duty."""
    rows = on_duty(week.monday, week.until).c
    query = select(rows.team_id, rows.person_id, func.count())
    query = query.where(rows.team_id.in_(sorted(team_ids)), rows.day.in_(week.working_days))
    found = db.session.execute(query.group_by(rows.team_id, rows.person_id))
    return {(team, person): number for team, person, number in found}


def told_in(week: WorkWeek, people: Collection[int]) -> set[int]:
    """Of whom anything is told of the week in the duty calendar."""
    of = DutyEntry
    query = select(of.person_id).where(
        of.day.between(week.monday, week.until), of.person_id.in_(sorted(people))
    )
    return set(db.session.scalars(query.distinct()))


def last_visits(people: Collection[int], until: date) -> dict[int, date]:
    """When each of them last took part in a visit, whoever may open it."""
    query = (
        select(VisitParticipant.person_id, func.max(Visit.held_on))
        .join(Visit, Visit.id == VisitParticipant.visit_id)
        .where(
            VisitParticipant.person_id.in_(sorted(people)),
            Visit.held_on <= until,
            Visit.archived_at.is_(None),
        )
    )
    found = db.session.execute(query.group_by(VisitParticipant.person_id))
    return {person: day for person, day in found}


def steps_in(week: WorkWeek, people: Collection[int], actor: Actor) -> list[WeekStep]:
    """The steps of these people that were due by the end of the week and that were open in it after their
    date or still are, the oldest first; of those entered later nothing was due then.
    """
    of = Step
    late = and_(of.state == StepState.DONE, of.done_on >= week.monday, of.done_on > of.due_on)
    query = (
        select(of.public_id, of.what, Enterprise.name, of.due_on, of.done_on, of.owner_id, of.team_id)
        .outerjoin(Enterprise, Enterprise.id == of.enterprise_id)
        .where(
            of.owner_id.in_(sorted(people)),
            of.due_on <= week.sunday,
            of.created_at < start_of(week.sunday + DAY),
            or_(of.state == StepState.OPEN, late),
            step_visible(actor),
        )
        .order_by(of.due_on, of.id)
    )
    found = []
    for public_id, what, company, due_on, done_on, owner, team in db.session.execute(query):
        closed = done_on if done_on is not None and done_on <= week.until else None
        over = days_over(due_on, closed, week)
        found.append(WeekStep(public_id, what, company or "", due_on, closed, over, owner, team))
    return found
