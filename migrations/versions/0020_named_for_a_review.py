"""who is named on a lead for a review alone is marked

Of those named before nobody can tell any more why: they stay named until somebody takes them off.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "lead_member", sa.Column("for_review", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    with op.batch_alter_table("lead_member", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.alter_column("for_review", existing_type=sa.Boolean(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("lead_member", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.drop_column("for_review")
