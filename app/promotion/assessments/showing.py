"""How rows behind a number are shown: what somebody may open by its page, the rest in one closed line."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask import url_for
from sqlalchemy import select

from app.core.access.auth import Actor
from app.core.storage.db import db
from app.core.storage.subjects import Subject, lines_of
from app.core.values.registries import RelatedRow
from app.promotion.assessments.models import AssessmentEntry, AssessmentObjection
from app.promotion.assessments.queries import InputRow
from app.promotion.steps import policy as of_steps
from app.promotion.steps.models import Step

_ENTRY, _APPEAL, _STEP = (each.__tablename__ for each in (AssessmentEntry, AssessmentObjection, Step))


@dataclass(frozen=True, slots=True)
class ShownInput:
    """A row that somebody may open: its words and page, its day and what it counts."""

    row: InputRow
    title: str
    url: str
    words: str


@dataclass(frozen=True, slots=True)
class ShownInputs:
    """All rows behind a number; `closed` is how many of them this person may not open."""

    rows: Sequence[ShownInput]
    closed: int
    closed_credit: int


def shown_inputs(found: Sequence[InputRow], actor: Actor) -> ShownInputs:
    """Rows as this person may see them."""
    ids: dict[str, set[str]] = {}
    for row in found:
        ids.setdefault(row.kind, set()).add(row.public_id)
    lines = lines_of((Subject(row.kind, row.public_id) for row in found), actor)
    lines |= _own(ids) | _steps(ids.get(_STEP, ()), actor)
    shown = [
        ShownInput(row, line.title, line.url, line.words)
        for row in found
        if (line := lines.get(Subject(row.kind, row.public_id))) is not None
    ]
    hidden = len(found) - len(shown)
    rest = sum(row.credit for row in found) - sum(one.row.credit for one in shown)
    return ShownInputs(shown, hidden, rest)


def _own(ids: dict[str, set[str]]) -> dict[Subject, RelatedRow]:
    entries = select(AssessmentEntry).where(AssessmentEntry.public_id.in_(ids.get(_ENTRY, ())))
    appeals = select(AssessmentObjection).where(AssessmentObjection.public_id.in_(ids.get(_APPEAL, ())))
    found = {
        Subject(_ENTRY, row.public_id): RelatedRow(f"人工填数：{row.why}", "", row.author.name)
        for row in db.session.scalars(entries)
    }
    return found | {
        Subject(_APPEAL, row.public_id): RelatedRow(f"异议成立后改的：{row.reply}", "", row.author.name)
        for row in db.session.scalars(appeals)
    }


def _steps(ids: Collection[str], actor: Actor) -> dict[Subject, RelatedRow]:
    query = select(Step).where(Step.public_id.in_(ids), of_steps.visible(actor))
    return {
        Subject(_STEP, row.public_id): RelatedRow(row.what, url_for("steps.detail", public_id=row.public_id))
        for row in db.session.scalars(query)
    }
