"""The county's own words for search: groups of terms that mean the same, and readings."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped

from app.core.storage.db import Archivable, Base, Record
from app.core.values.labels import labelled
from app.finding.words.rules import BETWEEN, LONGEST_GROUP, LONGEST_READ_WORD, LONGEST_READING


class WordGroup(Base, Record, Archivable):
    """Terms that mean the same, in one text: 锂电、锂电池、锂离子电池. No term stands in two live groups."""

    __tablename__ = "word_group"
    __called__ = "同义词"

    words: Mapped[str] = labelled("同义词", String(LONGEST_GROUP))
    author_id: Mapped[int | None] = labelled("登记人", ForeignKey("person.id"))

    @property
    def terms(self) -> tuple[str, ...]:
        return tuple(self.words.split(BETWEEN))


class WordReading(Base, Record, Archivable):
    """A word that software reads wrong, with its reading in the county: 费县, bi xian."""

    __tablename__ = "word_reading"
    __called__ = "读音"

    word: Mapped[str] = labelled("词", String(LONGEST_READ_WORD))
    reading: Mapped[str] = labelled("读音", String(LONGEST_READING))
    author_id: Mapped[int | None] = labelled("登记人", ForeignKey("person.id"))
