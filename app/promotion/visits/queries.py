"""Reads of visits: one, lists, what the gate asks, last contacts, the timeline. All in scope."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, union_all
from sqlalchemy.orm import aliased, joinedload, selectinload

from app.core.access.auth import Actor, require_actor
from app.core.access.permissions import of_ours
from app.core.records.timeline import NOTHING, About, Happening, Known
from app.core.records.typed import contains, contains_any
from app.core.storage.db import db, entered_before_today
from app.core.storage.subjects import inner_id
from app.core.values.clock import in_beijing, start_of, today
from app.core.values.errors import NotFound
from app.core.values.ids import looks_like_public_id
from app.core.values.labels import label_of
from app.core.values.registries import BESIDE, Sought
from app.promotion.leads.models import Lead
from app.promotion.steps.enums import StepKind
from app.promotion.steps.models import Step
from app.promotion.steps.rules import light_of
from app.promotion.visits import policy
from app.promotion.visits.enums import VisitKind
from app.promotion.visits.models import Visit, VisitConfirmation, VisitContact, VisitParticipant
from app.promotion.visits.policy import visible
from app.register.accounts.models import Person, TeamMembership
from app.register.accounts.naming import is_person
from app.register.accounts.queries import at_work, can_sign_in
from app.register.enterprises.models import Contact, ContactPersonal
from app.register.enterprises.naming import about_company
from app.register.enterprises.policy import Work
from app.register.enterprises.queries import Dealings, dealings

MEETINGS = (VisitKind.OUTBOUND, VisitKind.RECEPTION)  # a call is no meeting
ICONS = {VisitKind.OUTBOUND: "car", VisitKind.RECEPTION: "users", VisitKind.CALL: "phone"}
_WHO = joinedload(VisitContact.contact).joinedload(Contact.personal)
_OURS = (joinedload(VisitParticipant.person), joinedload(VisitParticipant.team))
_TO_ONE = (joinedload(Visit.enterprise), joinedload(Visit.lead), joinedload(Visit.author))
_FULL = (
    *_TO_ONE,
    selectinload(Visit.participants).options(*_OURS),
    selectinload(Visit.contacts).options(_WHO),
)
# In one statement, for pages that ask much besides: a visit has few of both.
_AT_ONCE = (
    *_TO_ONE,
    joinedload(Visit.participants).options(*_OURS),
    joinedload(Visit.contacts).options(_WHO),
)


def get_visit(public_id: str, actor: Actor | None = None) -> Visit:
    """The visit, if this person may see it; NotFound otherwise."""
    query = select(Visit).where(Visit.public_id == public_id, visible(actor or require_actor()))
    found = db.session.scalar(query.options(*_FULL)) if looks_like_public_id(public_id) else None
    if found is None:
        raise NotFound
    return found


def naming(sought: Sought, actor: Actor) -> list[Visit]:
    """The visits to a company whose own words name somebody and that this person may see, newest first."""
    words = (Visit.summary, Visit.needs, Visit.place, Visit.met, Visit.archive_reason)
    query = select(Visit).where(
        Visit.enterprise_id == sought.enterprise_id,
        or_(contains_any(sought.words, *words), Visit.public_id.in_(sought.known_of("visit"))),
        policy.visible(actor),
    )
    return list(db.session.scalars(query.order_by(Visit.held_on.desc(), Visit.id.desc()).limit(BESIDE)))


def with_contact(lead_ids: Iterable[int]) -> set[int]:
    """Which leads have been met in person at least once: the gate fact of 在谈."""
    query = select(Visit.lead_id).where(
        Visit.lead_id.in_(list(lead_ids)), Visit.archived_at.is_(None), Visit.kind.in_(MEETINGS)
    )
    return {lead_id for lead_id in db.session.scalars(query.distinct()) if lead_id is not None}


def first_meeting_of(lead_id: int, *, other_than: int | None = None) -> date | None:
    """When a lead was first met in person, leaving out one visit (inner id) when told."""
    query = select(func.min(Visit.held_on)).where(
        Visit.lead_id == lead_id, Visit.archived_at.is_(None), Visit.kind.in_(MEETINGS)
    )
    return db.session.scalar(query if other_than is None else query.where(Visit.id != other_than))


def last_contact_of(lead_id: int) -> date | None:
    """When a lead was last in contact, calls included; without regard to who asks."""
    query = select(func.max(Visit.held_on)).where(Visit.lead_id == lead_id, Visit.archived_at.is_(None))
    return db.session.scalar(query)


def is_work() -> ColumnElement[bool]:
    """A live visit that was not written down today, or that somebody else has confirmed: nobody opens the
    numbers of a company by making up a telephone call.
    """
    confirmed = exists(select(VisitConfirmation.id).where(VisitConfirmation.visit_id == Visit.id))
    return and_(Visit.archived_at.is_(None), or_(entered_before_today(Visit.created_at), confirmed))


WORK = Work(
    policy.VISIT_ACCESS,
    Visit.enterprise_id,
    is_work,
    parts=(VisitParticipant.visit_id, VisitConfirmation.visit_id),
)


def confirmed_on_the_day(first: date) -> dict[tuple[int, int], int]:
    """How many ordinary visits were confirmed on the day on which they were written down, since a day, by
    (author, who confirmed). Archived ones too: what they opened was read all the same.
    """
    query = (
        select(Visit.author_id, VisitConfirmation.person_id, Visit.created_at, VisitConfirmation.confirmed_at)
        .join(VisitConfirmation, VisitConfirmation.visit_id == Visit.id)
        .where(Visit.created_at >= start_of(first), ~Visit.confidential)
    )
    return Counter(
        (author, by)
        for author, by, written, confirmed in db.session.execute(query)
        if in_beijing(written).date() == in_beijing(confirmed).date()
    )


def last_contacts(enterprise_ids: Iterable[int]) -> dict[int, date]:
    """When each company was last met by anybody; only ordinary visits, since companies are open to all."""
    return {enterprise_id: day for enterprise_id, day in db.session.execute(met_last(enterprise_ids))}


def met_last(enterprise_ids: Iterable[int]) -> Select[int, date]:
    """The same as rows, to be read beside others."""
    return (
        select(Visit.enterprise_id, func.max(Visit.held_on))
        .where(
            Visit.enterprise_id.in_(list(enterprise_ids)),
            Visit.archived_at.is_(None),
            ~Visit.confidential,
        )
        .group_by(Visit.enterprise_id)
    )


def met_by(enterprise_ids: Collection[int], actor: Actor) -> Dealings:
    """Who of us met these companies and when last, as far as this person sees."""
    one = aliased(VisitParticipant)  # who may see a visit is asked of participants as well
    rows = dealings("走访接待", Visit.enterprise_id, one.person_id, Visit.held_on)
    return rows.join(one, one.visit_id == Visit.id).where(
        Visit.enterprise_id.in_(enterprise_ids), Visit.archived_at.is_(None), visible(actor)
    )


# --- lists -----------------------------------------------------------------------------------------


def load(ids: list[int]) -> Sequence[Visit]:
    """The rows of one page of a list."""
    return list(db.session.scalars(select(Visit).where(Visit.id.in_(ids)).options(*_FULL)))


def took_part(who: ColumnElement[bool]) -> ColumnElement[bool]:
    """That one of ours took part of whom this holds."""
    return exists(select(VisitParticipant.id).where(VisitParticipant.visit_id == Visit.id, who))


def mine(actor: Actor) -> ColumnElement[bool]:
    """What somebody wrote down or took part in."""
    return or_(Visit.author_id == actor.person_id, took_part(VisitParticipant.person_id == actor.person_id))


def ours(actor: Actor) -> ColumnElement[bool]:
    return took_part(of_ours(actor, VisitParticipant.unit_id, VisitParticipant.team_id))


def by_text(text: str) -> ColumnElement[bool]:
    """What the text box of the list asks."""
    return about_company(text, Visit.enterprise_id, _told)


def _told(term: str) -> ColumnElement[bool]:
    """That a visit's own words hold a term: what was said, asked for and promised, where, who was there."""
    present = select(VisitParticipant.visit_id).where(is_person(term, VisitParticipant.person_id))
    met = (
        select(VisitContact.visit_id)
        .join(ContactPersonal, ContactPersonal.contact_id == VisitContact.contact_id)
        .where(contains(term, ContactPersonal.name))
    )
    promised = select(Step.visit_id).where(Step.visit_id.is_not(None), contains(term, Step.what))
    return or_(
        contains(term, Visit.summary, Visit.needs, Visit.place, Visit.met),
        Visit.id.in_(union_all(present, met, promised)),
    )


