"""Who sees a lead: confidential or not, and who is named on it."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from sqlalchemy import select

from app.core.access.auth import require_actor
from app.core.storage import audit
from app.core.storage.db import db
from app.core.storage.subjects import subject_of
from app.core.values.clock import now
from app.core.values.errors import NotAllowed
from app.core.values.registries import AFTER_DEALING, Dealt
from app.promotion.leads import policy, projection
from app.promotion.leads.models import Lead, LeadMember
from app.promotion.leads.services.ledger import ARCHIVED, begin, let_follow


def set_confidential(
    lead: Lead, confidential: bool, member_ids: Iterable[int], *, version: int | None = None
) -> None:
    """Says whether a lead is confidential and who is named on it beside owner and author."""
    begin(lead, version)
    if not policy.may_name(require_actor(), lead):
        raise NotAllowed("只有负责人、登记人和招商局可以改保密范围")
    for member in lead.members:
        member.for_review = False  # whoever chose these people named each of them
    _see(lead, confidential, frozenset(member_ids))


def name_for_review(lead: Lead, person_id: int) -> None:
    """Names one more person on a lead, who then sees it, whatever their reach: they have to review something
    of it. Whether that may be asked of them is for the caller to say.
    """
    _see(lead, lead.confidential, {person_id, *(member.person_id for member in lead.members)})
    for member in lead.members:
        member.for_review = member.for_review or member.person_id == person_id
    db.session.flush()


def unname_for_review(lead: Lead, person_id: int) -> None:
    """A review is no longer asked of somebody: who was named for it and nothing else is named no more. Who
    has another review of the lead, also one that is concluded, stays: they may still mend it.
    """
    reviews = [agreement.review for agreement in lead.agreements if agreement.review is not None]
    if any(review.reviewer_id == person_id for review in reviews):
        return
    named = {member.person_id for member in lead.members}
    if any(member.for_review and member.person_id == person_id for member in lead.members):
        _see(lead, lead.confidential, named - {person_id})


def _see(lead: Lead, confidential: bool, named: AbstractSet[int]) -> None:
    wanted = named - {lead.owner_id, lead.author_id}
    before = {member.person_id for member in lead.members}
    lead.members = [member for member in lead.members if member.person_id in wanted] + [
        LeadMember(person_id=person_id) for person_id in sorted(wanted - before)
    ]
    is_turned = lead.confidential != confidential
    lead.confidential = confidential
    lead.updated_at = now()  # members are rows of their own: the lead's version must move all the same
    db.session.flush()
    if wanted != before:
        audit.record("lead.members", subject_of(lead), "", before=sorted(before), after=sorted(wanted))
    projection.rewrite(lead)
    let_follow(lead)
    if is_turned:
        AFTER_DEALING.run(Dealt(lead.enterprise_id))


def why_fixed(public_id: str) -> str | None:
    """For steps: an archived lead is read, and so is what was done for it."""
    lead = db.session.scalars(select(Lead).where(Lead.public_id == public_id)).one()
    return ARCHIVED if lead.is_archived else None
