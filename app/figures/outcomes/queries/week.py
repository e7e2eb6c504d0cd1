"""A week at a glance: of each team, or of each member of one, whom they met and what came of it; who is
silent; which steps slip.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app.core.access.auth import Actor
from app.core.storage.db import db
from app.figures.outcomes.enums import ComparedBy, MetAs
from app.figures.outcomes.queries.groups import Compared, compared_of
from app.figures.outcomes.queries.week_rows import (
    WeekMove,
    WeekStep,
    WeekVisit,
    Who,
    duty_in,
    last_visits,
    moves_in,
    steps_in,
    terms_in,
    told_in,
    visits_in,
)
from app.figures.outcomes.rules import OutcomeDays, WorkWeek
from app.promotion.leads.queries import stages_on
from app.register.accounts.models import Person


@dataclass(frozen=True, slots=True)
class WeekLine:
    """One team or one member; what the reader may not open is only counted, in `closed`."""

    who: Compared
    visits: tuple[WeekVisit, ...]
    moves: tuple[WeekMove, ...]
    closed: int
    silent: int
    slipped: int

    @property
    def is_quiet(self) -> bool:
        return not (self.visits or self.moves or self.closed)

    def met(self, how: str) -> int:
        """How many of the visits were first, further or by telephone."""
        return sum(visit.met is MetAs(how) for visit in self.visits)


@dataclass(frozen=True, slots=True)
class SilentMember:
    """Somebody who took part in no visit of the week: on duty so many working days, 0 where the calendar
    tells nothing of the week; `since` is the last visit before.
    """

    person: Compared
    team: Compared
    days: int
    since: date | None


@dataclass(frozen=True, slots=True)
class SlippedStep:
    """A step with whose it is."""

    step: WeekStep
    owner: Compared
    team: Compared


@dataclass(frozen=True, slots=True)
class WeekSheet:
    """The week of one team by its members, or of all teams that somebody may compare."""

    week: WorkWeek
    teams: tuple[Compared, ...]
    team: Compared | None
    lines: tuple[WeekLine, ...]
    silent: tuple[SilentMember, ...]
    steps: tuple[SlippedStep, ...]


def teams_in(week: WorkWeek, actor: Actor) -> list[Compared]:
    """The teams that somebody may look at and that had members in the week."""
    return compared_of(ComparedBy.TEAM, OutcomeDays(week.monday, week.until), actor, [])


def week_sheet(week: WorkWeek, teams: Sequence[Compared], team: Compared | None, actor: Actor) -> WeekSheet:
    """All of it, a question a kind of row however many teams there are."""
    of_teams = {each.id: each for each in ([team] if team else teams)}
    terms = terms_in(week, of_teams)
    visits = visits_in(week, of_teams, actor)
    moves = moves_in(week, of_teams, actor, {k.value: v for k, v in stages_on(week.until).labels.items()})
    people = _people({person for _team, person in _everybody(terms, visits, moves)})
    silent = _silent(week, terms, of_teams, people)
    steps = _steps(week, terms, of_teams, people, actor)
    whose = [people[each] for each in people] if team else list(of_teams.values())
    place = 1 if team else 0
    lines = [_line(who, place, visits, moves, silent, steps) for who in whose]
    return WeekSheet(week, tuple(teams), team, tuple(lines), tuple(silent), tuple(steps))


def _everybody(terms: Collection[Who], visits: Sequence[WeekVisit], moves: Sequence[WeekMove]) -> list[Who]:
    """Members first, in their order; then who did something for the team without a term."""
    took = [who for visit in visits for who in sorted(visit.who)]
    return list(dict.fromkeys([*terms, *took, *(move.who for move in moves)]))


def _people(ids: Collection[int]) -> dict[int, Compared]:
    query = select(Person.id, Person.public_id, Person.name).where(Person.id.in_(sorted(ids)))
    return {row.id: Compared(*row) for row in db.session.execute(query.order_by(Person.id))}


def _silent(
    week: WorkWeek,
    terms: dict[Who, list[date]],
    teams: dict[int, Compared],
    people: dict[int, Compared],
) -> list[SilentMember]:
    """Who was on duty without a visit, those longest silent first; then those of whom nothing is told."""
    last = last_visits(people, week.until)
    duty, told = duty_in(week, teams), told_in(week, people)
    found = []
    for (team, person), days in terms.items():
        since, on = last.get(person), duty.get((team, person), 0)
        met = since is not None and since >= week.monday
        if not met and (on or (days and person not in told)):
            found.append(SilentMember(people[person], teams[team], on, since))
    return sorted(found, key=lambda one: (not one.days, one.since or date.min, one.person.id))


def _steps(
    week: WorkWeek,
    terms: Collection[Who],
    teams: dict[int, Compared],
    people: dict[int, Compared],
    actor: Actor,
) -> list[SlippedStep]:
    """Steps of members; one who changed teams has them in the team of the step, else in the newer one."""
    of_person: dict[int, list[int]] = {}
    for team, person in terms:
        of_person.setdefault(person, []).append(team)
    found = []
    for step in steps_in(week, of_person, actor):
        theirs = of_person[step.owner_id]
        team = step.team_id if step.team_id in theirs else theirs[-1]
        found.append(SlippedStep(step, people[step.owner_id], teams[team]))
    return found


def _line(
    who: Compared,
    place: int,
    visits: Sequence[WeekVisit],
    moves: Sequence[WeekMove],
    silent: Sequence[SilentMember],
    steps: Sequence[SlippedStep],
) -> WeekLine:
    """What is one's own of all; `place` says whether teams or people stand beside each other."""
    met = [visit for visit in visits if any(each[place] == who.id for each in visit.who)]
    came = [move for move in moves if move.who[place] == who.id]
    whose = [(one.team, one.person)[place] for one in silent]
    owners = [(one.team, one.owner)[place] for one in steps if one.step.over]
    return WeekLine(
        who,
        tuple(visit for visit in met if visit.is_open),
        tuple(move for move in came if move.is_open),
        [each.is_open for each in met].count(False) + [each.is_open for each in came].count(False),
        whose.count(who),
        owners.count(who),
    )