# --- for the form ----------------------------------------------------------------------------------


def team_mates(actor: Actor, day: date, *, signing_in: bool = False) -> list[Person]:
    """Who may have come along: my team of that day, else my unit and those below; myself first, then those
    of my own unit. With `signing_in`, those to whom something can be given to do. All of them.
    """
    in_team = select(TeamMembership.person_id).where(
        TeamMembership.team_id.in_(sorted(actor.team_ids)),
        TeamMembership.starts_on <= day,
        or_(TeamMembership.ends_on.is_(None), TeamMembership.ends_on >= day),
    )
    in_unit = Person.unit_id.in_(sorted(actor.unit_ids))
    together = Person.id.in_(in_team) if actor.team_ids else in_unit
    query = (
        select(Person)
        .where(or_(Person.id == actor.person_id, and_(together, can_sign_in() if signing_in else at_work())))
        .order_by(Person.id != actor.person_id, Person.unit_id != actor.unit_id, Person.name)
    )
    return list(db.session.scalars(query))


def people_of(public_ids: Iterable[str]) -> dict[str, Person]:
    """People by their public ids, also those who have left since."""
    query = select(Person).where(Person.public_id.in_(list(public_ids)))
    return {person.public_id: person for person in db.session.scalars(query)}


def live_leads(enterprise_id: int, visible_leads: ColumnElement[bool]) -> list[Lead]:
    """The leads of a company that a visit may be for."""
    query = (
        select(Lead)
        .where(Lead.enterprise_id == enterprise_id, Lead.archived_at.is_(None), visible_leads)
        .order_by(Lead.id.desc())
    )
    return list(db.session.scalars(query))


