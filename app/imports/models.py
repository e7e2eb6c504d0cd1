"""One uploaded file and what a dry run and the writing made of it."""

from typing import Any

from sqlalchemy import JSON, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Record
from app.imports.enums import BatchState


class ImportBatch(Base, Record):
    """A file on its way into the enterprise library. Counts are those of the last run."""

    __tablename__ = "import_batch"

    kind: Mapped[str] = mapped_column(String(30))
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    state: Mapped[BatchState] = mapped_column(default=BatchState.CHECKING)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    check_job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    write_job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # our field -> column of the file
    rows_read: Mapped[int] = mapped_column(Integer, default=0)
    new_count: Mapped[int] = mapped_column(Integer, default=0)
    update_count: Mapped[int] = mapped_column(Integer, default=0)
    unchanged_count: Mapped[int] = mapped_column(Integer, default=0)
    duplicate_count: Mapped[int] = mapped_column(Integer, default=0)
    error_count: Mapped[int] = mapped_column(Integer, default=0)
    written_through: Mapped[int] = mapped_column(Integer, default=0)  # last row of the file already committed
