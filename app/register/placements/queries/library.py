"""What there is to judge: the links of all chains, and companies as far as they speak for one."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import contains_eager, selectinload

from app.core.storage.db import db
from app.register.chains.models import Chain, ChainNode
from app.register.enterprises.models import Enterprise, EnterpriseName
from app.register.placements.rules import CompanyFacts
from app.register.tags.models import Tag, Tagging

_BATCH = 1_000
_KIND = Enterprise.__tablename__


def nodes_to_judge() -> list[ChainNode]:
    """The links of all chains that are there, with chain and industries."""
    query = (
        select(ChainNode)
        .join(ChainNode.chain)
        .where(ChainNode.archived_at.is_(None), Chain.archived_at.is_(None))
        .order_by(ChainNode.id)
        .options(contains_eager(ChainNode.chain), selectinload(ChainNode.industries))
    )
    return list(db.session.scalars(query))


def changed_companies(after_id: int, since: datetime | None, most: int) -> list[int]:
    """The inner ids of the next companies, of those that have changed since or were given a tag."""
    query = select(Enterprise.id).where(Enterprise.id > after_id, Enterprise.archived_at.is_(None))
    if since is not None:
        query = query.where(_changed(since))
    return list(db.session.scalars(query.order_by(Enterprise.id).limit(most)))


def _changed(since: datetime) -> ColumnElement[bool]:
    tagged = select(Tagging.subject_id).where(Tagging.subject_kind == _KIND, Tagging.created_at >= since)
    return or_(Enterprise.updated_at >= since, Enterprise.public_id.in_(tagged))


def sample_of_companies(most: int) -> Iterator[CompanyFacts]:
    """Companies spread evenly over the whole library, a batch in memory at a time."""
    live = Enterprise.archived_at.is_(None)
    highest = db.session.scalar(select(Enterprise.id).order_by(Enterprise.id.desc()).limit(1)) or 0
    step, after_id = max(1, -(-highest // most)), 0
    while True:
        query = select(Enterprise.id).where(live, Enterprise.id > after_id, Enterprise.id % step == 0)
        ids = list(db.session.scalars(query.order_by(Enterprise.id).limit(_BATCH)))
        if not ids:
            return
        yield from known_companies(ids)
        after_id = ids[-1]


def known_companies(ids: Collection[int]) -> list[CompanyFacts]:
    """What is known of some companies, in three readings."""
    columns = (
        Enterprise.id,
        Enterprise.public_id,
        Enterprise.name,
        Enterprise.scope,
        Enterprise.industry_code,
    )
    rows = db.session.execute(select(*columns).where(Enterprise.id.in_(ids)).order_by(Enterprise.id)).all()
    names, tags = defaultdict[int, list[str]](list), defaultdict[str, list[str]](list)
    others = select(EnterpriseName.enterprise_id, EnterpriseName.name).where(
        EnterpriseName.enterprise_id.in_(ids)
    )
    for row_id, name in db.session.execute(others.order_by(EnterpriseName.id)):
        names[row_id].append(name)
    tagged = (
        select(Tagging.subject_id, Tag.name)
        .join(Tag, Tag.id == Tagging.tag_id)
        .where(Tagging.subject_kind == _KIND, Tagging.subject_id.in_([row.public_id for row in rows]))
        .where(Tag.archived_at.is_(None))
    )
    for public_id, name in db.session.execute(tagged.order_by(Tagging.id)):
        tags[public_id].append(name)
    return [
        CompanyFacts(
            row.id,
            row.name,
            tuple(names[row.id]),
            row.scope,
            tuple(tags[row.public_id]),
            row.industry_code or "",
        )
        for row in rows
    ]
