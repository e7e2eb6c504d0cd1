"""budgets: what each person spent of each in one part of its window"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "spending",
        sa.Column("user_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("budget", sa.String(length=40), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("spent", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "budget", "since", name=op.f("pk_spending")),
    )
    op.create_index("ix_spending_since", "spending", ["since"])


def downgrade() -> None:
    op.drop_index("ix_spending_since", table_name="spending")
    op.drop_table("spending")
