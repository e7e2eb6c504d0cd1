"""Reads: batches and their rows, what the library holds under the keys of some rows, the codebook."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.core.access.auth import require_actor
from app.core.storage.audit import AuditEvent
from app.core.storage.db import db
from app.core.values.errors import NotFound
from app.core.values.ids import looks_like_public_id
from app.core.web.pages import Page, paginate
from app.core.work.jobs import Job, JobState
from app.exchange.imports.codebook import Codebook
from app.exchange.imports.enums import Decision, RowVerdict
from app.exchange.imports.models import ImportBatch, ImportRow
from app.exchange.imports.people import Person
from app.exchange.imports.policy import may_see, visible_to
from app.exchange.imports.rules import batch_of, undo_of
from app.exchange.imports.updates import Found, Keyed, Known, OtherName
from app.register.enterprises.models import Contact, ContactPersonal, Enterprise, EnterpriseName
from app.register.reference import catalogue
from app.register.reference.models import Industry
from app.register.reference.rules import INDUSTRY_EDITION

# --- batches ---


def get_batch(public_id: str) -> ImportBatch:
    """A batch that the actor may see; NotFound otherwise."""
    if not looks_like_public_id(public_id):
        raise NotFound()
    batch = db.session.scalar(select(ImportBatch).where(ImportBatch.public_id == public_id))
    if batch is None or not may_see(require_actor(), batch):
        raise NotFound()
    return batch


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


def list_batches(number: int) -> Page[ImportBatch]:
    """Imports the actor may see, newest first."""
    ids = select(ImportBatch.id).where(visible_to(require_actor()))
    return paginate(
        ids,
        lambda keys: db.session.scalars(select(ImportBatch).where(ImportBatch.id.in_(keys))).all(),
        order=ImportBatch.id,
        tie=ImportBatch.id,
        descending=True,
        number=number,
    )


def job_of(batch: ImportBatch) -> Job | None:
    """The job under way, or the last one."""
    return db.session.get(Job, batch.last_job_id) if batch.last_job_id else None


def jobs_of(batches: Sequence[ImportBatch]) -> dict[int, Job]:
    """The last job of each batch, by id of the batch."""
    wanted = {batch.id: batch.last_job_id for batch in batches}
    ids = [job_id for job_id in wanted.values() if job_id]
    found = {job.id: job for job in db.session.scalars(select(Job).where(Job.id.in_(ids)))} if ids else {}
    return {batch_id: found[job_id] for batch_id, job_id in wanted.items() if job_id in found}


def batches_in_use(since: datetime) -> set[str]:
    """Public ids of batches at which somebody worked since then, or whose job is not over."""
    jobs = (ImportBatch.check_job_id, ImportBatch.write_job_id, ImportBatch.undo_job_id)
    open_jobs = select(Job.id).where(Job.state.in_([JobState.WAITING, JobState.RUNNING]))
    query = select(ImportBatch.public_id).where(
        or_(ImportBatch.updated_at >= since, *(job_id.in_(open_jobs) for job_id in jobs))
    )
    return set(db.session.scalars(query))


def same_file_written(batch: ImportBatch) -> ImportBatch | None:
    """An earlier import of the very same bytes that this person may see, to be named on the page."""
    query = select(ImportBatch).where(
        visible_to(require_actor()),
        ImportBatch.sha256 == batch.sha256,
        ImportBatch.id < batch.id,
        ImportBatch.written_through > 0,
    )
    return db.session.scalar(query.order_by(ImportBatch.id.desc()).limit(1))


# --- rows ---


def list_rows(batch: ImportBatch, verdict: RowVerdict | None, number: int) -> Page[ImportRow]:
    """Kept rows of one verdict in the order of the file; None asks for the guessed ones."""
    ids = select(ImportRow.id).where(ImportRow.batch_id == batch.id)
    ids = ids.where(ImportRow.doubtful if verdict is None else ImportRow.verdict == verdict)
    return paginate(
        ids,
        lambda keys: db.session.scalars(select(ImportRow).where(ImportRow.id.in_(keys))).all(),
        order=ImportRow.number,
        tie=ImportRow.id,
        descending=False,
        number=number,
        size=50,
    )


def doubtful_count(batch: ImportBatch) -> int:
    """How many rows with a doubt are kept."""
    query = select(func.count()).where(ImportRow.batch_id == batch.id, ImportRow.doubtful)
    return db.session.scalar(query) or 0


def decision_counts(batch: ImportBatch) -> dict[Decision, int]:
    """How many suspected rows are to be skipped, used as updates, or registered anew."""
    query = (
        select(ImportRow.decision, func.count())
        .where(ImportRow.batch_id == batch.id, ImportRow.verdict == RowVerdict.DUPLICATE)
        .group_by(ImportRow.decision)
    )
    found = {decision: count for decision, count in db.session.execute(query)}
    return {decision: found.get(decision, 0) for decision in Decision}


def decisions_of(batch_id: int) -> dict[int, tuple[Decision, int | None]]:
    """Row number -> (what to do, inner id of the company it concerns), for suspected rows not skipped."""
    query = select(ImportRow.number, ImportRow.decision, ImportRow.match_id).where(
        ImportRow.batch_id == batch_id,
        ImportRow.verdict == RowVerdict.DUPLICATE,
        ImportRow.decision != Decision.SKIP,
    )
    return {number: (decision, match_id) for number, decision, match_id in db.session.execute(query)}


def suspected_rows(batch: ImportBatch) -> list[ImportRow]:
    """Every row that somebody has to decide on, with those that follow them."""
    query = select(ImportRow).where(ImportRow.batch_id == batch.id, ImportRow.verdict == RowVerdict.DUPLICATE)
    return list(db.session.scalars(query))


def archived_among_matches(batch: ImportBatch) -> set[int]:
    """Inner ids of the archived enterprises that rows of the batch concern."""
    matches = select(ImportRow.match_id).where(ImportRow.batch_id == batch.id)
    query = select(Enterprise.id).where(Enterprise.id.in_(matches), Enterprise.archived_at.is_not(None))
    return set(db.session.scalars(query))


def get_row(batch: ImportBatch, number: int) -> ImportRow:
    """One kept row by its number in the file; NotFound when it is not kept."""
    query = select(ImportRow).where(ImportRow.batch_id == batch.id, ImportRow.number == number)
    row = db.session.scalar(query)
    if row is None:
        raise NotFound()
    return row


def matched(rows: Collection[ImportRow]) -> dict[int, Enterprise]:
    """The enterprises that rows are suspected to be, or may be, by inner id."""
    ids = {row_id for row in rows for row_id in (row.match_id, *row.candidates) if row_id}
    if not ids:
        return {}
    return {row.id: row for row in db.session.scalars(select(Enterprise).where(Enterprise.id.in_(ids)))}


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


def look_up(keys: Collection[Keyed], *, lock: bool = False) -> Found:
    """What enterprises stand under these keys, with their names and people: by indexes only, six queries for
    any number of rows. Archived ones stand apart, as far as they can be restored.

    `lock` holds the rows until the commit (SQLite holds the whole database anyway).
    """
    found = Found()
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


def _live(matching: Sequence[tuple[Known, str]]) -> dict[str, list[Known]]:
    groups: defaultdict[str, list[Known]] = defaultdict(list)
    for known, key in matching:
        if not known.is_archived:
            groups[key].append(known)
    return dict(groups)


def _restorable(matching: Sequence[tuple[Known, str]]) -> dict[str, list[Known]]:
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
    groups: defaultdict[str, list[Known]] = defaultdict(list)
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


def _people_of(ids: set[int]) -> dict[int, list[Person]]:
    """Archived contacts too: whom somebody has taken off a page does not come back by the same file.

    Without their phones: whether a written number is the stored one is told only to those who may look at it.
    """
    people: defaultdict[int, list[Person]] = defaultdict(list)
    query = (
        select(Contact.enterprise_id, ContactPersonal.name, Contact.post)
        .join(ContactPersonal, ContactPersonal.contact_id == Contact.id)
        .where(Contact.enterprise_id.in_(ids))
        .order_by(Contact.archived_at.is_(None), Contact.id)
    )
    for enterprise_id, name, post in db.session.execute(query):
        people[enterprise_id].append(Person(name, post))
    return dict(people)


def _matching(
    query: Select[Any], column: InstrumentedAttribute[Any], wanted: set[str], lock: bool
) -> list[tuple[Known, str]]:
    """(company, key under which it was asked for), in the order in which they were registered."""
    if not wanted:
        return []
    query = query.add_columns(column.label("matched_key")).where(column.in_(wanted))
    if lock:
        # In one order for all writers, or two of them could wait for each other.
        query = query.order_by(Enterprise.id).with_for_update(of=Enterprise)
    rows = sorted(db.session.execute(query), key=lambda row: row[0])
    return [
        (Known(row[0], row[1], dict(zip(_NAMES, row[3:-1], strict=True)), row[2]), row[-1]) for row in rows
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
