"""What was said on a record is searched with it; which changes re-index it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, select

from app.core.index.searching import HANGING, Hanging
from app.core.records.typed import contains, each_term
from app.core.storage.db import db
from app.core.storage.outbox import AboutSubject, watch
from app.core.storage.subjects import SUBJECTS
from app.core.values.labels import label_of
from app.register.comments.models import Comment

_STANDS = Comment.taken_back_at.is_(None)


def texts_on(kind: str, public_ids: Collection[str]) -> Mapping[str, Sequence[str]]:
    """What was said on these records and stands, the newest first."""
    said: dict[str, list[str]] = defaultdict(list)
    if not public_ids or kind not in SUBJECTS:
        return said
    query = (
        select(Comment.subject_id, Comment.text)
        .where(Comment.subject_kind == kind, Comment.subject_id.in_(public_ids), _STANDS)
        .order_by(Comment.id.desc())
    )
    for public_id, text in db.session.execute(query):
        said[public_id].append(text)
    return said


def records_with(kind: str, text: str) -> Select[Any]:
    """The public ids of the records of a kind on which somebody said all of this in one comment."""
    holds = each_term(text, lambda term: contains(term, Comment.text))
    return select(Comment.subject_id).where(Comment.subject_kind == kind, _STANDS, holds)


def register() -> None:
    """Joins comments to the index of the records they hang on."""
    HANGING.add("comments", Hanging(label_of(Comment.text), texts_on, records_with))
    watch(Comment, AboutSubject())
