"""Writes signs by the bulk writer. Never commits."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from app.core.storage import bulk
from app.core.values.labels import label_of
from app.core.values.money import in_words
from app.exchange.imports.enums import RowVerdict
from app.exchange.imports.rows import Judged
from app.exchange.imports.signs.rules import KnownSign, SignRow
from app.exchange.imports.targets import Stamp
from app.register.signs.models import ExpansionSign

_WRITTEN = ("kind", "happened_on", "what", "amount", "source", "source_url")


class SignWriter:
    """The writer of one run."""

    def __init__(self, stamp: Stamp) -> None:
        self._stamp = stamp

    def insert(self, rows: Sequence[Judged], /) -> None:
        """New signs, in the name of who imports."""
        bulk.insert_rows(
            ExpansionSign,
            [self._new_row(one) for one in rows],
            action="expansion_sign.create",
            summary=self._stamp.mark,
        )

    def _new_row(self, one: Judged) -> dict[str, Any]:
        reading = one.reading
        assert isinstance(reading, SignRow)
        return {
            "enterprise_id": reading.company_id,
            **{name: reading.values[name] for name in _WRITTEN},
            "author_id": self._stamp.author_id,
            "archived_at": None,
            "archive_reason": None,
        }

    def update(self, rows: Sequence[Judged], _found: Any, /) -> None:
        """What rows say otherwise of signs that are known."""
        updates = [
            (one.match.id, one.match.public_id, one.changes)
            for one in rows
            if isinstance(one.match, KnownSign) and one.changes
        ]
        bulk.update_rows(ExpansionSign, updates, action="expansion_sign.update", summary=self._stamp.mark)

    def create_anyway(self, one: Judged, /) -> Judged:
        """One that was withdrawn is entered again, as a sign of its own."""
        self.insert([one])
        return replace(one, verdict=RowVerdict.NEW)

    def update_anyway(self, one: Judged, _match_id: int | None, /) -> Judged:
        """One that was withdrawn stays as it is: it is restored on its page."""
        return one


def in_words_of(judged: Judged) -> dict[str, list[str]]:
    """What a judged row changes of a sign: label -> before, after."""
    return {
        label_of(getattr(ExpansionSign, name)): [_shown(each) for each in pair]
        for name, pair in judged.changes.items()
    }


def _shown(value: Any) -> str:
    if value in (None, ""):
        return "未填"
    return in_words(value) if isinstance(value, int) else str(value)[:100]
