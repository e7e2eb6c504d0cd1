"""How rows behind a number are shown: what somebody may open by its page, the rest in one closed line."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.core.access.auth import Actor
from app.core.records.measures import MEASURES
from app.core.storage.db import db
from app.core.storage.subjects import Subject, lines_of
from app.core.values.registries import RelatedRow
from app.promotion.assessments.models import AssessmentEntry, AssessmentObjection
from app.promotion.assessments.queries import InputRow

_ENTRY, _APPEAL = (each.__tablename__ for each in (AssessmentEntry, AssessmentObjection))


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
    lines |= _own(ids) | _of_measures(ids, actor)
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


def _of_measures(ids: dict[str, set[str]], actor: Actor) -> dict[Subject, RelatedRow]:
    """Of records that are no subjects their measure knows how to show them."""
    shown = {each.kind: each.lines for each in MEASURES.values() if each.lines is not None}
    return {
        Subject(kind, public_id): line
        for kind, lines in shown.items()
        if kind in ids
        for public_id, line in lines(ids[kind], actor).items()
    }
