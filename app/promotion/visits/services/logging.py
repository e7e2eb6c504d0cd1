"""A visit is written down, with its promises and its next step."""

from app.core.access.auth import require_actor
from app.core.storage.db import db
from app.core.storage.subjects import subject_of
from app.core.values.errors import RuleBroken
from app.core.values.registries import AFTER_DEALING, Dealt
from app.promotion.leads.services import note_contact
from app.promotion.steps.enums import StepKind
from app.promotion.steps.services import done_or_later, open_step
from app.promotion.visits.models import Visit, VisitContact
from app.promotion.visits.services.data import VisitData, check_visit, participants_of
from app.register.accounts.models import Person
from app.register.accounts.queries import team_on


def log_visit(data: VisitData) -> Visit:
    """Writes down a visit with its promises and its next step, and moves the lead's last contact.

    Without people the one who writes took part. Raises RuleBroken({field: sentence}).
    """
    check_visit(data)
    actor = require_actor()
    author = db.session.get_one(Person, actor.person_id)
    people = list(data.people) or [author]
    visit = Visit(
        kind=data.kind,
        held_on=data.held_on,
        enterprise_id=data.enterprise.id,
        lead_id=data.lead.id if data.lead else None,
        place=data.place,
        met=data.met,
        summary=data.summary,
        needs=data.needs,
        author_id=author.id,
        unit_id=author.unit_id,
        team_id=team_on(author.id, data.held_on),
        confidential=data.lead.confidential if data.lead else False,
    )
    visit.participants = participants_of(people, data.held_on)
    visit.contacts = [VisitContact(contact_id=contact.id) for contact in dict.fromkeys(data.contacts)]
    db.session.add(visit)
    db.session.flush()
    _settle_earlier(visit, data)
    _open_steps(visit, data)
    if data.lead is not None:
        note_contact(data.lead, data.held_on)
    AFTER_DEALING.run(Dealt(visit.enterprise_id))
    return visit


def _settle_earlier(visit: Visit, data: VisitData) -> None:
    for earlier in data.earlier:
        outcome = earlier.outcome or f"见 {visit.held_on} {visit.kind.label}"
        try:
            done_or_later(earlier.step, outcome, visit.held_on, earlier.later)
        except RuleBroken as broken:
            sentence = "；".join(broken.problems.values())
            raise RuleBroken({"earlier": f"「{earlier.step.what}」{sentence}"}) from None


def _open_steps(visit: Visit, data: VisitData) -> None:
    todos = [(StepKind.PROMISE, promise) for promise in data.promises]
    if data.next_step is not None:
        todos.append((StepKind.NEXT, data.next_step))
    for kind, todo in todos:
        open_step(
            subject_of(data.lead or data.enterprise),
            data.lead or visit,
            kind=kind,
            what=todo.what,
            due_on=todo.due_on,
            owner_id=todo.owner.id,
            visit_id=visit.id,
        )
