"""an import counts the rows that are no company and names the first of them"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# SQLite alters by copying, and the copy would otherwise give an id again.
KEPT = {"table_kwargs": {"sqlite_autoincrement": True}}


def upgrade() -> None:
    with op.batch_alter_table("import_batch", **KEPT) as batch_op:
        batch_op.add_column(sa.Column("skipped_count", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("asides", sa.JSON(), server_default="[]", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("import_batch", **KEPT) as batch_op:
        batch_op.drop_column("asides")
        batch_op.drop_column("skipped_count")
