"""Gathering -> search document; which changes re-index it."""

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.core.access.auth import Actor
from app.core.index.searching import Document, Shown, Source, join_index
from app.core.storage.db import db
from app.core.values.labels import label_of
from app.promotion.gatherings import queries
from app.promotion.gatherings.models import Gathering
from app.promotion.gatherings.policy import GATHERING_ACCESS, visible
from app.register.accounts.enums import Permission
from app.register.accounts.indexing import Holders

KIND = "gathering"


def _live() -> Select[Gathering]:
    return select(Gathering).where(Gathering.is_kept())


def _documents(asked: Select[Gathering]) -> list[Document]:
    gatherings = db.session.scalars(asked.options(*GATHERING_ACCESS.loads())).all()
    holders = Holders.of(gatherings, (row.owner_id for row in gatherings))
    return [_document_of(gathering, holders) for gathering in gatherings]


def _document_of(gathering: Gathering, holders: Holders) -> Document:
    return Document(
        kind=KIND,
        id=gathering.public_id,
        title=gathering.name,
        text="\n".join(filter(None, (gathering.place, gathering.agenda, gathering.notes))),
        access=GATHERING_ACCESS.tokens(gathering),
        units=holders.units(gathering.unit_id),
        teams=holders.units(gathering.team_id),
        owners=holders.people(gathering.owner_id),
        day=gathering.first_on.toordinal(),
    )


def _shown(seen: Select[Gathering], _actor: Actor) -> list[Shown]:
    return [
        Shown(
            public_id=gathering.public_id,
            title=gathering.name,
            fields=(
                (label_of(Gathering.place), gathering.place),
                (label_of(Gathering.agenda), gathering.agenda),
            ),
            status=gathering.kind.label,
            who=gathering.owner.name,
            when=f"{gathering.first_on.isoformat()} 起",
            active_on=gathering.first_on,
        )
        for gathering in db.session.scalars(seen.options(joinedload(Gathering.owner)))
    ]


SOURCE = Source(
    kind=KIND,
    label="招商活动",
    place=19,
    icon="presentation",
    endpoint="gatherings.detail",
    right=Permission.GATHERINGS_READ,
    key=Gathering.id,
    public_id=Gathering.public_id,
    live=_live,
    documents=_documents,
    seen=visible,
    shown=_shown,
    holds=queries.by_text,
)


def register() -> None:
    """Joins gatherings to the index."""
    join_index(SOURCE)
