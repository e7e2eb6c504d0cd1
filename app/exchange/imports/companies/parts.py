"""Writes what hangs on a company, its other names and its contacts, by the bulk writer. Never commits."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from app.core.storage import audit, bulk
from app.core.storage.db import db
from app.core.storage.subjects import Subject
from app.exchange.imports.companies.people import ContactPerson
from app.exchange.imports.companies.updates import Additions, OtherName
from app.register.enterprises.enums import NameKind
from app.register.enterprises.models import Contact, ContactPersonal, Enterprise, EnterpriseName

PURPOSE = "招商联络"
_FIELDS = {NameKind.ALIAS: "aliases", NameKind.FORMER: "former_names"}


def ids_of(public_ids: Sequence[str]) -> dict[str, int]:
    """Inner ids of enterprises just written."""
    query = select(Enterprise.public_id, Enterprise.id).where(Enterprise.public_id.in_(public_ids))
    return {public_id: row_id for public_id, row_id in db.session.execute(query)}


def add(additions: Sequence[tuple[int, Additions]], mark: str) -> None:
    """Adds names and people to companies given by inner id, each once."""
    names: dict[tuple[int, str], dict[str, Any]] = {}
    people: dict[tuple[int, str], ContactPerson] = {}
    for row_id, added in additions:
        for other in added.names:
            names.setdefault((row_id, other.key), _name_row(row_id, other))
        for one in added.people:
            people.setdefault((row_id, one.key), one)
    bulk.insert_rows(EnterpriseName, list(names.values()), action="enterprise_name.create", summary=mark)
    _add_people([(row_id, one) for (row_id, _key), one in people.items()], mark)


def _name_row(row_id: int, other: OtherName) -> dict[str, Any]:
    return {"enterprise_id": row_id, "kind": other.kind, "name": other.name, "name_key": other.key}


def _add_people(people: Sequence[tuple[int, ContactPerson]], mark: str) -> None:
    rows = [
        {"enterprise_id": row_id, "post": one.post, "is_decider": False, "purpose": PURPOSE}
        for row_id, one in people
    ]
    contacts = bulk.insert_rows(Contact, rows, action="contact.create", summary=mark)
    if not contacts:
        return
    found = select(Contact.public_id, Contact.id).where(
        Contact.public_id.in_([row["public_id"] for row in contacts])
    )
    ids = {public_id: row_id for public_id, row_id in db.session.execute(found)}
    personal = [
        {"contact_id": ids[contact["public_id"]], "name": one.name, "phone": one.phone, "email": None}
        for contact, (_row_id, one) in zip(contacts, people, strict=True)
    ]
    bulk.insert_rows(ContactPersonal, personal, action="contact_personal.create", summary=mark)


def tell_names(public_id: str, before: Sequence[OtherName], added: Sequence[OtherName], mark: str) -> None:
    """The event by which the timeline of a company says which names came."""
    fields = {
        field: (_listed(before, kind), _listed([*before, *added], kind))
        for kind, field in _FIELDS.items()
        if any(other.kind is kind for other in added)
    }
    audit.record("enterprise.names", Subject("enterprise", public_id), mark, **fields)


def _listed(names: Sequence[OtherName], kind: NameKind) -> str:
    return "、".join(sorted(other.name for other in names if other.kind is kind))
