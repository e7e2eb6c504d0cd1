"""What somebody who leaves, or a unit that ends, must not leave behind, of records without a ledger."""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from app.core.storage.db import db
from app.core.values.registries import Holdings


def held(model: Any, label: str, hand_over: Callable[[Any, int], None]) -> Holdings:
    """The live rows of a model with `owner_id`, `unit_id` and `team_id`: `held(Sample, "个样例", hand_over)`.
    `hand_over` gives a row to another owner (inner id), as the feature does when its form says so.
    """

    def of_person(person_id: int) -> list[Any]:
        return _rows(model, model.owner_id == person_id)

    def of_unit(unit_id: int) -> list[Any]:
        return _rows(model, or_(model.unit_id == unit_id, model.team_id == unit_id))

    def from_person(person_id: int, to_id: int, _on: date, _reason: str) -> None:
        for row in of_person(person_id):
            hand_over(row, to_id)
        db.session.flush()

    def from_unit(unit_id: int, to_id: int, _on: date, _reason: str) -> None:
        for row in of_unit(unit_id):
            row.unit_id = to_id if row.unit_id == unit_id else row.unit_id
            row.team_id = to_id if row.team_id == unit_id else row.team_id
        db.session.flush()

    return Holdings(
        label,
        lambda person_id: len(of_person(person_id)),
        from_person,
        lambda unit_id: len(of_unit(unit_id)),
        from_unit,
    )


def _rows(model: Any, condition: Any) -> list[Any]:
    return list(db.session.scalars(select(model).where(condition, model.archived_at.is_(None))))
