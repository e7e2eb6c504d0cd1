"""What two people who changed one entry at once wrote: both values, for the conflict page."""

from app.core.errors import Clash
from app.words.models import WordGroup, WordReading

GROUP = {"words": "词"}
READING = {"word": "词", "reading": "读音"}


def of_group(group: WordGroup, words: str) -> list[Clash]:
    """A group by now, against what was typed."""
    return [] if group.words == words else [Clash("词", group.words, words, "words", group.words)]


def of_reading(row: WordReading, word: str, reading: str) -> list[Clash]:
    """A reading by now, against what was typed."""
    rows = (("词", "word", row.word, word), ("读音", "reading", row.reading, reading))
    return [Clash(label, theirs, mine, name, theirs) for label, name, theirs, mine in rows if theirs != mine]
