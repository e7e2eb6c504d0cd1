"""What leads say of their company: other leads at registration, and that somebody works with it."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import selectinload

from app.core.access.auth import Actor
from app.core.storage.db import db, entered_before_today
from app.promotion.leads import policy, rules
from app.promotion.leads.models import Lead, LeadEntry, LeadMember
from app.promotion.leads.queries.columns import BOARD_STAGES
from app.promotion.leads.queries.leads import WITH_PEOPLE
from app.register.enterprises.policy import Work
from app.register.enterprises.queries import Dealings, dealings


@dataclass(frozen=True, slots=True)
class Clashes:
    """Live leads of a company, by what a new lead's author may be told (the disclosure table)."""

    visible: tuple[Lead, ...] = ()
    hidden: bool = False  # an ordinary one exists: to be said without name, owner, date or count
    confidential: tuple[Lead, ...] = ()  # the author reads nothing; the bureau is told

    @property
    def to_be_said(self) -> bool:
        return bool(self.visible) or self.hidden


def clashes(enterprise_id: int, actor: Actor) -> Clashes:
    """What a new lead for this company would meet. Never show `confidential` to the actor."""
    query = (
        select(Lead)
        .where(Lead.enterprise_id == enterprise_id, Lead.archived_at.is_(None), Lead.stage.in_(rules.LIVE))
        .options(selectinload(Lead.members), *WITH_PEOPLE)
        .order_by(Lead.id.desc())
    )
    found = list(db.session.scalars(query))
    seen = tuple(lead for lead in found if policy.may_see(actor, lead))
    unseen = [lead for lead in found if not policy.may_see(actor, lead)]
    return Clashes(
        seen,
        any(not lead.confidential for lead in unseen),
        tuple(lead for lead in unseen if lead.confidential),
    )


def is_work() -> ColumnElement[bool]:
    """A live lead that was not registered today, or whose ledger somebody else than who registered it has
    written: nobody opens the numbers of a company by registering a lead.
    """
    by_others = exists(
        select(LeadEntry.id).where(LeadEntry.lead_id == Lead.id, LeadEntry.actor_id != Lead.author_id)
    )
    return and_(Lead.archived_at.is_(None), or_(entered_before_today(Lead.created_at), by_others))


WORK = Work(
    policy.LEAD_ACCESS,
    Lead.enterprise_id,
    is_work,
    and_(Lead.archived_at.is_(None), Lead.stage.in_(BOARD_STAGES)),
    parts=(LeadMember.lead_id,),
    only=policy.SEEN_BY,
)


def led_by(enterprise_ids: Collection[int], actor: Actor) -> Dealings:
    """Whose leads these companies have, as far as this person sees, and when such a lead last moved."""
    return dealings("负责线索", Lead.enterprise_id, Lead.owner_id, Lead.stage_since).where(
        Lead.enterprise_id.in_(enterprise_ids), Lead.archived_at.is_(None), policy.visible(actor)
    )
