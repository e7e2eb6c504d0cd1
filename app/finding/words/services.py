"""Changes of the county's words. Nothing is rebuilt: they count from the next search on."""

import csv
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from app.core.access.auth import current_actor
from app.core.index.searching import is_written_in_characters, software_reading, spelling, word_key
from app.core.records.versions import claim, claim_whole
from app.core.storage.db import Turn, db, wait_turn
from app.core.values.clock import now
from app.core.values.errors import Clash, RuleBroken
from app.finding.words.models import WordGroup, WordReading
from app.finding.words.queries import list_groups, list_readings, spelt
from app.finding.words.rules import (
    BETWEEN,
    MOST_GROUPS,
    MOST_READINGS,
    Spelt,
    problem_of_group,
    problem_of_read_word,
    problem_of_reading,
    split_words,
)

# Common words of the trade, and places whose names software misreads; offered to a county that has none.
STARTER_FILE = Path(__file__).with_name("data") / "starter.csv"


def save_group(group: WordGroup | None, text: str, *, version: int | None = None) -> WordGroup:
    """Adds or changes a group. Raises RuleBroken, and Stale when somebody else changed it since `version`."""
    words = [spelt(word) for word in split_words(text)]
    written = BETWEEN.join(one.word for one in words)
    wait_turn(Turn.WORDS)
    if group is not None:
        claim(group, version, fixed=partial(_removed, group))
    others = [row for row in list_groups() if row is not group]
    if group is None and len(others) >= MOST_GROUPS:
        raise RuleBroken(f"最多 {MOST_GROUPS} 组，先删除不用的")
    if problem := problem_of_group(words, _groups_by_key(others)):
        raise RuleBroken({"words": problem})
    group = group or WordGroup(author_id=_author())
    group.words = written
    db.session.add(group)
    db.session.flush()
    return group


def save_reading(
    row: WordReading | None, word: str, typed: str, *, version: int | None = None
) -> WordReading:
    """Adds or changes a reading. Raises RuleBroken, and Stale when somebody else changed it."""
    one = spelt(word)
    reading = spelling(typed, len(one.key))
    wait_turn(Turn.WORDS)
    if row is not None:
        claim(row, version, fixed=partial(_removed, row))
    others = [other for other in list_readings() if other is not row]
    if row is None and len(others) >= MOST_READINGS:
        raise RuleBroken(f"最多 {MOST_READINGS} 条读音，先删除不用的")
    _refuse_reading(one, typed, reading, others)
    row = row or WordReading(author_id=_author())
    row.word, row.reading = word, reading
    db.session.add(row)
    db.session.flush()
    return row


def _refuse_reading(one: Spelt, typed: str, reading: str, others: Iterable[WordReading]) -> None:
    if problem := problem_of_read_word(one, is_written_in_characters(one.word)):
        raise RuleBroken({"word": problem})
    for other in others:
        if word_key(other.word) == one.key:
            raise RuleBroken({"word": f"「{other.word}」已经有读音 {other.reading}，去改那一条"})
    if problem := problem_of_reading(one, typed, reading, software_reading(one.word)):
        raise RuleBroken({"reading": problem})


def _groups_by_key(groups: Iterable[WordGroup]) -> dict[str, str]:
    return {word_key(word): group.words for group in groups for word in group.terms}


def _removed(row: WordGroup | WordReading) -> Clash | None:
    return Clash("删除", "已删除", "没有删除") if row.is_archived else None


def _author() -> int | None:
    actor = current_actor()
    return actor.person_id if actor else None


def remove_group(group: WordGroup, *, version: int | None = None) -> None:
    """Out of use; the row and its audit stay. Raises Stale."""
    _remove(group, version)


def remove_reading(row: WordReading, *, version: int | None = None) -> None:
    """Out of use; the row and its audit stay. Raises Stale."""
    _remove(row, version)


def _remove(row: WordGroup | WordReading, version: int | None) -> None:
    claim_whole(row, version, "删除", may_go_on=lambda: not row.is_archived)
    row.archived_at = now()
    db.session.flush()


def read_starter() -> tuple[list[str], list[tuple[str, str]]]:
    """(groups, readings) that come with the program."""
    with STARTER_FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    groups = [row["words"] for row in rows if not row["reading"]]
    return groups, [(row["words"], row["reading"]) for row in rows if row["reading"]]


def add_starter() -> int:
    """Puts the common words in; returns how many entries. Raises RuleBroken where there are words already:
    what a county has removed shall not come back.
    """
    wait_turn(Turn.WORDS)
    if list_groups() or list_readings():
        raise RuleBroken("已经有搜索用词了，常用词只能放进空的词表")
    groups, readings = read_starter()
    author = _author()
    # The page lists the latest first: so it begins as the file does.
    db.session.add_all(WordGroup(words=words, author_id=author) for words in reversed(groups))
    db.session.add_all(
        WordReading(word=word, reading=reading, author_id=author) for word, reading in reversed(readings)
    )
    db.session.flush()
    return len(groups) + len(readings)
