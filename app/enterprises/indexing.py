"""Enterprise -> search document, for everyone signed in; which changes re-index it."""

from collections.abc import Mapping, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from app.accounts.enums import Permission
from app.core.auth import Actor
from app.core.db import db
from app.core.outbox import Itself, Linked, watch
from app.core.searching import EVERYONE, SOURCES, Document, Shown, Source
from app.enterprises.models import Enterprise, EnterpriseName
from app.reference.queries import division_names, industry_names

KIND = "enterprise"


def document_of(enterprise: Enterprise) -> Document:
    """What is searched of an enterprise: every name it goes by, its code, its scope and notes."""
    return Document(
        kind=KIND,
        id=enterprise.public_id,
        title=enterprise.name,
        names=tuple(other.name for other in enterprise.other_names),
        keys=(enterprise.credit_code,) if enterprise.credit_code else (),
        text="\n".join(filter(None, (enterprise.scope, enterprise.notes))),
        access=(EVERYONE,),
        region=enterprise.region_code or "",
        industry=enterprise.industry_code or "",
        amount=enterprise.capital or 0,
        day=enterprise.updated_at.date().toordinal(),
    )


def build(public_ids: Sequence[str]) -> list[Document]:
    query = (
        select(Enterprise)
        .where(Enterprise.public_id.in_(public_ids), Enterprise.archived_at.is_(None))
        .options(selectinload(Enterprise.other_names))
    )
    return [document_of(enterprise) for enterprise in db.session.scalars(query)]


def show(public_ids: Sequence[str], actor: Actor) -> Mapping[str, Shown]:
    query = select(Enterprise).where(Enterprise.public_id.in_(public_ids), Enterprise.archived_at.is_(None))
    found = db.session.scalars(query).all()
    regions = division_names({row.region_code for row in found if row.region_code})
    industries = industry_names({row.industry_code for row in found if row.industry_code})
    return {
        row.public_id: Shown(
            public_id=row.public_id,
            title=row.name,
            note="　".join(
                filter(None, (regions.get(row.region_code or ""), industries.get(row.industry_code or "")))
            ),
            body=row.scope,
            status="" if row.status == row.status.ACTIVE else row.status.label,
        )
        for row in found
    }


def find(text: str, actor: Actor, limit: int) -> Sequence[str]:
    """By a piece of a name, while the index is unavailable."""
    named = select(EnterpriseName.enterprise_id).where(EnterpriseName.name.contains(text, autoescape=True))
    query = (
        select(Enterprise.public_id)
        .where(
            Enterprise.archived_at.is_(None),
            or_(Enterprise.name.contains(text, autoescape=True), Enterprise.id.in_(named)),
        )
        .order_by(Enterprise.id)
        .limit(limit)
    )
    return db.session.scalars(query).all()


def register() -> None:
    """Joins enterprises to the index."""
    SOURCES.add(
        KIND,
        Source(
            kind=KIND,
            label="企业",
            icon="building",
            endpoint="enterprises.detail",
            right=Permission.ENTERPRISES_READ,
            key=Enterprise.id,
            public_id=Enterprise.public_id,
            build=build,
            show=show,
            find=find,
        ),
    )
    watch(Enterprise, Itself(KIND))
    watch(
        EnterpriseName,
        Linked(KIND, Enterprise.public_id, on=Enterprise.id, holds=EnterpriseName.enterprise_id),
    )
