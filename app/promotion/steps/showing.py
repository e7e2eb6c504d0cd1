"""From steps to what templates of other records show.

A room beside `views`: it reads nothing that is not handed to it and decides nothing.
"""

from typing import Any

from app.core.records.columns import Cell
from app.promotion.steps.models import Step


def in_lists(step: Step | None) -> dict[str, Any]:
    """The next step in lists and on cards: its words, and its light when it is late or nearly so."""
    if step is None:
        return {"next": None, "next_light": None}
    on = step.light
    return {"next": f"{step.due_on:%m-%d} {step.what}", "next_light": on if on.kind else None}


def next_cell(step: Step | None) -> Cell:
    """The same in a list that is declared."""
    said = in_lists(step)
    light = said["next_light"]
    return Cell(said["next"] or "", light=(light.kind, light.words) if light else None)
