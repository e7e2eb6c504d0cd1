"""What is written down of a visit, and what of it cannot be so."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from app.core.values.clock import today
from app.core.values.errors import RuleBroken
from app.promotion.leads.models import Lead
from app.promotion.steps.models import Step
from app.promotion.visits import rules
from app.promotion.visits.enums import VisitKind
from app.promotion.visits.models import VisitParticipant
from app.register.accounts.models import Person
from app.register.accounts.queries import team_on, why_no_work
from app.register.enterprises.models import Contact, Enterprise
from app.register.enterprises.services import must_be_live as company_must_be_live


@dataclass(frozen=True, slots=True)
class Todo:
    """A promise or a next step as written on the form."""

    what: str
    due_on: date
    owner: Person


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the form says of a step that was open before: done with `outcome`, or put off until `later`."""

    step: Step
    outcome: str = ""
    later: date | None = None


@dataclass(frozen=True, slots=True)
class VisitData:
    """What is written down of a visit."""

    kind: VisitKind
    held_on: date
    enterprise: Enterprise
    summary: str
    lead: Lead | None = None
    place: str = ""
    met: str = ""
    needs: str = ""
    people: Sequence[Person] = ()
    contacts: Sequence[Contact] = ()
    promises: Sequence[Todo] = field(default_factory=tuple)
    next_step: Todo | None = None
    earlier: Sequence[Earlier] = field(default_factory=tuple)


def check_visit(data: VisitData) -> None:
    problems = rules.problems(data.held_on, today(), data.summary)
    if data.lead is not None and data.lead.enterprise_id != data.enterprise.id:
        problems["lead"] = "这条线索不是这家企业的"
    if any(contact.enterprise_id != data.enterprise.id for contact in data.contacts):
        problems["contacts"] = "见到的人里有别家企业的联系人"
    if data.lead is not None and data.lead.is_archived:
        problems["lead"] = "这条线索已归档，先恢复再记走访"
    problems |= _given_in_vain(data) | _due_before(data)
    if problems:
        raise RuleBroken(problems)
    if data.lead is None:  # a lead under way goes on though its company was archived
        company_must_be_live(data.enterprise)


def _given_in_vain(data: VisitData) -> dict[str, str]:
    """Promises and a next step of somebody who cannot sign in, by field."""
    todos = [("promises", promise) for promise in data.promises]
    if data.next_step is not None:
        todos.append(("next_owner", data.next_step))
    return {field: refusal for field, todo in todos if (refusal := why_no_work(todo.owner))}


def _due_before(data: VisitData) -> dict[str, str]:
    """Promises and a next step that were due before the visit they come from, by field."""
    late = f"早于这次的日期 {data.held_on}，写那天以后的一天"
    early = [promise for promise in data.promises if promise.due_on < data.held_on]
    problems = {}
    if early:
        problems["promises"] = f"「{early[0].what}」写的 {early[0].due_on} {late}"
    if data.next_step is not None and data.next_step.due_on < data.held_on:
        problems["next_due_on"] = f"{data.next_step.due_on} {late}"
    return problems


def participants_of(people: Sequence[Person], held_on: date) -> list[VisitParticipant]:
    """Each with the unit and team of that day, kept for good."""
    return [
        VisitParticipant(person_id=person.id, unit_id=person.unit_id, team_id=team_on(person.id, held_on))
        for person in dict.fromkeys(people)
    ]
