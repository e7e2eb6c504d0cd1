"""One uploaded file, and the rows of it that people want to look at."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.storage.db import Base, Keyed, Record
from app.core.values.clock import now
from app.core.values.labels import labelled
from app.exchange.imports.enums import BatchState, Decision, RowVerdict
from app.exchange.imports.runs import Run, undo_of, writing_of


class ImportBatch(Base, Record):
    """A file on its way into the library; `kind` is the code of its target. The counts are those of the dry
    run; `written` holds what the writing did so far: created, updated, unchanged, suspected, rejected; then,
    under `undone`, what an undo did that came to its end: archived, restored, kept.
    """

    __tablename__ = "import_batch"
    __called__ = "导入批次"
    __table_args__ = (Index("ix_import_batch_owner", "owner_id", "id"),)

    kind: Mapped[str] = labelled("类别", String(30))
    created_at: Mapped[datetime] = labelled("上传时间", default=now, short="上传")
    file_name: Mapped[str] = labelled("文件名", String(200))
    file_kind: Mapped[str] = labelled("文件种类", String(10))  # xlsx, csv, csv.gz
    sha256: Mapped[str] = labelled("文件摘要", String(64), index=True)
    state: Mapped[BatchState] = labelled("状态", default=BatchState.CHECKING)
    owner_id: Mapped[int | None] = labelled("上传人", ForeignKey("person.id"))
    check_job_id: Mapped[int | None] = labelled("检查作业", ForeignKey("job.id"))
    write_job_id: Mapped[int | None] = labelled("写入作业", ForeignKey("job.id"))
    undo_job_id: Mapped[int | None] = labelled("撤销作业", ForeignKey("job.id"))
    mapping: Mapped[dict[str, Any]] = labelled("列的对应", JSON, default=dict)  # columns.Layout
    rows_read: Mapped[int] = labelled("行数", Integer, default=0)
    new_count: Mapped[int] = labelled("新增行数", Integer, default=0)
    update_count: Mapped[int] = labelled("更新行数", Integer, default=0)
    unchanged_count: Mapped[int] = labelled("没变的行数", Integer, default=0)
    duplicate_count: Mapped[int] = labelled("疑似重复行数", Integer, default=0)
    error_count: Mapped[int] = labelled("有错行数", Integer, default=0)
    doubt_count: Mapped[int] = labelled("存疑行数", Integer, default=0)
    # Rows that are no record, a total or a section head; the first of them as [row, 是合计]
    skipped_count: Mapped[int] = labelled("不是记录的行数", Integer, default=0, server_default="0")
    asides: Mapped[list[list[Any]]] = labelled("不是记录的行", JSON, default=list, server_default="[]")
    # last row of the file already committed
    written_through: Mapped[int] = labelled("写到第几行", Integer, default=0)
    written: Mapped[dict[str, Any]] = labelled("写入结果", JSON, default=dict)

    @property
    def last_job_id(self) -> int | None:
        return self.undo_job_id or self.write_job_id or self.check_job_id

    @property
    def writing(self) -> Run:
        return writing_of(self.public_id, self.file_name)

    @property
    def undo(self) -> Run:
        return undo_of(self.public_id)


class ImportRow(Base, Keyed):
    """A row that needs eyes: with an error, suspected, guessed, or among the first of the others.

    The file's rows themselves lie in the folder of the batch.
    """

    __tablename__ = "import_row"
    __audited__ = False
    __table_args__ = (
        UniqueConstraint("batch_id", "number", name="uq_import_row"),
        Index("ix_import_row_verdict", "batch_id", "verdict", "number"),
        Index("ix_import_row_doubtful", "batch_id", "doubtful", "number"),
    )

    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"))
    number: Mapped[int] = mapped_column(Integer)  # the row of the user's file
    verdict: Mapped[RowVerdict]
    doubtful: Mapped[bool] = mapped_column(default=False)
    decision: Mapped[Decision] = mapped_column(default=Decision.SKIP)
    match_id: Mapped[int | None]  # inner id of a record of the kind
    # Inner ids of the records that 更新 may mean; empty where it is another row of the file, or none may
    candidates: Mapped[list[int]] = mapped_column(JSON, default=list, server_default="[]")
    follows: Mapped[int | None] = mapped_column(Integer)  # the earlier row with which it is one record
    reason: Mapped[str] = mapped_column(String(200), default="")
    cells: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)  # Column -> as written
    problems: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)  # Column -> sentence
    doubts: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    changes: Mapped[dict[str, list[str]]] = mapped_column(JSON, default=dict)  # label -> before, after

    @property
    def is_open(self) -> bool:
        """Whether several records are possible and none is chosen."""
        return self.match_id is None and bool(self.candidates)

    @property
    def may_update(self) -> bool:
        """Whether 更新 would mean something: never a record that is known to be another."""
        return self.match_id in self.candidates if self.candidates else self.match_id is None
