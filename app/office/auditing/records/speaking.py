"""What people call kinds of record, their fields and values: as models and columns say it."""

from functools import cache
from typing import Any

from app.core.storage.db import Base
from app.core.storage.subjects import SUBJECTS
from app.core.values.enums import LabelledEnum
from app.core.values.labels import words_of as column_words
from app.office.auditing.rules import EventVocabulary, in_hand
from app.office.auditing.words import OTHER_KINDS

# Fields that events of one kind tell of rows of another.
_OF_PARTS: dict[tuple[str, str], tuple[str, str]] = {
    ("visit", "person_id"): ("visit_participant", "person_id"),
    ("visit", "contact_id"): ("visit_contact", "contact_id"),
    ("target", "node_id"): ("target_node", "node_id"),
    ("agreement", "verdict"): ("fair_review", "verdict"),
    ("lead", "counts"): ("lead", "duplicate_of_id"),
    ("step", "lead_id"): ("visit", "lead_id"),  # of steps before they could be about any record
}


@cache
def vocabulary() -> EventVocabulary:
    """Of every kind that events may be about, those first on which others hang; once all features have
    joined.
    """
    models: list[Any] = [mapper.class_ for mapper in Base.registry.mappers]
    called = {model.__tablename__: model.__called__ for model in models}
    in_order = dict.fromkeys([*SUBJECTS, *Base.metadata.tables])
    kinds = {name: called[name] for name in in_order if called.get(name)}
    return EventVocabulary(kinds | OTHER_KINDS, words_of, _list_of)


def words_of(kind: str, name: str) -> tuple[str, str]:
    """The label of a field of an event, and the unit of its numbers: those of the column it tells of."""
    return column_words(Base.metadata, *_column_of(kind, name)) or in_hand(kind, name)


def _list_of(kind: str, name: str) -> type[LabelledEnum] | None:
    table, column = _column_of(kind, name)
    rows = Base.metadata.tables.get(table)
    listed = (
        getattr(rows.c[column].type, "enum_class", None) if rows is not None and column in rows.c else None
    )
    return listed if listed is not None and issubclass(listed, LabelledEnum) else None


def _column_of(kind: str, name: str) -> tuple[str, str]:
    return _OF_PARTS.get((kind, name), (kind, name))
