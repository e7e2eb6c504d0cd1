"""Schemes, versions, items, entries, closings, objections: one, or those of a scheme."""

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.core.storage.db import Record, db
from app.core.values.errors import NotFound
from app.core.values.ids import looks_like_public_id
from app.promotion.assessments.enums import EntryState
from app.promotion.assessments.models import (
    AssessmentClosing,
    AssessmentEntry,
    AssessmentItem,
    AssessmentObjection,
    AssessmentScheme,
    AssessmentVersion,
)
from app.promotion.assessments.rules import AssessedSpan, span_of

R = TypeVar("R", bound=Record)


def _get(model: type[R], public_id: str, *options: Any) -> R:
    query = select(model).where(model.public_id == public_id).options(*options)
    found = db.session.scalar(query) if looks_like_public_id(public_id) else None
    if found is None:
        raise NotFound
    return found


def get_scheme(public_id: str) -> AssessmentScheme:
    versions = selectinload(AssessmentScheme.versions).selectinload(AssessmentVersion.items)
    return _get(AssessmentScheme, public_id, versions)


def get_version(public_id: str) -> AssessmentVersion:
    return _get(AssessmentVersion, public_id, joinedload(AssessmentVersion.scheme))


def get_item(public_id: str) -> AssessmentItem:
    whole = joinedload(AssessmentItem.of_version).joinedload(AssessmentVersion.scheme)
    return _get(AssessmentItem, public_id, whole)


def get_entry(public_id: str) -> AssessmentEntry:
    return _get(AssessmentEntry, public_id, joinedload(AssessmentEntry.scheme))


def get_objection(public_id: str) -> AssessmentObjection:
    return _get(AssessmentObjection, public_id, joinedload(AssessmentObjection.scheme))


def list_schemes() -> Sequence[AssessmentScheme]:
    """All schemes, those that go on first."""
    query = select(AssessmentScheme).options(selectinload(AssessmentScheme.versions))
    return db.session.scalars(
        query.order_by(AssessmentScheme.ended_on.is_not(None), AssessmentScheme.id)
    ).all()


def draft_of(scheme: AssessmentScheme) -> AssessmentVersion | None:
    return next((version for version in scheme.versions if version.is_draft), None)


def version_for(scheme: AssessmentScheme, span: AssessedSpan) -> AssessmentVersion | None:
    """A period is scored by the version that holds on its last day; None before the first one holds."""
    begun = [
        version
        for version in scheme.versions
        if version.valid_from is not None and version.valid_from <= span.last
    ]
    return max(begun, key=lambda version: version.valid_from or date.min, default=None)


def closings_of(scheme: AssessmentScheme) -> dict[date, AssessmentClosing]:
    """The last issue of each closed period, by its first day, the earliest first."""
    query = select(AssessmentClosing).where(AssessmentClosing.scheme_id == scheme.id)
    query = query.options(joinedload(AssessmentClosing.closed_by), joinedload(AssessmentClosing.scheme))
    rows = db.session.scalars(query.order_by(AssessmentClosing.first_day, AssessmentClosing.revision))
    return {row.first_day: row for row in rows}


def first_open(scheme: AssessmentScheme, closed: Sequence[date]) -> AssessedSpan:
    """The period that is closed next."""
    return span_of(scheme.kind, max(closed)).after if closed else span_of(scheme.kind, scheme.starts_on)


def entries_of(scheme: AssessmentScheme, span: AssessedSpan) -> Sequence[AssessmentEntry]:
    """What was entered by hand for a period."""
    query = select(AssessmentEntry).where(
        AssessmentEntry.scheme_id == scheme.id, AssessmentEntry.first_day == span.first
    )
    people = (joinedload(AssessmentEntry.author), joinedload(AssessmentEntry.decided_by))
    return db.session.scalars(query.options(*people).order_by(AssessmentEntry.id)).all()


def waiting(scheme: AssessmentScheme, span: AssessedSpan) -> int:
    """How many of them nobody has confirmed or refused yet."""
    return sum(entry.state is EntryState.WAITING for entry in entries_of(scheme, span))


def objections_of(scheme: AssessmentScheme, span: AssessedSpan) -> Sequence[AssessmentObjection]:
    """Objections to the scores of a period, the newest first."""
    query = select(AssessmentObjection).where(
        AssessmentObjection.scheme_id == scheme.id, AssessmentObjection.first_day == span.first
    )
    people = (joinedload(AssessmentObjection.author), joinedload(AssessmentObjection.ruled_by))
    return db.session.scalars(query.options(*people).order_by(AssessmentObjection.id.desc())).all()
