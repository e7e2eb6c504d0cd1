"""Reads of tags: those of a kind of record, those on one record, what happened."""

from collections.abc import Collection, Sequence
from functools import partial

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import contains_eager, joinedload

from app.core.access.auth import Actor
from app.core.records.timeline import About, Happening, Known
from app.core.storage.db import db, read_once
from app.core.storage.subjects import Subject
from app.core.values.clock import in_beijing
from app.core.values.errors import NotFound
from app.register.tags.models import Tag, Tagging

_LIVE = Tag.archived_at.is_(None)


def tags_of(kind: str) -> Sequence[Tag]:
    """The tags for records of a kind, in the order in which they were added."""
    return db.session.scalars(select(Tag).where(Tag.kind == kind, _LIVE).order_by(Tag.id)).all()


def all_tags() -> dict[str, list[Tag]]:
    """All tags, by kind of record."""
    found: dict[str, list[Tag]] = {}
    for tag in db.session.scalars(select(Tag).where(_LIVE).order_by(Tag.id)):
        found.setdefault(tag.kind, []).append(tag)
    return found


def get_tag(public_id: str) -> Tag:
    """A tag, archived or not; NotFound when there is none."""
    found = db.session.scalar(select(Tag).where(Tag.public_id == public_id))
    if found is None:
        raise NotFound
    return found


def tag_for(kind: str, public_id: str) -> Tag:
    """A tag that is in use for records of a kind; NotFound otherwise."""
    found = get_tag(public_id)
    if found.kind != kind or found.is_archived:
        raise NotFound
    return found


def tag_called(kind: str, name: str) -> Tag | None:
    """The tag of this name, archived or not."""
    return db.session.scalar(select(Tag).where(Tag.kind == kind, Tag.name == name))


def _is_on(subject: Subject) -> ColumnElement[bool]:
    return and_(Tagging.subject_kind == subject.kind, Tagging.subject_id == subject.id)


def taggings_on(subject: Subject) -> Sequence[Tagging]:
    """The tags on a record, each with who put it there; the caller has shown that it may be seen."""
    query = select(Tagging).join(Tagging.tag).where(_is_on(subject), _LIVE).order_by(Tagging.tag_id)
    with_both = (contains_eager(Tagging.tag), joinedload(Tagging.author))
    return db.session.scalars(query.options(*with_both)).all()


def tags_on_many(kind: str, public_ids: Collection[str]) -> dict[str, list[Tagging]]:
    """The tags on some records of a kind, by the public id of each, in one reading; `tags_shown` knows them
    from then on.
    """
    query = select(Tagging).join(Tagging.tag).where(Tagging.subject_kind == kind, _LIVE)
    query = query.where(Tagging.subject_id.in_(public_ids)).order_by(Tagging.tag_id)
    found: dict[str, list[Tagging]] = {}
    for row in db.session.scalars(query.options(contains_eager(Tagging.tag), joinedload(Tagging.author))):
        found.setdefault(row.subject_id, []).append(row)
    for public_id in public_ids:
        read_once(("tags on", Subject(kind, public_id)), partial(found.get, public_id, []))
    return found


def tags_shown(subject: Subject) -> Sequence[Tagging]:
    """The same for its page and its past, read once."""
    return read_once(("tags on", subject), lambda: taggings_on(subject))


def happenings(about: About, actor: Actor) -> Known:
    """Timeline source: the tags that are on a record, by when and by whom they were put there."""
    told = {row.id: _happening(row) for subject in about.seen_by(actor) for row in tags_shown(subject)}
    marks = [(happening.day, happening.at, key) for key, happening in told.items()]
    return Known(marks, lambda keys: {key: told[key] for key in keys})


def _happening(row: Tagging) -> Happening:
    return Happening(
        day=in_beijing(row.created_at).date(),
        at=row.created_at,
        icon="tag",
        title=f"贴标签：{row.tag.name}",
        who=row.author.name if row.author else "",
    )
