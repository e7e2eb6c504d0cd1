"""the name of a unit is unique among units in use only

`live_name` repeats the name while the unit is not archived: a merged office's name may be given again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# SQLite alters by copying, and the copy would otherwise give an id again.
KEPT = {"table_kwargs": {"sqlite_autoincrement": True}}


def upgrade() -> None:
    with op.batch_alter_table("unit", **KEPT) as batch_op:
        batch_op.add_column(sa.Column("live_name", sa.String(length=60), nullable=True))
        batch_op.drop_constraint(op.f("uq_unit_name"), type_="unique")
        batch_op.create_unique_constraint(op.f("uq_unit_live_name"), ["live_name"])
    op.execute("UPDATE unit SET live_name = name WHERE archived_at IS NULL")


def downgrade() -> None:
    # One name again for every unit: an archived one gives way to a later unit of its name.
    op.execute(
        "UPDATE unit SET name = substr(name, 1, 40) || '（撤销' || CAST(id AS VARCHAR(12)) || '）' "
        "WHERE archived_at IS NOT NULL "
        "AND EXISTS (SELECT 1 FROM unit AS other WHERE other.name = unit.name AND other.id <> unit.id)"
    )
    with op.batch_alter_table("unit", **KEPT) as batch_op:
        batch_op.drop_constraint(op.f("uq_unit_live_name"), type_="unique")
        batch_op.create_unique_constraint(op.f("uq_unit_name"), ["name"])
        batch_op.drop_column("live_name")
