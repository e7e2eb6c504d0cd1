"""Reads: what the library holds under the keys of some companies, the codebook, companies for pages."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute

from app.core.storage.audit import AuditEvent
from app.core.storage.db import db
from app.exchange.imports.companies.codebook import Codebook
from app.exchange.imports.companies.people import ContactPerson
from app.exchange.imports.companies.updates import FoundCompanies, KnownCompany, OtherName, RowKeys
from app.exchange.imports.models import ImportBatch
from app.exchange.imports.runs import batch_of, undo_of
from app.exchange.imports.targets import NamedRecord
from app.register.enterprises.models import Contact, ContactPersonal, Enterprise, EnterpriseName
from app.register.reference import catalogue
from app.register.reference.models import Industry
from app.register.reference.queries import division_names
from app.register.reference.rules import INDUSTRY_EDITION

# --- companies that pages name ---


def named(ids: Collection[int]) -> dict[int, NamedRecord]:
    """These companies by inner id, each with its code and place."""
    if not ids:
        return {}
    rows = db.session.scalars(select(Enterprise).where(Enterprise.id.in_(ids))).all()
    places = division_names([row.region_code for row in rows])
    return {
        row.id: NamedRecord(row.id, row.public_id, row.name, _about(row, places), row.is_archived)
        for row in rows
    }


def _about(row: Enterprise, places: Mapping[str, str]) -> str:
    place = places.get(row.region_code or "")
    told = (row.credit_code or "没有信用代码", place, "已归档" if row.is_archived else "")
    return "，".join(filter(None, told))


def archived_among(ids: Select[Any]) -> set[int]:
    """Those of these companies that are archived."""
    query = select(Enterprise.id).where(Enterprise.id.in_(ids), Enterprise.archived_at.is_not(None))
    return set(db.session.scalars(query))


def batch_that_made(contact_id: str) -> ImportBatch | None:
    """The import by which a contact (public id) came into the library, whoever asks; None for one that
    somebody wrote down.
    """
    made = select(AuditEvent.run_id, AuditEvent.summary).where(
        AuditEvent.subject_kind == Contact.__tablename__,
        AuditEvent.subject_id == contact_id,
        AuditEvent.action == "contact.create",
    )
    event = db.session.execute(made.limit(1)).first()
    batch_id = batch_of(event.run_id, event.summary) if event else ""
    return (
        db.session.scalar(select(ImportBatch).where(ImportBatch.public_id == batch_id)) if batch_id else None
    )


# --- the library under some keys ---

_COMPARED: tuple[InstrumentedAttribute[Any], ...] = (
    Enterprise.name,
    Enterprise.name_key,
    Enterprise.core_key,
    Enterprise.credit_code,
    Enterprise.code_overridden,
    Enterprise.region_code,
    Enterprise.industry_code,
    Enterprise.status,
    Enterprise.capital,
    Enterprise.capital_text,
    Enterprise.established_on,
    Enterprise.headcount,
    Enterprise.scope,
    Enterprise.notes,
    Enterprise.origin,
    Enterprise.archive_reason,
)
_NAMES = tuple(attribute.key for attribute in _COMPARED)
# Whether a row is archived is asked afterwards, also because in the WHERE SQLite takes the index over
# `archived_at` instead of the key's and walks the whole library (seen).
_ALL = select(Enterprise.id, Enterprise.public_id, Enterprise.archived_at, *_COMPARED)


def look_up(keys: Collection[RowKeys], *, lock: bool = False) -> FoundCompanies:
    """What enterprises stand under these keys, with their names and people: by indexes only, six queries for
    any number of rows. Archived ones stand apart, as far as they can be restored.

    `lock` holds the rows until the commit (SQLite holds the whole database anyway).
    """
    found = FoundCompanies()
    codes, names = {row.code for row in keys if row.code}, {row.name for row in keys}
    by_code = _matching(_ALL, Enterprise.credit_code, codes, lock)
    by_name = _matching(_ALL, Enterprise.name_key, names, lock)
    others = _ALL.join(EnterpriseName, EnterpriseName.enterprise_id == Enterprise.id)
    by_other_name = _matching(others, EnterpriseName.name_key, names, lock)
    found.by_code = {key: known for known, key in by_code if not known.is_archived}
    found.by_name, found.by_other_name = _live(by_name), _live(by_other_name)
    found.by_core = _live(_matching(_ALL, Enterprise.core_key, {row.core for row in keys}, lock))
    found.archived = _restorable([*by_code, *by_name, *by_other_name])
    ids = found.ids()
    if ids:
        found.names = _names_of(ids)
        found.people = _people_of(ids)
    return found


def _live(matching: Sequence[tuple[KnownCompany, str]]) -> dict[str, list[KnownCompany]]:
    groups: defaultdict[str, list[KnownCompany]] = defaultdict(list)
    for known, key in matching:
        if not known.is_archived:
            groups[key].append(known)
    return dict(groups)


def _restorable(matching: Sequence[tuple[KnownCompany, str]]) -> dict[str, list[KnownCompany]]:
    """The archived ones by key, the latest first: without those of an undone import, which is as if it had
    never been, and those whose credit code a live company holds by now.
    """
    archived = [(known, key) for known, key in matching if known.is_archived]
    undone = _undone({known.id for known, _key in archived})
    archived = [(known, key) for known, key in archived if known.id not in undone]
    if not archived:
        return {}
    codes = {known.code for known, _key in archived if known.code}
    taken = set(db.session.scalars(select(Enterprise.live_code).where(Enterprise.live_code.in_(codes))))
    groups: defaultdict[str, list[KnownCompany]] = defaultdict(list)
    for known, key in reversed(archived):
        if known.code not in taken:
            groups[key].append(known)
    return dict(groups)


def _undone(ids: set[int]) -> set[int]:
    """Those of these archived companies that the undo of the import which had created them archived, and
    nobody restored since: the audit ledger knows, whatever reason somebody wrote.
    """
    if not ids:
        return set()
    query = (
        select(Enterprise.id, ImportBatch.public_id, AuditEvent.run_id, AuditEvent.summary)
        .join(ImportBatch, ImportBatch.id == Enterprise.batch_id)
        .join(AuditEvent, AuditEvent.subject_id == Enterprise.public_id)
        .where(
            Enterprise.id.in_(ids),
            AuditEvent.subject_kind == Enterprise.__tablename__,
            AuditEvent.details.contains('"archived_at"'),
        )
    )
    last = {row.id: row for row in db.session.execute(query.order_by(AuditEvent.id))}
    return {row_id for row_id, row in last.items() if undo_of(row.public_id).wrote(row.run_id, row.summary)}


def _names_of(ids: set[int]) -> dict[int, list[OtherName]]:
    names: defaultdict[int, list[OtherName]] = defaultdict(list)
    columns = (
        EnterpriseName.enterprise_id,
        EnterpriseName.kind,
        EnterpriseName.name,
        EnterpriseName.name_key,
    )
    query = select(*columns).where(EnterpriseName.enterprise_id.in_(ids)).order_by(EnterpriseName.id)
    for enterprise_id, kind, name, key in db.session.execute(query):
        names[enterprise_id].append(OtherName(kind, name, key))
    return dict(names)


def _people_of(ids: set[int]) -> dict[int, list[ContactPerson]]:
    """Archived contacts too: whom somebody has taken off a page does not come back by the same file.

    Without their phones: whether a written number is the stored one is told only to those who may look at it.
    """
    people: defaultdict[int, list[ContactPerson]] = defaultdict(list)
    query = (
        select(Contact.enterprise_id, ContactPersonal.name, Contact.post)
        .join(ContactPersonal, ContactPersonal.contact_id == Contact.id)
        .where(Contact.enterprise_id.in_(ids))
        .order_by(Contact.archived_at.is_(None), Contact.id)
    )
    for enterprise_id, name, post in db.session.execute(query):
        people[enterprise_id].append(ContactPerson(name, post))
    return dict(people)


def _matching(
    query: Select[Any], column: InstrumentedAttribute[Any], wanted: set[str], lock: bool
) -> list[tuple[KnownCompany, str]]:
    """(company, key under which it was asked for), in the order in which they were registered."""
    if not wanted:
        return []
    query = query.add_columns(column.label("matched_key")).where(column.in_(wanted))
    if lock:
        # In one order for all writers, or two of them could wait for each other.
        query = query.order_by(Enterprise.id).with_for_update(of=Enterprise)
    rows = sorted(db.session.execute(query), key=lambda row: row[0])
    return [
        (KnownCompany(row[0], row[1], dict(zip(_NAMES, row[3:-1], strict=True)), row[2]), row[-1])
        for row in rows
    ]


# --- the codebook ---


def codebook() -> Codebook:
    """Industries of the current edition by every way of writing them that means only one, and the places."""
    industries = db.session.execute(
        select(Industry.code, Industry.name)
        .where(Industry.edition == INDUSTRY_EDITION)
        .order_by(Industry.depth)
    ).all()
    codes = {code: code for code, _name in industries}
    codes |= {code[1:]: code for code, _name in industries if len(code) > 1}
    return Codebook(
        industry_codes=codes,
        # A middle class with one small class shares its name with it: the finer one is meant.
        industry_names={name: code for code, name in industries},
        places=catalogue.gazetteer(),
        industry_words=_industry_words(),
    )


def _industry_words() -> dict[str, tuple[str, str]]:
    """Usual words such as 锂电池 that mean one class only: a word for two of them settles nothing."""
    classes: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for entry in catalogue.industries():
        for word in entry.words:
            classes[word.text].add((entry.code, entry.name))
    return {word: next(iter(found)) for word, found in classes.items() if len(found) == 1}
