"""What one import did to companies and what happened to them since, from the audit ledger and the tables."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, Table, or_, select

from app.core.access.auth import require_actor
from app.core.access.scopes import Access
from app.core.storage.db import Base, db
from app.delivery.projects.policy import PROJECT_ACCESS
from app.exchange.imports.models import ImportBatch
from app.exchange.imports.traces import Event, among, events_of, written_to
from app.promotion.leads.policy import LEAD_ACCESS
from app.promotion.steps.policy import STEP_ACCESS
from app.promotion.visits.policy import VISIT_ACCESS
from app.register.enterprises.models import Contact, ContactPersonal, Enterprise, EnterpriseName

_PARTS = {EnterpriseName.__tablename__, Contact.__tablename__, ContactPersonal.__tablename__}
# Whose policy says who sees a confidential row of a table. One that is not listed here fails at once.
_ACCESS: dict[str, Access[Any]] = {
    each.model.__tablename__: each for each in (LEAD_ACCESS, VISIT_ACCESS, PROJECT_ACCESS, STEP_ACCESS)
}


@dataclass(slots=True)
class Trace:
    """One company an import wrote to, and every event on it from the first of the import on."""

    id: int
    public_id: str
    name: str
    is_created: bool
    is_archived: bool
    events: list[Event] = field(default_factory=list)
    contacts: list["ContactTrace"] = field(default_factory=list)
    name_ids: list[int] = field(default_factory=list)  # other names that the import added
    # Whether any lead, visit or the like hangs on it. Never which: whoever asks may not see it. One that
    # is confidential and hidden from them does not count.
    is_attached: bool = False


@dataclass(slots=True)
class ContactTrace:
    """One contact of such a company."""

    id: int
    public_id: str
    personal_id: int
    events: list[Event] = field(default_factory=list)
    is_attached: bool = False

    @property
    def is_imported(self) -> bool:
        return any(event.is_import for event in self.events)


def touched_ids(batch: ImportBatch) -> list[int]:
    """Inner ids of all companies that a batch created or changed, in order."""
    created = set(db.session.scalars(select(Enterprise.id).where(Enterprise.batch_id == batch.id)))
    changed = written_to(batch, "enterprise", ("enterprise.update", "enterprise.names"))
    people = written_to(batch, "contact", ("contact.create",))
    return sorted(
        created
        | set(among(Enterprise.id, Enterprise.public_id, changed))
        | set(among(Contact.enterprise_id, Contact.public_id, people))
    )


def traces(batch: ImportBatch, ids: Sequence[int], *, lock: bool = False) -> list[Trace]:
    """The traces of some companies, not many at a time. `lock` holds the companies until the commit."""
    columns = (
        Enterprise.id,
        Enterprise.public_id,
        Enterprise.name,
        Enterprise.batch_id,
        Enterprise.archived_at,
    )
    query = select(*columns).where(Enterprise.id.in_(ids)).order_by(Enterprise.id)
    if lock:
        query = query.with_for_update()
    found = {
        row.id: Trace(row.id, row.public_id, row.name, row.batch_id == batch.id, row.archived_at is not None)
        for row in db.session.execute(query)
    }
    events = events_of(batch, "enterprise", [trace.public_id for trace in found.values()])
    for trace in found.values():
        trace.events = events.get(trace.public_id, [])
    _add_contacts(batch, found)
    _add_names(batch, found)
    _add_attached(found)
    return list(found.values())


def _add_contacts(batch: ImportBatch, found: dict[int, Trace]) -> None:
    query = (
        select(Contact.id, Contact.public_id, Contact.enterprise_id, ContactPersonal.id.label("personal_id"))
        .join(ContactPersonal, ContactPersonal.contact_id == Contact.id)
        .where(Contact.enterprise_id.in_(found))
        .order_by(Contact.id)
    )
    rows = db.session.execute(query).all()
    events = events_of(batch, "contact", [row.public_id for row in rows])
    personal = events_of(batch, "contact_personal", [str(row.personal_id) for row in rows])
    attached = _attached_to(Contact, [row.id for row in rows])
    for row in rows:
        both = events.get(row.public_id, []) + personal.get(str(row.personal_id), [])
        one = ContactTrace(row.id, row.public_id, row.personal_id, both, row.id in attached)
        found[row.enterprise_id].contacts.append(one)


def _add_names(batch: ImportBatch, found: dict[int, Trace]) -> None:
    query = select(EnterpriseName.id, EnterpriseName.enterprise_id).where(
        EnterpriseName.enterprise_id.in_(found)
    )
    owners = {row.id: row.enterprise_id for row in db.session.execute(query)}
    events = events_of(batch, "enterprise_name", [str(name_id) for name_id in owners])
    for name_id, enterprise_id in owners.items():
        if any(event.is_import for event in events.get(str(name_id), [])):
            found[enterprise_id].name_ids.append(name_id)


def _add_attached(found: dict[int, Trace]) -> None:
    for row_id in _attached_to(Enterprise, list(found)):
        found[row_id].is_attached = True


def _attached_to(model: type[Base], ids: Sequence[int]) -> set[int]:
    """Those of these rows that a record of another feature points at. Every table is asked by its foreign
    keys, so that a new feature is not forgotten.
    """
    if not ids:
        return set()
    queries = [
        _pointing(table, column).where(column.in_(ids))
        for table in Base.metadata.sorted_tables
        if table.name not in _PARTS
        for column in _keys_to(table, model.__table__)
    ]
    return {row_id for query in queries for row_id in db.session.scalars(query.distinct())}


def _pointing(table: Table, column: Any) -> Select[Any]:
    """What the rows of one table point at, without the confidential rows that whoever asks may not see, and
    without what hangs on such a row.
    """
    query = select(column)
    if table.name in _ACCESS or "confidential" in table.c:
        return query.where(_is_told(table))
    for key in sorted(table.foreign_keys, key=lambda key: key.parent.name):
        if "confidential" in key.column.table.c:
            query = query.outerjoin(key.column.table, key.parent == key.column)
            query = query.where(or_(key.parent.is_(None), _is_told(key.column.table)))
    return query


def _is_told(table: Any) -> Any:
    return or_(~table.c.confidential, _ACCESS[table.name].visible(require_actor()))


def _keys_to(table: Table, target: Any) -> list[Any]:
    return [key.parent for key in table.foreign_keys if key.column.table is target]
