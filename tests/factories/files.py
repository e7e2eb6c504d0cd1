"""Files as they are kept."""

from app.core.db import db
from app.core.files import StoredFile


def files_of(owner_kind: str, owner_id: str) -> list[StoredFile]:
    """The files of a record, newest first, whoever may see it."""
    found = db.session.query(StoredFile).filter_by(owner_kind=owner_kind, owner_id=owner_id)
    return found.order_by(StoredFile.id.desc()).all()
