"""stored_file: a file may be taken off its record, and put back"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

KEPT = {"table_kwargs": {"sqlite_autoincrement": True}}


def upgrade() -> None:
    with op.batch_alter_table("stored_file", **KEPT) as table:
        table.add_column(sa.Column("taken_off_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("taken_off_by", sa.String(length=60), nullable=True))


def downgrade() -> None:
    # What was taken off is there again: the older product knows no other way to keep it.
    with op.batch_alter_table("stored_file", **KEPT) as table:
        table.drop_column("taken_off_by")
        table.drop_column("taken_off_at")
