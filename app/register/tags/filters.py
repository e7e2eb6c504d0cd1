"""A filter of lists: what a tag is on."""

from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import select

from app.core.records.filters import Choices, Column, Condition, Filter
from app.core.values.labels import label_of
from app.core.web import pages
from app.register.tags import queries
from app.register.tags.models import Tag, Tagging


@dataclass(frozen=True, kw_only=True, slots=True)
class ByTag(Filter):
    """One of the county's tags for a kind of record: `?tag=`; `column` is the public id of the record."""

    name: str = "tag"
    label: str = label_of(Tag.name)
    folded: bool = True
    column: Column

    field: ClassVar[str] = "select"

    @property
    def _kind(self) -> str:
        return str(self.column.class_.__tablename__)

    def read(self) -> Tag | None:
        asked = pages.read_text(self.name, 16)
        return queries.tag_for(self._kind, asked) if asked else None

    def condition(self, value: Tag) -> Condition:
        found: Condition = self.column.in_(select(Tagging.subject_id).where(Tagging.tag_id == value.id))
        return found

    def words(self, value: Tag) -> str:
        return value.name

    def written(self, value: Tag) -> str:
        return value.public_id

    def choices(self, value: Any) -> Choices:
        return [(tag.public_id, tag.name) for tag in queries.tags_of(self._kind)]
