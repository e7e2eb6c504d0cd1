"""duty_entry.public_id: a day on duty is a row that a score opens to"""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

KEPT = {"table_kwargs": {"sqlite_autoincrement": True}}


def upgrade() -> None:
    with op.batch_alter_table("duty_entry", **KEPT) as table:
        table.add_column(sa.Column("public_id", sa.String(length=16), nullable=True))
    # Sixteen letters and digits of the alphabet that public ids have.
    random = (
        "lower(hex(randomblob(8)))"
        if op.get_bind().dialect.name == "sqlite"
        else "substr(md5(random()::text || id::text), 1, 16)"
    )
    op.execute(f"UPDATE duty_entry SET public_id = {random}")
    with op.batch_alter_table("duty_entry", **KEPT) as table:
        table.alter_column("public_id", existing_type=sa.String(length=16), nullable=False)
        table.create_unique_constraint(op.f("uq_duty_entry_public_id"), ["public_id"])


def downgrade() -> None:
    with op.batch_alter_table("duty_entry", **KEPT) as table:
        table.drop_constraint(op.f("uq_duty_entry_public_id"), type_="unique")
        table.drop_column("public_id")
