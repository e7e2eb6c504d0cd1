"""Reads of attachments: those of a record, those that name somebody, what happened."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.core.access.auth import Actor
from app.core.records.timeline import About, Happening, Known
from app.core.records.typed import contains_any
from app.core.storage.db import db, read_once
from app.core.storage.subjects import SUBJECTS, Subject, seen_by
from app.core.values.clock import in_beijing
from app.core.values.errors import NotFound
from app.core.values.ids import looks_like_public_id
from app.core.values.registries import BESIDE, Sought
from app.core.web.files import StoredFile


def _is_on(subject: Subject) -> ColumnElement[bool]:
    return and_(StoredFile.owner_kind == subject.kind, StoredFile.owner_id == subject.id)


def _ever_on(subject: Subject) -> Sequence[StoredFile]:
    """The files of a record, newest first, with those that were taken off: for its page and its past."""
    query = select(StoredFile).where(_is_on(subject)).order_by(StoredFile.id.desc())
    return read_once(("files on", subject), lambda: db.session.scalars(query).all())


def attachments_of(subject: Subject) -> list[StoredFile]:
    """The files on a record, newest first; the caller has shown that the record may be seen."""
    return [row for row in _ever_on(subject) if row.taken_off_at is None]


def count_on(subject: Subject) -> int:
    """How many there are by now."""
    query = select(func.count()).where(_is_on(subject), StoredFile.taken_off_at.is_(None))
    return db.session.scalar(query) or 0


def get_attachment(public_id: str, actor: Actor) -> StoredFile:
    """A file on a record that this person may see, also one that was taken off; NotFound otherwise."""
    query = select(StoredFile).where(StoredFile.public_id == public_id)
    found = db.session.scalar(query) if looks_like_public_id(public_id) else None
    if found is None:
        raise NotFound
    seen_by(found.owner, actor)
    return found


def naming(sought: Sought, actor: Actor) -> list[StoredFile]:
    """The files whose names tell of somebody, on records about their company that this person may see."""
    query = select(StoredFile).where(
        or_(
            contains_any(sought.words, StoredFile.name),
            StoredFile.public_id.in_(sought.known_of("stored_file")),
        ),
        StoredFile.owner_kind.in_(tuple(SUBJECTS)),
    )
    found = db.session.scalars(query.order_by(StoredFile.id.desc()))
    return [row for row in found if _is_of_company(row, sought.enterprise_id, actor)][:BESIDE]


def _is_of_company(row: StoredFile, enterprise_id: int, actor: Actor) -> bool:
    try:
        record = seen_by(row.owner, actor)
    except NotFound:
        return False
    its_own = record.id if row.owner.kind == "enterprise" else None  # else of another kind that has this id
    return bool(getattr(record, "enterprise_id", its_own) == enterprise_id)


def happenings(about: About, actor: Actor) -> Known:
    """Timeline source: files that were added, also those that were taken off since."""
    told = {row.id: _happening(row) for subject in about.seen_by(actor) for row in _ever_on(subject)}
    marks = [(happening.day, happening.at, key) for key, happening in told.items()]
    return Known(marks, lambda keys: {key: told[key] for key in keys})


def _happening(row: StoredFile) -> Happening:
    off = row.taken_off_at
    return Happening(
        day=in_beijing(row.created_at).date(),
        at=row.created_at,
        icon="paperclip",
        title=f"加附件：{row.name}",
        who=row.uploaded_by,
        facts=(("取下", f"{in_beijing(off):%Y-%m-%d} {row.taken_off_by}"),) if off else (),
    )
