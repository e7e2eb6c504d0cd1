"""The agreements of a lead, their files, and reviews that are awaited."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.core.access.auth import Actor, require_actor
from app.core.storage.db import db
from app.core.values.errors import NotFound
from app.core.values.ids import looks_like_public_id
from app.core.web.files import StoredFile
from app.promotion.leads.enums import LeadStage
from app.promotion.leads.models import Agreement, FairReview, Lead
from app.promotion.leads.policy import visible

FILE_KIND = "agreement"  # owner_kind of an agreement's files
REVIEW_KIND = "agreement_review"  # of the scanned paper of its review; owned by the agreement as well
TEXTS = (
    *(Lead.name, Lead.introducer, Lead.content, Lead.assessment, Lead.summary, Lead.conclusion),
    *(Lead.loss_note, Lead.hold_reason, Lead.archive_reason),
)


def get_agreement(public_id: str, actor: Actor | None = None) -> Agreement:
    """An agreement of a lead that this person may see; NotFound otherwise."""
    query = (
        select(Agreement)
        .join(Lead, Agreement.lead_id == Lead.id)
        .where(Agreement.public_id == public_id, visible(actor or require_actor()))
        .options(joinedload(Agreement.lead), joinedload(Agreement.review), joinedload(Agreement.drafter))
    )
    found = db.session.scalar(query) if looks_like_public_id(public_id) else None
    if found is None:
        raise NotFound
    return found


def files_may_be_read(agreement_id: str) -> None:
    """For core.web.files: raises NotFound unless the current actor may see the agreement's lead."""
    get_agreement(agreement_id)


def agreements_of(lead: Lead) -> list[Agreement]:
    query = (
        select(Agreement)
        .where(Agreement.lead_id == lead.id)
        .options(
            joinedload(Agreement.drafter),
            *(
                joinedload(Agreement.review).joinedload(person)
                for person in (FairReview.reviewer, FairReview.asker, FairReview.recorder)
            ),
        )
        .order_by(Agreement.id.desc())
    )
    return list(db.session.scalars(query))


_UNDER_WAY = (Lead.archived_at.is_(None), Lead.stage != LeadStage.LOST)


def reviews_awaited_of(person_id: int) -> list[FairReview]:
    """Reviews that somebody was asked for and has not concluded, on leads that are still worked on."""
    query = (
        select(FairReview)
        .join(Agreement, Agreement.id == FairReview.agreement_id)
        .join(Lead, Lead.id == Agreement.lead_id)
        .where(FairReview.reviewer_id == person_id, FairReview.verdict.is_(None), *_UNDER_WAY)
        .options(joinedload(FairReview.agreement).joinedload(Agreement.lead))
        .order_by(FairReview.id)
    )
    return list(db.session.scalars(query))


def review_of_step(step_id: int) -> FairReview | None:
    """The review that a step asks for."""
    query = select(FairReview).where(FairReview.step_id == step_id)
    return db.session.scalar(query.options(joinedload(FairReview.agreement)))


def files_by_agreement(agreements: Iterable[Agreement], kind: str = FILE_KIND) -> dict[str, list[StoredFile]]:
    """Files of one kind by the public id of their agreement, newest first."""
    ids = [agreement.public_id for agreement in agreements]
    found: dict[str, list[StoredFile]] = defaultdict(list)
    if not ids:
        return found
    query = select(StoredFile).where(StoredFile.owner_kind == kind, StoredFile.owner_id.in_(ids))
    for row in db.session.scalars(query.order_by(StoredFile.id.desc())):
        found[row.owner_id].append(row)
    return found
