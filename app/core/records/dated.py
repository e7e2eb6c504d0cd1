"""What the county sets and sets anew: versions that each hold from a day on, until the next begins.

What was judged by a version keeps its id, so one that has begun is never changed: whoever wants it otherwise
enters a later one (core/records/configuring).
"""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, String, bindparam, func, select
from sqlalchemy.orm import Mapped

from app.core.storage.db import Record
from app.core.values.clock import today
from app.core.values.labels import labelled

FROM, WHY = "从哪天起", "为什么改"


class Dated(Record):
    """A version of something that the county sets."""

    valid_from: Mapped[date] = labelled(FROM, unique=True)
    note: Mapped[str] = labelled(WHY, String(200), default="")
    entered_by: Mapped[str] = labelled("谁定的", String(60), default="")

    @property
    def has_begun(self) -> bool:
        return self.valid_from <= today()


def holding(model: type[Dated]) -> ColumnElement[int]:
    """The id of the version that holds on the bound `day`: the last that began by then, else the first."""
    rows: Any = model.__table__.c  # type: ignore[attr-defined]
    begun = select(rows.id).where(rows.valid_from <= bindparam("day"))
    last = begun.order_by(rows.valid_from.desc()).limit(1).scalar_subquery()
    first = select(rows.id).order_by(rows.valid_from).limit(1).scalar_subquery()
    return func.coalesce(last, first)
