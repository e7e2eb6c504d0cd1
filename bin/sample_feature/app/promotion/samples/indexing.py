"""Sample -> search document; which changes re-index it."""

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.core.access.auth import Actor
from app.core.index.searching import Document, Shown, Source, join_index
from app.core.storage.db import db
from app.core.values.labels import label_of
from app.promotion.samples import queries
from app.promotion.samples.models import Sample
from app.promotion.samples.policy import SAMPLE_ACCESS, visible
from app.register.accounts.enums import Permission
from app.register.accounts.indexing import Holders

KIND = "sample"


def _live() -> Select[Sample]:
    return select(Sample).where(Sample.is_kept())


def _documents(asked: Select[Sample]) -> list[Document]:
    samples = db.session.scalars(asked.options(*SAMPLE_ACCESS.loads())).all()
    holders = Holders.of(samples, (row.owner_id for row in samples))
    return [_document_of(sample, holders) for sample in samples]


def _document_of(sample: Sample, holders: Holders) -> Document:
    return Document(
        kind=KIND,
        id=sample.public_id,
        title=sample.name,
        text=sample.notes,
        access=SAMPLE_ACCESS.tokens(sample),
        units=holders.units(sample.unit_id),
        teams=holders.units(sample.team_id),
        owners=holders.people(sample.owner_id),
        day=sample.day.toordinal(),
    )


def _shown(seen: Select[Sample], _actor: Actor) -> list[Shown]:
    return [
        Shown(
            public_id=sample.public_id,
            title=sample.name,
            fields=((label_of(Sample.notes), sample.notes),),
            who=sample.owner.name,
            when=sample.day.isoformat(),
            active_on=sample.day,
        )
        for sample in db.session.scalars(seen.options(joinedload(Sample.owner)))
    ]


SOURCE = Source(
    kind=KIND,
    label="样例",
    place=90,
    icon="clipboard-list",
    endpoint="samples.detail",
    right=Permission.SAMPLES_READ,
    key=Sample.id,
    public_id=Sample.public_id,
    live=_live,
    documents=_documents,
    seen=visible,
    shown=_shown,
    holds=queries.by_text,
)


def register() -> None:
    """Joins samples to the index."""
    join_index(SOURCE)
