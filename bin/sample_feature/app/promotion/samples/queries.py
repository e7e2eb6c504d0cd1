"""Reads of samples, all within what somebody may see."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from app.core.access.auth import Actor, require_actor
from app.core.records.typed import contains, each_term
from app.core.storage.db import db
from app.core.values.errors import NotFound
from app.core.values.ids import looks_like_public_id
from app.promotion.samples.models import Sample
from app.promotion.samples.policy import visible

_FULL = [joinedload(each) for each in (Sample.owner, Sample.author, Sample.unit, Sample.team)]


def get_sample(public_id: str, actor: Actor | None = None) -> Sample:
    """The sample, if this person may see it; NotFound otherwise."""
    query = select(Sample).where(Sample.public_id == public_id, visible(actor or require_actor()))
    found = db.session.scalar(query.options(*_FULL)) if looks_like_public_id(public_id) else None
    if found is None:
        raise NotFound
    return found


def by_text(text: str) -> ColumnElement[bool]:
    """What the text box of the list asks, and the search without its index."""
    return each_term(text, lambda term: contains(term, Sample.name, Sample.notes))


def load(ids: list[int]) -> Sequence[Sample]:
    """The rows of one page of the list."""
    return db.session.scalars(select(Sample).where(Sample.id.in_(ids)).options(*_FULL)).all()
