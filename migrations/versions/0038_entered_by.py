"""stage_set: who entered it"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

KEPT = {"table_kwargs": {"sqlite_autoincrement": True}}


def upgrade() -> None:
    with op.batch_alter_table("stage_set", **KEPT) as table:
        table.add_column(sa.Column("entered_by", sa.String(60), nullable=False, server_default=""))
    with op.batch_alter_table("stage_set", **KEPT) as table:
        table.alter_column("entered_by", existing_type=sa.String(60), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("stage_set", **KEPT) as table:
        table.drop_column("entered_by")