def steps_of(visit_ids: Iterable[int]) -> dict[int, list[Step]]:
    """Promises and next steps that came from each visit; the caller has shown that the visit may be seen."""
    query = (
        select(Step)
        .where(Step.visit_id.in_(list(visit_ids)))
        .options(joinedload(Step.owner))
        .order_by(Step.kind.desc(), Step.id)
    )
    found: dict[int, list[Step]] = defaultdict(list)
    for step in db.session.scalars(query):
        if step.visit_id is not None:
            found[step.visit_id].append(step)
    return found


# --- the timeline ----------------------------------------------------------------------------------


def happenings(about: About, actor: Actor) -> Known:
    """Timeline source: visits of a company or a lead, with needs, promises and next step."""
    query = select(Visit.held_on, Visit.created_at, Visit.id).where(
        Visit.archived_at.is_(None), visible(actor)
    )
    lead, company = about.of("lead"), about.of("enterprise")
    if lead is not None:
        query = query.where(Visit.lead_id == inner_id(lead))
    elif company is not None:
        query = query.where(Visit.enterprise_id == inner_id(company))
    else:
        return NOTHING
    return Known([(row.held_on, row.created_at, row.id) for row in db.session.execute(query)], _tell)


def _tell(keys: list[int]) -> dict[int, Happening]:
    query = select(Visit).where(Visit.id.in_(keys)).options(*_AT_ONCE)
    visits = list(db.session.scalars(query).unique())
    steps = steps_of(visit.id for visit in visits)
    return {visit.id: _happening(visit, steps.get(visit.id, [])) for visit in visits}


def _happening(visit: Visit, steps: Sequence[Step]) -> Happening:
    told = [(step.kind.label, f"{step.what}，{step.owner.name}，{step.due_on.isoformat()}") for step in steps]
    facts = [(label_of(Visit.needs), visit.needs)] if visit.needs else []
    met = "、".join([*(row.contact.personal.name for row in visit.contacts), *filter(None, [visit.met])])
    return Happening(
        day=visit.held_on,
        at=visit.created_at,
        icon=ICONS[visit.kind],
        title=visit.kind.label,
        who="、".join(row.person.name for row in visit.participants) + (f"　见 {met}" if met else ""),
        body=visit.summary,
        facts=(*facts, *told),
        tags=tuple(tag for step in steps if (tag := _tag(step))),
        page=("visits.detail", visit.public_id),
        contact=True,
    )


def _tag(step: Step) -> tuple[str, str] | None:
    """A promise that is still open shows its light."""
    if step.kind is not StepKind.PROMISE or step.done_on is not None:
        return None
    state = light_of(step.due_on, today())
    return (state.kind or "", f"承诺 {state.words}")
