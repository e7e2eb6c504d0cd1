"""What two people who changed one entry at once wrote: both values, for the conflict page."""

from app.core.errors import Clash
from app.core.labels import labels_of
from app.words.models import WordGroup, WordReading

GROUP = labels_of(WordGroup.words)
READING = labels_of(WordReading.word, WordReading.reading)


def of_group(group: WordGroup, words: str) -> list[Clash]:
    """A group by now, against what was typed."""
    return [] if group.words == words else [Clash(GROUP["words"], group.words, words, "words", group.words)]


def of_reading(row: WordReading, word: str, reading: str) -> list[Clash]:
    """A reading by now, against what was typed."""
    rows = (("word", row.word, word), ("reading", row.reading, reading))
    return [Clash(READING[name], theirs, mine, name, theirs) for name, theirs, mine in rows if theirs != mine]
