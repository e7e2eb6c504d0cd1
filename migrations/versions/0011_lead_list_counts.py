"""the tabs of a list of leads count by unit and by day of registration from indexes that hold all they ask"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_lead_unit_id", "lead")
    op.create_index(
        "ix_lead_unit", "lead", ["unit_id", "archived_at", "id", "confidential", "owner_id", "author_id"]
    )
    op.create_index(
        "ix_lead_archived_registered",
        "lead",
        ["archived_at", "registered_on", "id", "confidential", "unit_id", "team_id", "owner_id", "author_id"],
    )


def downgrade() -> None:
    op.drop_index("ix_lead_archived_registered", "lead")
    op.drop_index("ix_lead_unit", "lead")
    op.create_index("ix_lead_unit_id", "lead", ["unit_id"])
