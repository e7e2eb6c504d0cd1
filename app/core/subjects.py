"""Which record something is about or hangs on: a step, a happening, a file, an event of the ledger."""

from typing import Any, NamedTuple

from sqlalchemy import ScalarSelect, select

from app.core.db import Base, Record


class Subject(NamedTuple):
    """A record of any kind: the name of its table, such as `lead`, and its public id."""

    kind: str
    id: str


def subject_of(row: Record) -> Subject:
    """A record as the subject of something."""
    model: Any = type(row)
    return Subject(model.__tablename__, row.public_id)


def inner_id(subject: Subject) -> ScalarSelect[int]:
    """The inner id of a record, as part of a statement on what names it by a foreign key."""
    rows = Base.metadata.tables[subject.kind].c
    return select(rows.id).where(rows.public_id == subject.id).scalar_subquery()
