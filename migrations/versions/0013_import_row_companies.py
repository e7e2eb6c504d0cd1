"""a suspected row of an import names every company it may be, and the earlier row with which it is one"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# SQLite alters by copying, and the copy would otherwise give an id again.
KEPT = {"table_kwargs": {"sqlite_autoincrement": True}}


def upgrade() -> None:
    with op.batch_alter_table("import_row", **KEPT) as batch_op:
        batch_op.add_column(sa.Column("candidates", sa.JSON(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("follows", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("import_row", **KEPT) as batch_op:
        batch_op.drop_column("follows")
        batch_op.drop_column("candidates")
