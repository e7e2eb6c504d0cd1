"""Which Word template reports are written into."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.core.access.auth import require_actor
from app.core.storage.db import db
from app.core.storage.subjects import subject_of
from app.core.values.errors import NotFound
from app.core.web.files import StoredFile, path_of
from app.promotion.team_reports.models import ReportTemplate
from app.register.accounts.enums import Permission

SHOWN = 10  # of what was set before
FILE_KIND = ReportTemplate.__tablename__


@dataclass(frozen=True, slots=True)
class SetTemplate:
    """What was set, with its file; None for the one made here."""

    row: ReportTemplate
    file: StoredFile | None


def templates_set() -> Sequence[SetTemplate]:
    """What was set last, the newest first."""
    query = select(ReportTemplate).options(joinedload(ReportTemplate.author))
    rows = db.session.scalars(query.order_by(ReportTemplate.id.desc()).limit(SHOWN)).all()
    owners = [subject_of(row).id for row in rows if row.is_own]
    kept = select(StoredFile).where(StoredFile.owner_kind == FILE_KIND, StoredFile.owner_id.in_(owners))
    files = {file.owner_id: file for file in db.session.scalars(kept)} if owners else {}
    return [SetTemplate(row, files.get(row.public_id)) for row in rows]


def own_template() -> bytes | None:
    """The county's own template, where one holds and its bytes are there."""
    last = db.session.scalars(select(ReportTemplate).order_by(ReportTemplate.id.desc()).limit(1)).first()
    if last is None or not last.is_own:
        return None
    query = select(StoredFile.sha256).where(
        StoredFile.owner_kind == FILE_KIND, StoredFile.owner_id == last.public_id
    )
    kept = db.session.scalar(query)
    path = path_of(kept) if kept else None
    return path.read_bytes() if path is not None and path.exists() else None


def template_may_be_read(_template_id: str) -> None:
    """For core.web.files: raises NotFound for who reads no reports."""
    if not require_actor().may(Permission.TEAM_REPORTS_READ):
        raise NotFound
