"""Outing -> search document; which changes re-index it."""

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.core.access.auth import Actor
from app.core.index.searching import Document, Shown, Source, join_index
from app.core.storage.db import db
from app.core.storage.outbox import Linked, watch
from app.core.values.labels import label_of
from app.promotion.outings import queries
from app.promotion.outings.models import Outing, OutingMember
from app.promotion.outings.policy import OUTING_ACCESS, visible
from app.register.accounts.enums import Permission
from app.register.accounts.indexing import Holders

KIND = "outing"


def _live() -> Select[Outing]:
    return select(Outing).where(Outing.is_kept())


def _documents(asked: Select[Outing]) -> list[Document]:
    outings = db.session.scalars(asked.options(*OUTING_ACCESS.loads())).all()
    holders = Holders.of(outings, (row.owner_id for row in outings))
    return [_document_of(outing, holders) for outing in outings]


def _document_of(outing: Outing, holders: Holders) -> Document:
    return Document(
        kind=KIND,
        id=outing.public_id,
        title=outing.name,
        text="\n".join(filter(None, (outing.place, outing.notes, outing.minutes))),
        access=OUTING_ACCESS.tokens(outing),
        units=holders.units(outing.unit_id),
        teams=holders.units(outing.team_id),
        owners=holders.people(outing.owner_id),
        day=outing.first_on.toordinal(),
    )


def _shown(seen: Select[Outing], _actor: Actor) -> list[Shown]:
    return [
        Shown(
            public_id=outing.public_id,
            title=outing.name,
            fields=((label_of(Outing.place), outing.place), (label_of(Outing.notes), outing.notes)),
            status=outing.direction.label,
            who=outing.owner.name,
            when=f"{outing.first_on.isoformat()} 起",
            active_on=outing.first_on,
        )
        for outing in db.session.scalars(seen.options(joinedload(Outing.owner)))
    ]


SOURCE = Source(
    kind=KIND,
    label="外出和来访",
    place=18,
    icon="plane",
    endpoint="outings.detail",
    right=Permission.OUTINGS_READ,
    key=Outing.id,
    public_id=Outing.public_id,
    live=_live,
    documents=_documents,
    seen=visible,
    shown=_shown,
    holds=queries.by_text,
)


def register() -> None:
    """Joins outings to the index."""
    join_index(SOURCE)
    of_member = OutingMember.outing_id
    watch(OutingMember, Linked(KIND, SOURCE.public_id, on=Outing.id, holds=of_member))
