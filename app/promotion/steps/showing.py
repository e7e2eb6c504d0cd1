"""From steps to what their list and templates of other records show.

A room beside `views`: it decides nothing.
"""

from collections.abc import Callable, Collection
from typing import Any

from flask import url_for

from app.core.access.auth import Actor
from app.core.records.columns import Cell, ListColumn
from app.core.storage.subjects import Lines
from app.core.values.lights import Light
from app.core.values.registries import RelatedRow
from app.promotion.steps.enums import StepState
from app.promotion.steps.models import Step
from app.promotion.steps.queries import ListedStep, seen_by_id


def in_lists(step: Step | None) -> dict[str, Any]:
    """The next step in lists and on cards: its words, and its light when it is late or nearly so."""
    if step is None:
        return {"next": None, "next_light": None}
    on = step.light
    return {"next": f"{step.due_on:%m-%d} {step.what}", "next_light": on if on.kind else None}


def next_column(step: Callable[[Any], Step | None]) -> ListColumn:
    """The same in a list that is declared; `step` is asked with a row of it."""

    def cell(row: Any) -> Cell:
        said = in_lists(step(row))
        return Cell(said["next"] or "", light=said["next_light"])

    return ListColumn(key="next", label="下一步", cell=cell, phone="next", unknown="没有下一步")


def stands(row: ListedStep) -> Light:
    """Its light while it is open, else what became of it."""
    step = row.record
    if step.state is StepState.OPEN:
        return step.light
    return Light(None, "　".join(filter(None, (f"{step.done_on} {step.state.label}", step.outcome))))


def company(row: ListedStep) -> Cell:
    """The company, and below it the record; of what is about no company the record alone."""
    below, known = (row.line.title, row.line.url) if row.line else None, row.record.enterprise
    if known is None:
        return Cell(below=below)
    return Cell(known.name, page=("enterprises.detail", known.public_id), below=below)


def lines_of_steps(public_ids: Collection[str], actor: Actor) -> Lines:
    """Steps that somebody may see as lines of other pages, by public id."""
    return {
        row.public_id: RelatedRow(row.what, url_for("steps.detail", public_id=row.public_id))
        for row in seen_by_id(public_ids, actor)
    }
