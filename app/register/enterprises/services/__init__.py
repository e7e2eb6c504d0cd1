"""Writes of enterprises and their contacts. An archived enterprise refuses every change. Never commits."""

from app.register.enterprises.services.archiving import (
    archive_enterprise,
    archived_fields,
    must_be_archivable,
    restore_enterprise,
)
from app.register.enterprises.services.companies import (
    as_changed,
    as_new,
    as_restored,
    create_enterprise,
    registered_by,
    update_enterprise,
)
from app.register.enterprises.services.contacts import (
    ERASED,
    ContactData,
    add_contact,
    archive_contact,
    contact_must_be_seen,
    must_be_changeable,
    must_not_be_erased,
    restore_contact,
    reveal_contact,
    subjects_of,
    update_contact,
)
from app.register.enterprises.services.data import EnterpriseData, current_data, must_be_live

__all__ = [
    "ContactData",
    "ERASED",
    "EnterpriseData",
    "add_contact",
    "archive_contact",
    "archive_enterprise",
    "archived_fields",
    "as_changed",
    "as_new",
    "as_restored",
    "contact_must_be_seen",
    "create_enterprise",
    "current_data",
    "must_be_archivable",
    "must_be_changeable",
    "must_be_live",
    "must_not_be_erased",
    "registered_by",
    "restore_contact",
    "restore_enterprise",
    "reveal_contact",
    "subjects_of",
    "update_contact",
    "update_enterprise",
]
