"""a lead that was registered twice names the one that counts"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

KEPT = {"table_kwargs": {"sqlite_autoincrement": True}}


def upgrade() -> None:
    with op.batch_alter_table("lead", **KEPT) as table:
        table.add_column(sa.Column("duplicate_of_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        table.create_foreign_key("fk_lead_duplicate_of", "lead", ["duplicate_of_id"], ["id"])
        table.create_index("ix_lead_duplicate_of_id", ["duplicate_of_id"])


def downgrade() -> None:
    with op.batch_alter_table("lead", **KEPT) as table:
        table.drop_index("ix_lead_duplicate_of_id")
        table.drop_constraint("fk_lead_duplicate_of", type_="foreignkey")
        table.drop_column("duplicate_of_id")
