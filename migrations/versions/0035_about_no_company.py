"""step, comment: about a record that is about no company"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEPT = {"table_kwargs": {"sqlite_autoincrement": True}}


def upgrade() -> None:
    for name in ("step", "comment"):
        with op.batch_alter_table(name, **KEPT) as table:
            table.alter_column("enterprise_id", existing_type=_ID, nullable=True)


def downgrade() -> None:
    # The older product knows no record without a company, and so none that these could stand on.
    op.execute(
        "DELETE FROM comment_mention WHERE comment_id IN (SELECT id FROM comment WHERE enterprise_id IS NULL)"
    )
    for name in ("step", "comment"):
        op.execute(f"DELETE FROM {name} WHERE enterprise_id IS NULL")
        with op.batch_alter_table(name, **KEPT) as table:
            table.alter_column("enterprise_id", existing_type=_ID, nullable=False)
