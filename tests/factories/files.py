"""Files as they are kept."""

import io

from werkzeug.datastructures import FileStorage

from app.core.access.auth import Actor, acting_as
from app.core.storage.db import Record, db
from app.core.storage.subjects import subject_of
from app.core.web import files
from app.core.web.files import StoredFile
from app.register.attachments import services

PDF = b"%PDF-1.7 attachment"


def files_of(owner_kind: str, owner_id: str) -> list[StoredFile]:
    """The files of a record, newest first, whoever may see it."""
    found = db.session.query(StoredFile).filter_by(owner_kind=owner_kind, owner_id=owner_id)
    return found.order_by(StoredFile.id.desc()).all()


def stored(name: str = "报价单.pdf", content: bytes = PDF) -> files.Stored:
    """A file that was sent and belongs to nothing yet."""
    return files.store(FileStorage(io.BytesIO(content), name, "file", "application/pdf"))


def attach(record: Record, actor: Actor, name: str = "报价单.pdf", content: bytes = PDF) -> StoredFile:
    """A file that somebody put on a record."""
    with acting_as(actor):
        row = services.add(subject_of(record), stored(name, content))
    db.session.commit()
    return row
