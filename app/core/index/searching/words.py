"""The county's own words."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial

from flask import current_app

from app.core.storage.db import read_once
from app.core.values.registries import Registry
from search.answering.highlight import highlight
from search.language.words import NO_WORDS, Words


@dataclass(frozen=True, slots=True)
class WordSource:
    """Where the county's words are kept, one place at most: `stamp` is asked at every search and changes with
    any of them, `read` reads them all.
    """

    stamp: Callable[[], Hashable]
    read: Callable[[], Words]


WORDS: Registry[WordSource] = Registry("county words")


def county_words() -> Words:
    """The county's own words as they are now, for `Query.words`.

    One small statement a transaction: what this process read before serves only while the stamp is the same,
    so that a change counts in every process from the next search on.
    """
    return read_once("county words", _words_of_now)


def _words_of_now() -> Words:
    source = next(iter(WORDS.values()), None)
    if source is None:
        return NO_WORDS
    stamp = source.stamp()
    kept = current_app.extensions["county_words"].get("read")
    if kept is None or kept[0] != stamp:
        kept = current_app.extensions["county_words"]["read"] = (stamp, source.read())
    found: Words = kept[1]
    return found


def marking() -> Callable[[str, str], list[tuple[str, bool]]]:
    """`highlight` that knows the county's words."""
    return partial(highlight, words=county_words())
