"""Writes companies, with what hangs on them, by the bulk writer. Never commits."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import Enum
from typing import Any

from app.core.storage import bulk
from app.core.values.labels import label_of
from app.core.values.money import in_words
from app.exchange.imports.companies import parts, queries
from app.exchange.imports.companies.enums import Column
from app.exchange.imports.companies.rows import CompanyRow
from app.exchange.imports.companies.updates import Additions, FoundCompanies, RowKeys, first_additions
from app.exchange.imports.companies.verdicts import JudgedCompany, as_known, first_match
from app.exchange.imports.enums import RowVerdict
from app.exchange.imports.rows import Changes, Judged
from app.exchange.imports.targets import Stamp
from app.register.enterprises.enums import EnterpriseStatus, NameKind
from app.register.enterprises.models import Enterprise
from app.register.enterprises.queries import LABELS
from app.register.enterprises.rules import codes_differ
from app.register.enterprises.services import registered_by


class CompanyWriter:
    """The writer of one run."""

    def __init__(self, stamp: Stamp) -> None:
        self._stamp, self._registered_by = stamp, registered_by(stamp.author_id)

    def insert(self, rows: Sequence[JudgedCompany]) -> None:
        """New companies, with their other names and their people."""
        pairs = [(one.reading, one.keys) for one in rows]
        written = bulk.insert_rows(
            Enterprise,
            [self._new_row(reading, keys) for reading, keys in pairs],
            action="enterprise.create",
            summary=self._stamp.mark,
        )
        added = [
            (row["public_id"], additions)
            for row, (reading, keys) in zip(written, pairs, strict=True)
            if (additions := first_additions(reading, keys))
        ]
        if added:
            ids = parts.ids_of([public_id for public_id, _additions in added])
            parts.add([(ids[public_id], additions) for public_id, additions in added], self._stamp.mark)

    def _new_row(self, one: CompanyRow, keys: RowKeys) -> dict[str, Any]:
        return {
            **_EMPTY,
            **one.values,
            "name_key": keys.name,
            "core_key": keys.core,
            "live_code": keys.code,
            **self._registered_by,
            "batch_id": self._stamp.batch_id,
            "batch_row": one.number,
        }

    def update(self, rows: Sequence[JudgedCompany], found: FoundCompanies) -> None:
        """What rows change of companies and add to them."""
        mark = self._stamp.mark
        # A company whose names change is changed, though they stand in a table of their own.
        updates = [
            (one.match.id, one.match.public_id, one.changes)
            for one in rows
            if one.match and (one.changes or one.additions.names)
        ]
        bulk.update_rows(Enterprise, updates, action="enterprise.update", summary=mark)
        parts.add([(one.match.id, one.additions) for one in rows if one.match], mark)
        for one in rows:
            if one.match and one.additions.names:
                before = found.names.get(one.match.id, [])
                parts.tell_names(one.match.public_id, before, one.additions.names, mark)

    def create_anyway(self, one: JudgedCompany) -> Judged:
        """Registers a suspected row as a company of its own, unless its credit code is taken."""
        if one.keys.code and one.keys.code in queries.look_up([one.keys], lock=True).by_code:
            one.reading.problems[Column.CREDIT_CODE] = (
                "这个信用代码已经登记，不能另建。改选「更新」或「跳过」"
            )
            return replace(one, verdict=RowVerdict.ERROR)
        self.insert([one])
        return replace(one, verdict=RowVerdict.NEW)

    def update_anyway(self, one: JudgedCompany, match_id: int | None) -> Judged:
        """Updates the company that was chosen; without one, that of the row of the file it resembles. A
        company with another credit code is never meant.
        """
        found = queries.look_up([one.keys], lock=True)
        target = found.with_id(match_id) if match_id else first_match(one.keys, found)
        if target is None or codes_differ(one.keys.code, target.code):
            return one
        update = as_known(one.reading, one.keys, target, found, renames=False)
        if update.verdict is RowVerdict.UPDATE:
            self.update([update], found)
        return update


_EMPTY: Mapping[str, Any] = {
    "credit_code": None,
    "code_overridden": False,
    "region_code": None,
    "industry_code": None,
    "status": EnterpriseStatus.ACTIVE,
    "capital_text": None,
    "capital": None,
    "established_on": None,
    "headcount": None,
    "scope": "",
    "notes": "",
    "origin": "",
}


# --- what a row changes, in words ---

_ARCHIVING = "归档"  # what becomes of the company, in words of its own
_LABELS = {"archive_reason": _ARCHIVING, **LABELS, "capital_text": label_of(Enterprise.capital_text)}


def said_of(judged: Judged) -> dict[str, list[str]]:
    """What a judged row changes of a company and adds to it: label -> before, after."""
    added = _added_in_words(judged.additions) if isinstance(judged, JudgedCompany) else {}
    return _in_words(judged.changes) | added


def _in_words(changes: Changes) -> dict[str, list[str]]:
    words = {
        label: [_shown(name, changes[name][0]), _shown(name, changes[name][1])]
        for name, label in _LABELS.items()
        if name in changes
    }
    if "notes" in changes:
        before, after = changes["notes"]
        words[label_of(Enterprise.notes)] = ["", _shown("notes", after.removeprefix(before).strip())]
    return words


def _added_in_words(additions: Additions) -> dict[str, list[str]]:
    words: dict[str, list[str]] = {}
    for kind in NameKind:
        names = [other.name for other in additions.names if other.kind is kind]
        if names:
            words[kind.label] = ["", "、".join(names)[:200]]
    if additions.people:
        words["联系人"] = ["", f"{len(additions.people)} 位"]
    return words


def _shown(name: str, value: Any) -> str:
    if name == "archive_reason":
        return f"已归档：{value}" if value else "恢复"
    if value is None or value == "":
        return "未填"
    if name == "capital":
        return in_words(value)
    if isinstance(value, Enum):
        return str(getattr(value, "label", value.value))
    return str(value)[:100]
