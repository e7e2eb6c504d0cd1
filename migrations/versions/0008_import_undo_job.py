"""the job of an undo stands in a column of its own, beside the two other jobs of an import"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# SQLite alters by copying, and the copy would otherwise give an id again.
KEPT = {"table_kwargs": {"sqlite_autoincrement": True}}
KEY = "undo_job"  # where it stood in the counts
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

batches = sa.table(
    "import_batch", sa.column("id", NUMBER), sa.column("written", sa.JSON()), sa.column("undo_job_id", NUMBER)
)


def upgrade() -> None:
    with op.batch_alter_table("import_batch", **KEPT) as batch_op:
        batch_op.add_column(sa.Column("undo_job_id", NUMBER, nullable=True))
        batch_op.create_foreign_key(op.f("fk_import_batch_undo_job_id"), "job", ["undo_job_id"], ["id"])
    for row_id, written, _job_id in _rows():
        if KEY in written:
            rest = {name: value for name, value in written.items() if name != KEY}
            _put(row_id, written=rest, undo_job_id=written[KEY])


def downgrade() -> None:
    for row_id, written, job_id in _rows():
        if job_id:
            _put(row_id, written={**written, KEY: job_id})
    with op.batch_alter_table("import_batch", **KEPT) as batch_op:
        batch_op.drop_constraint(op.f("fk_import_batch_undo_job_id"), type_="foreignkey")
        batch_op.drop_column("undo_job_id")


def _rows() -> list[Any]:
    return list(op.get_bind().execute(sa.select(batches.c.id, batches.c.written, batches.c.undo_job_id)))


def _put(row_id: int, **values: Any) -> None:
    op.get_bind().execute(sa.update(batches).where(batches.c.id == row_id).values(**values))
