"""the list of all steps walks an index"""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_COLUMNS = ["state", "due_on", "id", "confidential", "unit_id", "team_id", "owner_id", "author_id"]


def upgrade() -> None:
    op.create_index("ix_step_due", "step", _COLUMNS)


def downgrade() -> None:
    op.drop_index("ix_step_due", "step")
