"""Which record something is about or hangs on: a step, a happening, a file, an event of the ledger.

A kind of record that others hang on says of itself what they ask in an entry of SUBJECTS.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ScalarSelect, select

from app.core.access.auth import Actor, require_actor
from app.core.storage.db import Base, Record, db
from app.core.values.errors import NotAllowed, NotFound, RuleBroken
from app.core.values.registries import Registry, RelatedRow

_COMPANY = "enterprise"


class Subject(NamedTuple):
    """A record of any kind: the name of its table, such as `lead`, and its public id."""

    kind: str
    id: str


def subject_of(row: Record) -> Subject:
    """A record as the subject of something."""
    model: Any = type(row)
    return Subject(model.__tablename__, row.public_id)


def company_of(row: Any) -> int | None:
    """The inner id of the company that a record is, or is about; None where it is about none."""
    return row.id if row.__tablename__ == _COMPANY else getattr(row, "enterprise_id", None)


def inner_id(subject: Subject) -> ScalarSelect[int]:
    """The inner id of a record, as part of a statement on what names it by a foreign key."""
    rows = Base.metadata.tables[subject.kind].c
    return select(rows.id).where(rows.public_id == subject.id).scalar_subquery()


def subject_at(kind: str, row_id: int) -> Subject:
    """The record behind a foreign key to a higher feature, whose model this feature does not know."""
    rows = Base.metadata.tables[kind].c
    return Subject(kind, db.session.execute(select(rows.public_id).where(rows.id == row_id)).scalar_one())


Lines = Mapping[str, RelatedRow]


@dataclass(frozen=True, slots=True)
class SubjectKind:
    """What a kind of record says of itself to what hangs on it. Ids are public ones.

    `lines` are those of some records that a person may see, each by its name and with its page. `reads` is
    the right without which nobody sees any; `seen` gives the record to who sees it and raises NotFound for
    all others, `may_change` says whether who sees it may work on it.

    Of steps: `opens` says whether a person sees one because they see the record; without it nobody does, as
    where the record is open to all. `why_fixed` says why they stay as they are.
    """

    label: str
    lines: Callable[[Collection[str], Actor], Lines]
    reads: StrEnum
    seen: Callable[[str, Actor], Any]
    may_change: Callable[[Actor, Any], bool]
    opens: Callable[[Actor, str], bool] | None = None
    why_fixed: Callable[[str], str | None] | None = None


SUBJECTS: Registry[SubjectKind] = Registry("subjects")


def seen_by(subject: Subject, actor: Actor) -> Any:
    """The record itself, if this person may see it; raises NotFound otherwise."""
    kind = SUBJECTS.get(subject.kind)
    if kind is None or not actor.may(kind.reads):
        raise NotFound
    return kind.seen(subject.id, actor)


def sees(actor: Actor, subject: Subject) -> bool:
    """Whether a person may see a record."""
    try:
        seen_by(subject, actor)
    except NotFound:
        return False
    return True


def may_change(actor: Actor, row: Record) -> bool:
    """Whether somebody who sees a record may work on it."""
    return SUBJECTS[subject_of(row).kind].may_change(actor, row)


def kept_open(subject: Subject) -> Any:
    """The record, if who acts may see it and it is not archived: what hangs on that stays as it is."""
    row = seen_by(subject, require_actor())
    if row.is_archived:
        raise RuleBroken(f"{SUBJECTS[subject.kind].label}已归档，只能查看；要改请先恢复")
    return row


def for_change(subject: Subject) -> Any:
    """The same, if who acts may work on it."""
    row = kept_open(subject)
    if not may_change(require_actor(), row):
        raise NotAllowed
    return row


def is_opened_by(subject: Subject, actor: Actor) -> bool:
    """Whether this person sees what hangs on a record because they see the record."""
    kind = SUBJECTS.get(subject.kind)
    return kind is not None and kind.opens is not None and kind.opens(actor, subject.id)


def why_fixed(subject: Subject) -> str | None:
    """Why what hangs on a record stays as it is, None while it may change."""
    kind = SUBJECTS.get(subject.kind)
    return kind.why_fixed(subject.id) if kind is not None and kind.why_fixed is not None else None


def lines_of(subjects: Iterable[Subject], actor: Actor) -> dict[Subject, RelatedRow]:
    """Those of these records that this person may see, as lines; one reading for each kind."""
    by_kind: dict[str, set[str]] = defaultdict(set)
    for subject in subjects:
        by_kind[subject.kind].add(subject.id)
    known = [(name, SUBJECTS.get(name), ids) for name, ids in by_kind.items()]
    return {
        Subject(name, public_id): line
        for name, kind, ids in known
        if kind is not None
        for public_id, line in kind.lines(ids, actor).items()
    }
