"""The audit ledger: one chained row for each change and each sensitive read, in the change's own transaction.

Every event's hash covers the one before it, so an edit, a deletion in the middle or a swap shows. A cut
tail does not, nor does a chain computed anew: against these, `head()` is kept elsewhere, signed with
`heads_key()`, which the database does not hold. Personal values stand in the chain only as keyed digests;
their clear text lies in `audit_personal`, which may be erased.
"""

from app.core.storage.audit.chain import head, install, link_hash, run
from app.core.storage.audit.heads import heads_folder, heads_key
from app.core.storage.audit.looking_back import LastChange, Verdict, last_change, verify
from app.core.storage.audit.notes import (
    APART,
    PERSONAL,
    SECRET,
    Note,
    digest_of,
    note_of_fields,
    plain,
    record,
    record_look,
)
from app.core.storage.audit.tables import GENESIS, NO_RUN, AuditEvent, AuditPersonal

__all__ = [
    "APART",
    "AuditEvent",
    "AuditPersonal",
    "GENESIS",
    "LastChange",
    "NO_RUN",
    "Note",
    "PERSONAL",
    "SECRET",
    "Verdict",
    "digest_of",
    "head",
    "heads_folder",
    "heads_key",
    "install",
    "last_change",
    "link_hash",
    "note_of_fields",
    "plain",
    "record",
    "record_look",
    "run",
    "verify",
]
