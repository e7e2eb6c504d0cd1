"""What the figures of chains count, and the chains themselves."""

from collections.abc import Sequence

from sqlalchemy import select

from app.core.access.auth import Actor
from app.core.records.metrics import Rows
from app.core.storage.db import db
from app.register.chains.models import Chain

__all__ = ["chains_charged", "chains_in_use", "keys_of"]


def chains_in_use() -> Sequence[Chain]:
    """All of them in their order."""
    query = select(Chain).where(Chain.is_kept()).order_by(Chain.position, Chain.id)
    return db.session.scalars(query).all()


def chains_charged(actor: Actor) -> Sequence[Chain]:
    """Those with which somebody is charged today, whatever their post."""
    if not actor.charge_ids:
        return ()
    query = select(Chain).where(Chain.id.in_(actor.charge_ids)).order_by(Chain.position, Chain.id)
    return db.session.scalars(query).all()


def keys_of(rows: Rows, most: int, skipped: int = 0, *, earliest_first: bool = False) -> list[int]:
    """The inner ids of some rows of a figure, in the order of their days; what has no day comes last."""
    of = rows.source.c
    day = of.day.asc() if earliest_first else of.day.desc()
    query = select(of.id).where(rows.condition).order_by(day.nulls_last(), of.id.desc())
    return list(db.session.scalars(query.limit(most).offset(skipped)))
