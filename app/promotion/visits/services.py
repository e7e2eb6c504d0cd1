"""Writes of visits: logged with steps and promises, edited, archived. Never commits."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from app.core.access.auth import require_actor
from app.core.records.archiving import Archiving, must_be_live
from app.core.records.versions import archived, claim
from app.core.storage import audit, outbox
from app.core.storage.db import db
from app.core.storage.subjects import subject_of
from app.core.values.clock import now, today
from app.core.values.errors import NotAllowed, RuleBroken
from app.core.values.labels import labels_of
from app.core.values.registries import Joined, Reseen
from app.promotion.leads.models import Lead
from app.promotion.leads.services import check_first_meeting, correct_contact, note_contact
from app.promotion.steps.enums import StepKind
from app.promotion.steps.models import Step
from app.promotion.steps.services import done_or_later, open_step
from app.promotion.visits import policy, queries, rules
from app.promotion.visits.enums import VisitKind
from app.promotion.visits.models import Visit, VisitConfirmation, VisitContact, VisitParticipant
from app.register.accounts.enums import Permission
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


def _check(data: VisitData) -> None:
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


def _participants(people: Sequence[Person], held_on: date) -> list[VisitParticipant]:
    """Each with the unit and team of that day, kept for good."""
    return [
        VisitParticipant(person_id=person.id, unit_id=person.unit_id, team_id=team_on(person.id, held_on))
        for person in dict.fromkeys(people)
    ]


def log_visit(data: VisitData) -> Visit:
    """Writes down a visit with its promises and its next step, and moves the lead's last contact.

    Without people the one who writes took part. Raises RuleBroken({field: sentence}).
    """
    _check(data)
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
    visit.participants = _participants(people, data.held_on)
    visit.contacts = [VisitContact(contact_id=contact.id) for contact in dict.fromkeys(data.contacts)]
    db.session.add(visit)
    db.session.flush()
    _settle_earlier(visit, data)
    _open_steps(visit, data)
    if data.lead is not None:
        note_contact(data.lead, data.held_on)
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


# --- afterwards ------------------------------------------------------------------------------------

_NOT_THEIRS = "只有记这次走访的人和招商局能改、归档和恢复，需要时请招商局转达"
_TOLD = ("kind", "held_on", "place", "met", "summary", "needs")
_LISTS = labels_of(VisitParticipant.person_id, VisitContact.contact_id)


def edit_visit(visit: Visit, version: int | None, data: VisitData) -> None:
    """Changes what was written down; company, lead and steps stay. Raises RuleBroken, NotAllowed, and Stale
    when somebody else saved since `version`.

    Another date means the units and teams of that other day.
    """
    _must_be_writable(visit)
    claim(visit, version or 0, fixed=lambda: archived(visit))
    must_be_live(visit)
    _check(data)
    _check_first_meeting(visit, data)
    for name in _TOLD:
        setattr(visit, name, getattr(data, name))
    _replace_people(visit, data)
    _replace_contacts(visit, data)
    visit.updated_at = now()  # participants are rows of their own: the visit's version must move all the same
    db.session.flush()
    _tell_lead(visit)


def _check_first_meeting(visit: Visit, data: VisitData) -> None:
    """The first meeting of a lead opened 在谈; it cannot afterwards have been later than that."""
    if visit.lead is None or (visit.held_on, visit.kind) == (data.held_on, data.kind):
        return
    others = queries.first_meeting_of(visit.lead.id, other_than=visit.id)
    days = [day for day in (others, data.held_on if data.kind in queries.MEETINGS else None) if day]
    if days and min(days) != queries.first_meeting_of(visit.lead.id):
        check_first_meeting(visit.lead, min(days))


def _replace_people(visit: Visit, data: VisitData) -> None:
    wanted = {person.id: person for person in data.people} or {visit.author_id: visit.author}
    _note(
        visit,
        "person_id",
        [row.person.name for row in visit.participants],
        [row.name for row in wanted.values()],
    )
    kept = [row for row in visit.participants if row.person_id in wanted]
    known = {row.person_id for row in kept}
    new = [person for person_id, person in wanted.items() if person_id not in known]
    visit.participants = [*kept, *_participants(new, data.held_on)]
    for row in kept:
        row.team_id = team_on(row.person_id, data.held_on)
    visit.team_id = team_on(visit.author_id, data.held_on)


def _replace_contacts(visit: Visit, data: VisitData) -> None:
    wanted = {contact.id for contact in data.contacts}
    met = [row.contact.public_id for row in visit.contacts]
    _note(visit, "contact_id", met, [contact.public_id for contact in dict.fromkeys(data.contacts)])
    kept = [row for row in visit.contacts if row.contact_id in wanted]
    new = wanted - {row.contact_id for row in kept}
    visit.contacts = [*kept, *(VisitContact(contact_id=contact_id) for contact_id in sorted(new))]


def _note(visit: Visit, field: str, before: list[str], after: list[str]) -> None:
    """People stand in rows of their own: that the visit was changed is said of the visit too."""
    if set(before) != set(after):
        words = ["、".join(sorted(each)) for each in (before, after)]
        audit.record("visit.update", subject_of(visit), f"改走访：{_LISTS[field]}", **{field: words})


def _tell_lead(visit: Visit) -> None:
    """The lead's last contact is that of the visits that count."""
    if visit.lead is not None:
        correct_contact(visit.lead, queries.last_contact_of(visit.lead.id))


# A visit that never was, out of lists and figures: for who wrote it down and who assigns leads.
ARCHIVING = Archiving(
    right=Permission.VISITS_WRITE,
    found=queries.get_visit,
    may=policy.may_write,
    refusal=_NOT_THEIRS,
    follow=_tell_lead,
    more=_LISTS,
)
archive_visit, restore_visit = ARCHIVING.archive, ARCHIVING.restore


def confirm_visit(visit: Visit) -> None:
    """Says that a visit took place which somebody else has written down: from then on it opens the numbers of
    the company to those who see it. Raises NotAllowed for its author; twice is once.
    """
    actor = require_actor()
    if visit.confirmation is not None:
        return
    if not policy.may_confirm(actor, visit):
        raise NotAllowed("走访由记下它以外的人确认，已归档的不用确认")
    assert actor.person_id is not None
    visit.confirmation = VisitConfirmation(person_id=actor.person_id)
    db.session.flush()


def _must_be_writable(visit: Visit) -> None:
    if not policy.may_write(require_actor(), visit):
        raise NotAllowed(_NOT_THEIRS)


def must_be_changeable(visit: Visit) -> None:
    """Raises NotAllowed for who may not change a visit, and for everybody while it is archived."""
    _must_be_writable(visit)
    must_be_live(visit)


def join_lead(event: Joined) -> None:
    """A lead was registered twice: its visits belong to the one that counts."""
    if event.kind != "lead":
        return
    lead, into = event.subject, event.into
    for visit in db.session.scalars(select(Visit).where(Visit.lead_id == lead.id)):
        visit.lead_id, visit.confidential = into.id, into.confidential
    db.session.flush()
    for each in (lead, into):
        correct_contact(each, queries.last_contact_of(each.id))


def follow_lead(event: Reseen) -> None:
    """A lead became confidential or ordinary again: its visits follow, and so does the index."""
    if event.kind != "lead":
        return
    lead: Lead = event.subject
    for visit in db.session.scalars(select(Visit).where(Visit.lead_id == lead.id)):
        visit.confidential = lead.confidential
        outbox.touch("visit", visit.public_id)
