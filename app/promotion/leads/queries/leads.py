"""One lead, by what names it, and the leads of somebody; all in scope unless said."""

from sqlalchemy import ColumnElement, bindparam, exists, or_, select
from sqlalchemy.orm import joinedload

from app.core.access.auth import Actor, require_actor
from app.core.records.history import last_entered
from app.core.records.typed import contains_any
from app.core.storage.db import db
from app.core.values.errors import NotFound
from app.core.values.ids import looks_like_public_id
from app.core.values.registries import BESIDE, Sought
from app.core.web.files import StoredFile
from app.promotion.leads import policy
from app.promotion.leads.enums import LeadStage
from app.promotion.leads.models import Agreement, FairReview, Lead, LeadEntry, LeadMember
from app.promotion.leads.policy import visible
from app.promotion.leads.queries.agreements import FILE_KIND, REVIEW_KIND, TEXTS
from app.promotion.leads.queries.ledger import entries_of
from app.register.accounts.models import Person
from app.register.accounts.queries import bureau_heads

WITH_PEOPLE = (
    joinedload(Lead.enterprise),
    joinedload(Lead.unit),
    joinedload(Lead.team),
    joinedload(Lead.owner),
)


def get_lead(public_id: str, actor: Actor | None = None) -> Lead:
    """The lead, if this person (the one who acts, unless told) may see it; NotFound otherwise."""
    if not looks_like_public_id(public_id):
        raise NotFound
    query = (
        select(Lead)
        .where(Lead.public_id == public_id, visible(actor or require_actor()))
        .options(*WITH_PEOPLE, joinedload(Lead.author), joinedload(Lead.first_negotiator))
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


_AT = select(Lead).where(Lead.public_id == bindparam("public_id")).options(joinedload(Lead.owner))


def get_to_change(public_id: str) -> Lead:
    """The same for who is about to change it: alone, since its page is not shown."""
    found = db.session.scalar(_AT, {"public_id": public_id}) if looks_like_public_id(public_id) else None
    if found is None or not policy.may_see(require_actor(), found):
        raise NotFound
    return found


def get_by_number(number: str) -> Lead:
    """The lead of a 编号, if the one who acts may see it; NotFound otherwise."""
    found = db.session.scalar(select(Lead).where(Lead.number == number.upper(), visible(require_actor())))
    if found is None:
        raise NotFound
    return found


def lead_of_own_deed(public_id: str) -> Lead:
    """A lead whose last ledger row may be taken back: one that the actor sees, or that their own last row, an
    assignment, took out of their sight; NotFound otherwise.
    """
    found = find_lead(public_id)
    if found is None and looks_like_public_id(public_id):
        hidden = db.session.scalar(select(Lead).where(Lead.public_id == public_id).options(*WITH_PEOPLE))
        last = last_entered(entries_of(hidden)) if hidden else None
        is_own = last is not None and last.actor_id == require_actor().person_id
        found = hidden if is_own else None
    if found is None:
        raise NotFound
    return found


def live_beside(lead: Lead, actor: Actor) -> list[Lead]:
    """Other leads of the same company that this person sees, the newest first: one may be the same."""
    query = select(Lead).where(
        Lead.enterprise_id == lead.enterprise_id,
        Lead.id != lead.id,
        Lead.archived_at.is_(None),
        visible(actor),
    )
    return list(db.session.scalars(query.order_by(Lead.id.desc())))


def counts_instead(lead: Lead, actor: Actor) -> Lead | None:
    """Of a lead that was registered twice the one that counts, if this person may see it."""
    other = lead.duplicate_of
    return other if other is not None and policy.may_see(actor, other) else None


def held_by_person(person_id: int) -> list[Lead]:
    """The leads in somebody's name that still want work: all but the lost."""
    return _held(Lead.owner_id == person_id)


def held_by_unit(unit_id: int) -> list[Lead]:
    """The same of a unit or a resident team."""
    return _held(or_(Lead.unit_id == unit_id, Lead.team_id == unit_id))


def _held(whose: ColumnElement[bool]) -> list[Lead]:
    query = select(Lead).where(whose, Lead.archived_at.is_(None), Lead.stage != LeadStage.LOST)
    return list(db.session.scalars(query.order_by(Lead.id)))


def find_lead(public_id: str) -> Lead | None:
    """The same without an error."""
    try:
        return get_lead(public_id)
    except NotFound:
        return None


def naming(sought: Sought, actor: Actor) -> list[Lead]:
    """The leads of a company whose words, or those of their ledger, agreements and files, name somebody, and
    that this person may see; newest first.
    """
    words = sought.words
    entered = exists().where(
        LeadEntry.lead_id == Lead.id, contains_any(words, LeadEntry.reason, LeadEntry.evidence)
    )
    paper = exists().where(
        StoredFile.owner_kind.in_((FILE_KIND, REVIEW_KIND)),
        StoredFile.owner_id == Agreement.public_id,
        contains_any(words, StoredFile.name),
    )
    agreed = (
        select(Agreement.id)
        .outerjoin(FairReview, FairReview.agreement_id == Agreement.id)
        .where(
            Agreement.lead_id == Lead.id,
            or_(contains_any(words, Agreement.title, FairReview.opinion, FairReview.number), paper),
        )
    )
    query = select(Lead).where(
        Lead.enterprise_id == sought.enterprise_id,
        or_(
            contains_any(words, *TEXTS),
            entered,
            exists(agreed),
            Lead.public_id.in_(sought.known_of("lead")),
        ),
        policy.visible(actor),
    )
    return list(db.session.scalars(query.order_by(Lead.id.desc()).limit(BESIDE)))


def members_of(lead: Lead) -> list[Person]:
    query = (
        select(Person)
        .join(LeadMember, LeadMember.person_id == Person.id)
        .where(LeadMember.lead_id == lead.id)
    )
    return list(db.session.scalars(query.order_by(Person.name)))


def bureau_head(other_than: int | None) -> Person | None:
    """A head of the 招商局 who can be told something; `other_than` only when nobody else is there."""
    heads = bureau_heads()
    return next((head for head in heads if head.id != other_than), heads[0] if heads else None)


def may_see_lead(actor: Actor, lead_id: int) -> bool:
    """For rows of lower features that hang on a lead."""
    return db.session.scalar(select(Lead.id).where(Lead.id == lead_id, visible(actor))) is not None
