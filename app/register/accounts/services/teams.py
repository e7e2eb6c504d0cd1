"""Terms in resident teams: begun, ended, put right. One person is in one team on one day."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from app.core.records.versions import claim
from app.core.storage.db import Turn, db, wait_turn
from app.core.values.errors import RuleBroken
from app.core.values.registries import TEAM_DAYS
from app.register.accounts.enums import UnitKind
from app.register.accounts.models import Person, TeamMembership, Unit
from app.register.accounts.queries import terms_beside
from app.register.accounts.rules import TeamDays, TeamTerm, problems_of_term


def join_team(
    person: Person, team: Unit, starts_on: date, ends_on: date | None = None, *, is_head: bool = False
) -> TeamMembership:
    """Puts a person into a resident team from a date on; both dates count."""
    if team.kind is not UnitKind.RESIDENT_TEAM:
        raise RuleBroken({"team": "只有驻点组有轮换的队员"})
    _check(TeamTerm(person.id, person.name, team.id, team.name, starts_on, ends_on, is_head))
    membership = TeamMembership(
        person_id=person.id, team_id=team.id, starts_on=starts_on, ends_on=ends_on, is_head=is_head
    )
    db.session.add(membership)
    db.session.flush()
    return membership


def leave_team(membership: TeamMembership, ends_on: date, *, version: int | None = None) -> None:
    """The last day of a membership, also another one than was written."""
    _wait()
    claim(membership, version)
    try:
        _check(replace(membership.term, ends_on=ends_on), but=membership)
    except RuleBroken as broken:  # nothing else is asked where a last day is written
        raise RuleBroken({"ends_on": "；".join(broken.problems.values())}) from None
    membership.ends_on = ends_on
    db.session.flush()


def correct_term(
    membership: TeamMembership,
    starts_on: date,
    ends_on: date | None,
    *,
    is_head: bool,
    version: int | None = None,
) -> None:
    """A term was entered with a mistake. What was done in those days keeps the team that it was done for."""
    _wait()
    claim(membership, version)
    _check(replace(membership.term, starts_on=starts_on, ends_on=ends_on, is_head=is_head), but=membership)
    membership.starts_on, membership.ends_on, membership.is_head = starts_on, ends_on, is_head
    db.session.flush()


def _wait() -> None:
    """Terms are judged beside those of the person and of the team. Before their rows."""
    wait_turn(Turn.TEAM_TERMS)


def _check(term: TeamTerm, but: TeamMembership | None = None) -> None:
    _wait()
    others = [row.term for row in terms_beside(term.person_id, term.team_id) if row is not but]
    if problems := problems_of_term(term, others, _days_of(term.team_id)):
        raise RuleBroken(problems)


def _days_of(team_id: int) -> TeamDays:
    """When a team opened and closed, where a higher feature knows."""
    return next(_known(team_id), TeamDays())


def _known(team_id: int) -> Iterator[TeamDays]:
    for ask in TEAM_DAYS.values():
        opened_on, closed_on = ask(team_id)
        yield TeamDays(opened_on, closed_on)
