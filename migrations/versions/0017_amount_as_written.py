"""an amount in the lead ledger keeps the words in which it was written

Who takes a row back finds the amount before it again as somebody had written it, not as a bare figure.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("lead_entry", sa.Column("amount_text", sa.String(60), nullable=True))


def downgrade() -> None:
    op.drop_column("lead_entry", "amount_text")
