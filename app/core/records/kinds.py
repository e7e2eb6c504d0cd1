"""What a kind of record says to what hangs on it, for kinds that have a page, a scope and an archive."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask import url_for
from sqlalchemy import or_, select
from sqlalchemy.orm.interfaces import LoaderOption

from app.core.access.auth import Actor
from app.core.access.scopes import Access
from app.core.records.typed import Text, contains_any
from app.core.storage.db import db
from app.core.storage.subjects import Lines, SubjectKind
from app.core.values.registries import BESIDE, Naming, RelatedRow, Sought


def _name(row: Any) -> str:
    return str(row.name)


def _nothing(_row: Any) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class LineWords:
    """What a line says of a record: its title and what stands beside it; `loaded` is what both read."""

    title: Callable[[Any], str] = _name
    beside: Callable[[Any], str] = _nothing
    loaded: tuple[LoaderOption, ...] = ()


def subject_kind(
    access: Access[Any],
    *,
    endpoint: str,
    reads: StrEnum,
    found: Callable[[str, Actor], Any],
    may_change: Callable[[Actor, Any], bool],
    line: LineWords = LineWords(),
    why_fixed: Callable[[str], str | None] | None = None,
    takes_steps: bool = True,
) -> SubjectKind:
    """The kind of the rows of `access.model`, whose page is `endpoint`; `found` gives one to who sees it and
    raises NotFound for all others. Its steps are seen by who sees it; they stay as they are once it is
    archived, or while `why_fixed` says why.
    """
    model: Any = access.model
    called = str(model.__called__)

    def lines(public_ids: Collection[str], actor: Actor) -> Lines:
        if not actor.may(reads):
            return {}
        query = select(model).where(model.public_id.in_(public_ids), access.visible(actor))
        return {
            row.public_id: RelatedRow(
                line.title(row), url_for(endpoint, public_id=row.public_id), line.beside(row)
            )
            for row in db.session.scalars(query.options(*line.loaded))
        }

    def opens(actor: Actor, public_id: str) -> bool:
        query = select(model.id).where(model.public_id == public_id, access.visible(actor))
        return db.session.scalar(query) is not None

    def why_archived(public_id: str) -> str | None:
        query = select(model.archived_at).where(model.public_id == public_id)
        return f"这个{called}已归档，只能查看" if db.session.scalar(query) is not None else None

    if not takes_steps:
        return SubjectKind(called, lines, reads, found, may_change)
    return SubjectKind(called, lines, reads, found, may_change, opens, why_fixed or why_archived)


def naming(
    access: Access[Any], *columns: Text, endpoint: str, reads: StrEnum, where: str
) -> Callable[[Sought, Actor], list[Naming]]:
    """Which rows of a kind that is about no company name somebody in these columns, for `NAMED_IN`; `where`
    says in which fields: 说明.
    """
    model: Any = access.model
    kind = str(model.__tablename__)

    def named_in(sought: Sought, actor: Actor) -> list[Naming]:
        if not actor.may(reads):
            return []
        names = or_(contains_any(sought.words, *columns), model.public_id.in_(sought.known_of(kind)))
        query = select(model).where(names, access.visible(actor)).order_by(model.id.desc()).limit(BESIDE)
        return [_naming(kind, row, endpoint, where) for row in db.session.scalars(query)]

    return named_in


def _naming(kind: str, row: Any, endpoint: str, where: str) -> Naming:
    url = url_for(endpoint, public_id=row.public_id)
    return Naming(kind, row.public_id, RelatedRow(_name(row), url, where))
