"""Takes companies back: those that an import created are archived, those that it changed get their former
values, names and contacts that it brought go again.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, select

from app.core.storage import audit, bulk
from app.core.storage.db import db
from app.core.storage.subjects import Subject
from app.core.values.clock import now
from app.core.values.registries import AFTER_ARCHIVE, Shelved
from app.exchange.imports.companies.traces import Trace, traces
from app.exchange.imports.enums import Fate
from app.exchange.imports.models import ImportBatch
from app.exchange.imports.rows import Assessed
from app.exchange.imports.runs import UNDO_REASON
from app.exchange.imports.traces import former_values, is_changed_since
from app.register.enterprises.enums import NameKind
from app.register.enterprises.models import Contact, Enterprise, EnterpriseName
from app.register.enterprises.services import archived_fields

# The same sentence whatever it was: a lead or a visit may be hidden from whoever asks. Of a confidential one
# not even that is told: the company is archived like any other, which the lead survives; its holder hears
# of it.
TOUCHED = "导入后已被使用或改动，保留不动"


def assess(batch: ImportBatch, ids: Sequence[int], lock: bool) -> list[Assessed]:
    """What may be undone of these companies; `lock` holds them until the commit."""
    found = traces(batch, ids, lock=lock)
    taken = _codes_taken_since({trace.id: _former_values(trace).get("live_code") for trace in found})
    return [_judged(trace, trace.id in taken) for trace in found]


def undo(assessed: Sequence[Assessed], mark: str) -> None:
    """Archives and restores what may be."""
    _archive([one.trace for one in assessed if one.fate is Fate.ARCHIVE], mark)
    _restore([one.trace for one in assessed if one.fate is Fate.RESTORE], mark)


def _judged(trace: Trace, is_code_taken: bool) -> Assessed:
    fate, why = _fate(trace, is_code_taken)
    return Assessed(trace.public_id, trace.name, trace.is_created, fate, why, trace)


def _fate(trace: Trace, is_code_taken: bool) -> tuple[Fate, str]:
    all_events = [*trace.events, *(event for one in trace.contacts for event in one.events)]
    if any(event.is_undo for event in all_events):
        return Fate.DONE, ""
    why = _touched(trace) or (_grown(trace) if trace.is_created else "")
    if not why and is_code_taken:
        why = "原来的信用代码已被别的企业登记"
    if why:
        return Fate.KEEP, why
    return Fate.ARCHIVE if trace.is_created else Fate.RESTORE, ""


def _touched(trace: Trace) -> str:
    """Whether somebody has changed the company, or a contact that came with the import, since then. What
    everybody reads on the page of the company is said, nothing else.
    """
    if trace.is_created and not any(event.is_import for event in trace.events):
        return "导入得早，没有留下撤销所需的记录"
    if is_changed_since(trace.events):
        return f"{TOUCHED}（{'后来归档过' if trace.is_archived else '企业信息改过'}）"
    imported = (one for one in trace.contacts if one.is_imported)
    is_used = any(one.is_attached or is_changed_since(one.events) for one in imported)
    return TOUCHED if is_used else ""


def _grown(trace: Trace) -> str:
    """What has come to hang on a company that the import created."""
    foreign = [one for one in trace.contacts if not one.is_imported]
    return TOUCHED if trace.is_attached or foreign else ""


def _codes_taken_since(codes: dict[int, Any]) -> set[int]:
    """Companies whose former credit code another one holds by now."""
    wanted = {code for code in codes.values() if code}
    if not wanted:
        return set()
    query = select(Enterprise.live_code, Enterprise.id).where(Enterprise.live_code.in_(wanted))
    holders = {code: row_id for code, row_id in db.session.execute(query)}
    return {row_id for row_id, code in codes.items() if holders.get(code, row_id) != row_id}


# --- the doing ---


def _archive(found: Sequence[Trace], mark: str) -> None:
    after = archived_fields(UNDO_REASON)
    current = _current([trace.id for trace in found], tuple(after))
    updates = [
        (
            trace.id,
            trace.public_id,
            {
                name: (before, after[name])
                for name, before in current[trace.id].items()
                if before != after[name]
            },
        )
        for trace in found
    ]
    bulk.update_rows(Enterprise, updates, action="enterprise.update", summary=mark)
    AFTER_ARCHIVE.run(Shelved(tuple(trace.id for trace in found), UNDO_REASON))


def _restore(found: Sequence[Trace], mark: str) -> None:
    former = {trace.id: _former_values(trace) for trace in found}
    current = _current(list(former), tuple({name for fields in former.values() for name in fields}))
    updates = [
        (
            trace.id,
            trace.public_id,
            {name: (current[trace.id][name], value) for name, value in former[trace.id].items()},
        )
        for trace in found
        if former[trace.id] or trace.name_ids
    ]
    bulk.update_rows(Enterprise, updates, action="enterprise.update", summary=mark)
    for trace in found:
        _take_names_back(trace, mark)
    _archive_contacts(found, mark)


def _current(ids: Sequence[int], names: tuple[str, ...]) -> dict[int, dict[str, Any]]:
    if not ids or not names:
        return {row_id: {} for row_id in ids}
    columns = [getattr(Enterprise, name) for name in names]
    rows = db.session.execute(select(Enterprise.id, *columns).where(Enterprise.id.in_(ids)))
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in rows}


def _former_values(trace: Trace) -> dict[str, Any]:
    table = Enterprise.__table__
    assert isinstance(table, Table)
    return former_values(trace.events, "enterprise.update", table)


def _take_names_back(trace: Trace, mark: str) -> None:
    if not trace.name_ids:
        return
    query = select(EnterpriseName).where(EnterpriseName.enterprise_id == trace.id)
    rows = db.session.scalars(query).all()
    fields = {}
    for kind, field in ((NameKind.ALIAS, "aliases"), (NameKind.FORMER, "former_names")):
        before = [row.name for row in rows if row.kind is kind]
        after = [row.name for row in rows if row.kind is kind and row.id not in trace.name_ids]
        if before != after:
            fields[field] = ("、".join(sorted(before)), "、".join(sorted(after)))
    audit.record("enterprise.names", Subject("enterprise", trace.public_id), mark, **fields)
    for row in rows:
        if row.id in trace.name_ids:
            db.session.delete(row)


def _archive_contacts(found: Sequence[Trace], mark: str) -> None:
    fields = {"archived_at": (None, now()), "archive_reason": (None, UNDO_REASON)}
    updates = [
        (one.id, one.public_id, fields) for trace in found for one in trace.contacts if one.is_imported
    ]
    bulk.update_rows(Contact, updates, action="contact.update", summary=mark)
