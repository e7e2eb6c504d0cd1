"""Somebody leaves a team and another one takes over, in one act. What was done before stays with the person
and the team of its day: of that nothing is written.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from app.core.records.archiving import must_be_live
from app.core.values.clock import today
from app.core.values.errors import RuleBroken
from app.promotion.residents import queries, rules
from app.promotion.residents.rules import Membership
from app.promotion.residents.services.teams import must_keep
from app.register.accounts import services as accounts
from app.register.accounts.models import Person, TeamMembership
from app.register.accounts.queries import why_no_work

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rotation:
    """Whose term ends with which day, and who takes over from the next one on."""

    leaves: TeamMembership
    last_day: date
    coming: Person
    takes_lead: bool = False

    @property
    def first_day(self) -> date:
        return self.last_day + DAY


@dataclass(frozen=True, slots=True)
class RotationLook:
    """What a rotation would do: who is in the team already, how many of what goes over."""

    is_in_already: bool
    goes_over: list[tuple[int, str]]


def look(asked: Rotation) -> RotationLook:
    """What would be done. Raises NotAllowed, and RuleBroken by field, as doing it would."""
    must_keep()
    must_be_live(asked.leaves.team)
    term = asked.leaves
    problems = rules.problems_of_rotation(
        Membership(term.person.name, term.starts_on, term.ends_on),
        asked.last_day,
        today(),
        term.person_id == asked.coming.id,
    )
    if problems:
        raise RuleBroken(problems)
    if refusal := why_no_work(asked.coming):
        raise RuleBroken({"coming": refusal})
    return RotationLook(_is_in(asked), accounts.held_of_member(term.person, term.team))


def _is_in(asked: Rotation) -> bool:
    terms = queries.terms_between(asked.leaves.team_id, asked.first_day, asked.first_day)
    return any(row.person_id == asked.coming.id for row in terms)


def rotate(asked: Rotation, seen: int | None) -> RotationLook:
    """Ends the one term, begins the other unless it is there, and gives over what is open of the team."""
    found, term = look(asked), asked.leaves
    if term.ends_on != asked.last_day:
        accounts.leave_team(term, asked.last_day, version=seen)
    if not found.is_in_already:
        try:
            accounts.join_team(asked.coming, term.team, asked.first_day, is_head=asked.takes_lead)
        except RuleBroken as broken:
            raise RuleBroken({"coming": "；".join(broken.problems.values())}) from None
    reason = f"轮换，{term.person.name}离组，由{asked.coming.name}接手"
    accounts.hand_over_in_team(term.person, term.team, asked.coming, asked.first_day, reason)
    return found
