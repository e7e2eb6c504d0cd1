"""The page of a conflict as its reader sees it."""

import re
from dataclasses import dataclass
from html import unescape

from werkzeug.test import TestResponse

_ROW = re.compile(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', re.DOTALL)
_CELL = re.compile(r"<td[^>]*>(.*?)</td>", re.DOTALL)
_SMALL = re.compile(r"<small>(.*?)</small>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Row:
    """One difference: what stood there when the form was opened (empty: nobody knows), what they saved, what
    was typed, and which side alone has changed it.
    """

    was: str
    theirs: str
    mine: str
    only: str = ""

    @property
    def sides(self) -> tuple[str, str]:
        return self.theirs, self.mine


def rows_in(answer: TestResponse) -> dict[str, Row]:
    """The differences by the label of their field, in the order of the page."""
    assert answer.status_code == 409, answer.text
    found = {}
    for head, cells in _ROW.findall(answer.text):
        words = [_words(cell) for cell in _CELL.findall(cells)]
        only = _SMALL.search(head)
        found[_words(head)] = Row(*["", *words][-3:], only=only[1] if only else "")
    return found


def _words(markup: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", _SMALL.sub("", markup))).strip()
