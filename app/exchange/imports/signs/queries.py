"""Reads: the companies and signs that stand in the library for some rows, signs for pages."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from app.core.storage.audit import AuditEvent
from app.core.storage.db import Turn, db, wait_turn
from app.exchange.imports.rows import Folded
from app.exchange.imports.runs import is_undo
from app.exchange.imports.signs.rules import FoundSigns, Key, KnownSign, MeantCompany, SignRow
from app.exchange.imports.targets import NamedRecord
from app.register.enterprises.models import Enterprise, EnterpriseName
from app.register.signs.models import ExpansionSign
from app.register.signs.rules import same_words


def named(ids: Collection[int]) -> dict[int, NamedRecord]:
    """These signs by inner id, as pages name them."""
    query = select(ExpansionSign).where(ExpansionSign.id.in_(ids))
    rows = db.session.scalars(query.options(joinedload(ExpansionSign.enterprise))) if ids else ()
    return {
        row.id: NamedRecord(
            row.id, row.public_id, row.name, f"{row.happened_on}，{row.what}", row.is_archived
        )
        for row in rows
    }


def look_up(rows: Sequence[Folded], lock: bool) -> FoundSigns:
    """The companies that some rows name and the signs of these, by indexes: five statements for any number
    of rows. With `lock` nobody else writes signs of these companies until the commit.
    """
    readings = [one.reading for one in rows if isinstance(one.reading, SignRow)]
    codes, names = {one.code for one in readings if one.code}, {one.name for one in readings if one.name}
    found = FoundSigns()
    for company, code in _matching(_ALL, Enterprise.credit_code, codes):
        if code not in found.by_code or not company.is_archived:
            found.by_code[code] = company
    others = _ALL.join(EnterpriseName, EnterpriseName.enterprise_id == Enterprise.id)
    by_name: defaultdict[str, dict[int, MeantCompany]] = defaultdict(dict)
    for query, column in ((_ALL, Enterprise.name_key), (others, EnterpriseName.name_key)):
        for company, name in _matching(query, column, names):
            by_name[name][company.id] = company
    found.by_name = {name: list(companies.values()) for name, companies in by_name.items()}
    ids = {company.id for company in found.by_code.values()}
    ids |= {each for companies in by_name.values() for each in companies}
    if lock:
        for company_id in sorted(ids):  # in one order for all, or two could wait for each other
            wait_turn(Turn.SIGNS, of=company_id)
    found.signs = _signs_of(ids)
    return found


_ALL = select(Enterprise.id, Enterprise.name, Enterprise.credit_code, Enterprise.archived_at)


def _matching(
    query: Select[int, str, str | None, datetime | None], column: InstrumentedAttribute[Any], wanted: set[str]
) -> Iterator[tuple[MeantCompany, str]]:
    """(company, key under which it was asked for), in the order in which they were registered. Whether it is
    archived is asked afterwards: in the WHERE SQLite would take the index of that.
    """
    if not wanted:
        return
    rows = db.session.execute(query.add_columns(column.label("matched_key")).where(column.in_(wanted)))
    for row_id, name, code, archived_at, key in sorted(rows, key=lambda row: row[0]):
        yield MeantCompany(row_id, name, code, archived_at is not None), key


def _signs_of(company_ids: Collection[int]) -> dict[Key, KnownSign]:
    """A live one stands before one that was withdrawn; what the undo of an import archived is none."""
    if not company_ids:
        return {}
    query = select(ExpansionSign).where(ExpansionSign.enterprise_id.in_(company_ids))
    rows = db.session.scalars(
        query.order_by(ExpansionSign.id).execution_options(populate_existing=True)
    ).all()
    undone = _undone({row.public_id for row in rows if row.is_archived})
    found: dict[Key, KnownSign] = {}
    for row in sorted(rows, key=lambda row: not row.is_archived):
        if row.public_id not in undone:
            key = (row.enterprise_id, row.kind, row.happened_on, same_words(row.what))
            found[key] = known_as(row)
    return found


def known_as(row: ExpansionSign) -> KnownSign:
    values = {"amount": row.amount, "source": row.source, "source_url": row.source_url}
    return KnownSign(row.id, row.public_id, values, row.is_archived)


def _undone(archived: Collection[str]) -> set[str]:
    """Those of these archived signs (public ids) that an undo put away, as the ledger has it."""
    if not archived:
        return set()
    query = select(AuditEvent.subject_id, AuditEvent.run_id).where(
        AuditEvent.subject_kind == ExpansionSign.__tablename__,
        AuditEvent.subject_id.in_(archived),
        AuditEvent.details.contains('"archived_at"'),
    )
    last = {subject_id: run_id for subject_id, run_id in db.session.execute(query.order_by(AuditEvent.id))}
    return {subject_id for subject_id, run_id in last.items() if is_undo(run_id)}
