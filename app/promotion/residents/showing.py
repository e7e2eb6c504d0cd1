"""Days and spot checks as lines of other pages."""

from collections.abc import Collection

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.core.access.auth import Actor
from app.core.storage.db import db
from app.core.storage.subjects import Lines
from app.core.values.registries import RelatedRow
from app.promotion.residents.models import DutyCheck, DutyEntry


def duty_lines(public_ids: Collection[str], _actor: Actor) -> Lines:
    """Days by their public ids; whoever reads teams reads their calendars."""
    query = select(DutyEntry).where(DutyEntry.public_id.in_(public_ids))
    rows = db.session.scalars(query.options(joinedload(DutyEntry.person), joinedload(DutyEntry.team)))
    return {row.public_id: _line(row, "在岗", row.note) for row in rows}


def check_lines(public_ids: Collection[str], _actor: Actor) -> Lines:
    """The same of spot checks."""
    query = select(DutyCheck).where(DutyCheck.public_id.in_(public_ids))
    rows = db.session.scalars(query.options(joinedload(DutyCheck.person), joinedload(DutyCheck.team)))
    return {row.public_id: _line(row, f"{row.at} 查岗不在", row.note) for row in rows}


def _line(row: DutyEntry | DutyCheck, what: str, words: str) -> RelatedRow:
    url = url_for("residents.duty", public_id=row.team.public_id, month=f"{row.day:%Y-%m}")
    return RelatedRow(f"{row.person.name} {what}", url, words)
