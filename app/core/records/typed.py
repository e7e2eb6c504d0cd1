"""What somebody typed into the text box of a list: terms, each of which a record must hold somewhere.

A list is complete: what it counts is what it shows. So this is a condition of the database; the index is
asked only what names sound like, which the database does not know.
"""

import re
from collections.abc import Callable, Iterable

from flask import g
from sqlalchemy import ColumnElement, and_, false, or_
from sqlalchemy.orm import InstrumentedAttribute

from app.core.index.searching import fold

_GAP = re.compile(r"[\s,，;；|、。]+")
_SAYS = re.compile(r"[^\W_]")
_MOST_TERMS = 12
_WIDE = str.maketrans("(),:", "（），：")
Text = InstrumentedAttribute[str] | InstrumentedAttribute[str | None]


def terms_of(text: str) -> tuple[str, ...]:
    """苏州 ( 澜川 ) -> (苏州, 澜川); marks count only where there is nothing else."""
    parts = dict.fromkeys(part for part in _GAP.split(text) if part)
    words = [part for part in parts if _SAYS.search(part)]
    return tuple(words or parts)[:_MOST_TERMS]


def each_term(text: str, holds: Callable[[str], ColumnElement[bool]]) -> ColumnElement[bool]:
    """That a record holds every term, each wherever it likes."""
    return and_(*map(holds, terms_of(text) or (text,)))


def contains(term: str, *columns: Text) -> ColumnElement[bool]:
    """That one of these columns holds a term: as typed, in half width, or with brackets in full width."""
    folded = fold(term)
    ways = [way for way in dict.fromkeys((term, folded, folded.translate(_WIDE))) if way]
    found = (column.icontains(way, autoescape=True) for column in columns for way in ways)
    return or_(false(), *found)


def contains_any(words: Iterable[str], *columns: Text) -> ColumnElement[bool]:
    """That one of these columns holds one of some words."""
    return or_(false(), *(contains(word, *columns) for word in words))


def note(words: str) -> None:
    """Says on the page what a list may lack."""
    if words not in (notes := g.setdefault("list_notes", [])):
        notes.append(words)
