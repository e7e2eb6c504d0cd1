"""Reads of comments: those on a record, those in which somebody is mentioned, those that name somebody."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import joinedload

from app.core.access.auth import Actor
from app.core.records.timeline import About, Happening, Known
from app.core.records.typed import contains_any
from app.core.storage.db import db, read_once
from app.core.storage.subjects import Subject, seen_by, sees
from app.core.values.clock import in_beijing
from app.core.values.errors import NotFound
from app.core.values.ids import looks_like_public_id
from app.core.values.registries import BESIDE, Sought
from app.register.accounts.models import Person
from app.register.accounts.queries import at_work
from app.register.comments.models import Comment, CommentMention
from app.register.comments.rules import LONGEST_NAME

WAITING = 50  # mentions of one person that are looked through
_STANDS = Comment.taken_back_at.is_(None)


def named_at_the_start(words: str) -> list[Person]:
    """The people at work with whose name some words begin, the longest counts: 罗曼青请看 -> [罗曼青]."""
    beginnings = [words[:length] for length in range(2, LONGEST_NAME + 1)]
    people = list(db.session.scalars(select(Person).where(at_work(), Person.name.in_(beginnings))))
    longest = max((len(person.name) for person in people), default=0)
    return [person for person in people if len(person.name) == longest]


def is_on(subject: Subject) -> ColumnElement[bool]:
    """The comments on one record that were not taken back."""
    return and_(Comment.subject_kind == subject.kind, Comment.subject_id == subject.id, _STANDS)


def _full() -> Select[Comment]:
    mentioned = joinedload(Comment.mentions).joinedload(CommentMention.person)
    return select(Comment).options(joinedload(Comment.author), mentioned)


def comments_on(subject: Subject) -> list[Comment]:
    """The comments on a record, newest first, for its page and its past; the caller has shown that the record
    may be seen.
    """
    query = _full().where(is_on(subject)).order_by(Comment.id.desc())
    return read_once(("comments on", subject), lambda: list(db.session.scalars(query).unique()))


def load(ids: list[int]) -> Sequence[Comment]:
    """The rows of one page of the comments on a record."""
    return db.session.scalars(_full().where(Comment.id.in_(ids))).unique().all()


def get_comment(public_id: str, actor: Actor) -> Comment:
    """A comment on a record that this person may see; NotFound otherwise, and once it was taken back."""
    query = _full().where(Comment.public_id == public_id, _STANDS)
    found = db.session.scalars(query).unique().one_or_none() if looks_like_public_id(public_id) else None
    if found is None:
        raise NotFound
    seen_by(found.about, actor)
    return found


def mention_of(row: Comment, actor: Actor) -> CommentMention | None:
    """That somebody is mentioned in a comment and has not looked yet."""
    waiting = (each for each in row.mentions if each.looked_at is None)
    return next((each for each in waiting if each.person_id == actor.person_id), None)


def waiting_for(actor: Actor) -> Sequence[Comment]:
    """The comments in which somebody is mentioned and at which they have not looked, newest first; also on
    records that they no longer see.
    """
    query = (
        select(Comment)
        .join(CommentMention, CommentMention.comment_id == Comment.id)
        .where(CommentMention.person_id == actor.person_id, CommentMention.looked_at.is_(None), _STANDS)
        .options(joinedload(Comment.author))
    )
    return db.session.scalars(query.order_by(Comment.id.desc()).limit(WAITING)).all()


def naming(sought: Sought, actor: Actor) -> list[Comment]:
    """The comments about a company whose words name somebody, on records that this person may see."""
    query = _full().where(
        or_(Comment.enterprise_id == sought.enterprise_id, Comment.enterprise_id.is_(None)),
        or_(contains_any(sought.words, Comment.text), Comment.public_id.in_(sought.known_of("comment"))),
        _STANDS,
    )
    found = db.session.scalars(query.order_by(Comment.id.desc())).unique()
    return [row for row in found if sees(actor, row.about)][:BESIDE]


def happenings(about: About, actor: Actor) -> Known:
    """Timeline source: what was said on a record, and on those in which its past began."""
    told = {row.id: _happening(row) for subject in about.seen_by(actor) for row in comments_on(subject)}
    marks = [(happening.day, happening.at, key) for key, happening in told.items()]
    return Known(marks, lambda keys: {key: told[key] for key in keys})


def _happening(row: Comment) -> Happening:
    return Happening(
        day=in_beijing(row.created_at).date(),
        at=row.created_at,
        icon="message",
        title="留言",
        who=row.author.name,
        body=row.text,
    )
