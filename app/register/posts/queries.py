"""Reads of posts: one, those of a chain on a day, what somebody holds."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Date, Select, bindparam, or_, select
from sqlalchemy.orm import joinedload

from app.core.storage.db import db
from app.core.values.errors import NotFound
from app.core.values.ids import looks_like_public_id
from app.register.accounts.models import Person
from app.register.accounts.queries import on_day
from app.register.chains.models import Chain
from app.register.posts.enums import PostKind
from app.register.posts.models import ChainPost

_RANK = {post: place for place, post in enumerate(PostKind)}
_WITH_ALL = (joinedload(ChainPost.chain), joinedload(ChainPost.person).joinedload(Person.unit))


def get_post(public_id: str) -> ChainPost:
    """The term with this id, also of a chain that is archived by now; NotFound otherwise."""
    query = select(ChainPost).where(ChainPost.public_id == public_id).options(*_WITH_ALL)
    found = db.session.scalar(query) if looks_like_public_id(public_id) else None
    if found is None:
        raise NotFound
    return found


def posts_of(chain_id: int) -> Sequence[ChainPost]:
    """All terms of a chain as they are by now: by post, and of one post those that began last first."""
    query = select(ChainPost).where(ChainPost.chain_id == chain_id).options(*_WITH_ALL)
    rows = db.session.scalars(query.execution_options(populate_existing=True)).all()
    return sorted(rows, key=lambda row: (_RANK[row.post], -row.starts_on.toordinal(), row.id))


def charged_with() -> Select[Any]:
    """The chains in use with which the bound person is charged on the bound day, whatever their post."""
    post, chain = ChainPost.__table__.c, Chain.__table__.c
    held = select(post.chain_id).join_from(ChainPost.__table__, Chain.__table__, chain.id == post.chain_id)
    day = bindparam("day", type_=Date())
    return held.where(
        post.person_id == bindparam("person_id"), *on_day(day, post), chain.archived_at.is_(None)
    )


def held_by(person_id: int, day: date) -> Sequence[ChainPost]:
    """What somebody holds on a day or from a later one on, of chains that are in use."""
    query = select(ChainPost).join(Chain, Chain.id == ChainPost.chain_id)
    lasting = or_(ChainPost.ends_on.is_(None), ChainPost.ends_on >= day)
    rows = query.where(ChainPost.person_id == person_id, lasting, Chain.is_kept())
    return db.session.scalars(rows.options(*_WITH_ALL).order_by(ChainPost.chain_id, ChainPost.id)).all()
