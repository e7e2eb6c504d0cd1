"""ExpansionSign -> search document, for everyone signed in; which changes re-index it."""

from sqlalchemy import Select, select, true
from sqlalchemy.orm import contains_eager, joinedload

from app.core.access.auth import Actor
from app.core.index.searching import EVERYONE, Document, Shown, Source, join_index
from app.core.storage.db import db
from app.core.values import money
from app.core.values.labels import label_of
from app.register.accounts.enums import Permission
from app.register.enterprises.indexing import follow_company
from app.register.enterprises.models import Enterprise
from app.register.signs import queries
from app.register.signs.models import ExpansionSign

KIND = "expansion_sign"


def document_of(sign: ExpansionSign) -> Document:
    """What is searched of a sign: its company under every name, its kind, what happened, who says so."""
    enterprise = sign.enterprise
    return Document(
        kind=KIND,
        id=sign.public_id,
        title=enterprise.name,
        about=enterprise.all_names,
        text=f"{sign.kind.label}\n{sign.what}\n{sign.source}",
        access=(EVERYONE,),
        region=enterprise.region_code or "",
        industry=enterprise.industry_code or "",
        amount=sign.amount or 0,
        day=sign.happened_on.toordinal(),
    )


def _live() -> Select[ExpansionSign]:
    return select(ExpansionSign).join(ExpansionSign.enterprise).where(ExpansionSign.is_kept())


_COMPANY = contains_eager(ExpansionSign.enterprise).selectinload(Enterprise.other_names)


def _documents(asked: Select[ExpansionSign]) -> list[Document]:
    return [document_of(sign) for sign in db.session.scalars(asked.options(_COMPANY))]


def _shown(seen: Select[ExpansionSign], _actor: Actor) -> list[Shown]:
    rows = db.session.scalars(seen.options(_COMPANY, joinedload(ExpansionSign.author)))
    return [
        Shown(
            public_id=sign.public_id,
            title=sign.enterprise.name,
            note=money.in_words(sign.amount) if sign.amount else "",
            fields=(
                (label_of(ExpansionSign.what), sign.what),
                (label_of(ExpansionSign.source), sign.source),
                *sign.enterprise.labelled_names,
            ),
            status=sign.kind.label,
            who=f"{sign.author.name}登记" if sign.author else "",
            when=sign.happened_on.isoformat(),
            active_on=sign.happened_on,
        )
        for sign in rows
    ]


SOURCE = Source(
    kind=KIND,
    label="扩张迹象",
    place=17,
    icon="trending-up",
    endpoint="signs.detail",
    right=Permission.ENTERPRISES_READ,
    key=ExpansionSign.id,
    public_id=ExpansionSign.public_id,
    live=_live,
    documents=_documents,
    seen=lambda _actor: true(),
    shown=_shown,
    holds=queries.by_text,
)


def register() -> None:
    """Joins signs to the index."""
    join_index(SOURCE)
    follow_company(SOURCE, ExpansionSign.enterprise_id)
