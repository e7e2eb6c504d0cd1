"""a 公平竞争审查 is asked for, and says who entered its conclusion

Earlier reviews do not know who entered them; they stay as they are.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

KEPT = {"table_kwargs": {"sqlite_autoincrement": True}}

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KINDS = "ck_step_stepkind"


def upgrade() -> None:
    with op.batch_alter_table("step", **KEPT) as table:
        table.drop_constraint(op.f(_KINDS), type_="check")
        table.create_check_constraint(op.f(_KINDS), "kind IN ('next', 'promise', 'review')")
    with op.batch_alter_table("fair_review", **KEPT) as table:
        table.alter_column("reviewed_on", existing_type=sa.Date(), nullable=True)
        table.alter_column("verdict", existing_type=sa.String(30), nullable=True)
        table.add_column(sa.Column("asked_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("asker_id", _ID, nullable=True))
        table.add_column(sa.Column("recorder_id", _ID, nullable=True))
        table.add_column(sa.Column("step_id", _ID, nullable=True))
        table.create_foreign_key(op.f("fk_fair_review_asker_id"), "person", ["asker_id"], ["id"])
        table.create_foreign_key(op.f("fk_fair_review_recorder_id"), "person", ["recorder_id"], ["id"])
        table.create_foreign_key(op.f("fk_fair_review_step_id"), "step", ["step_id"], ["id"])


def downgrade() -> None:
    # Without the columns of today a review that waits for its conclusion, and its step, say nothing.
    op.execute("DELETE FROM fair_review WHERE verdict IS NULL")
    op.execute("UPDATE fair_review SET step_id = NULL")
    op.execute("UPDATE step SET kind = 'next' WHERE kind = 'review'")
    with op.batch_alter_table("fair_review", **KEPT) as table:
        for name in ("step_id", "recorder_id", "asker_id"):
            table.drop_constraint(op.f(f"fk_fair_review_{name}"), type_="foreignkey")
            table.drop_column(name)
        table.drop_column("asked_on")
        table.alter_column("verdict", existing_type=sa.String(30), nullable=False)
        table.alter_column("reviewed_on", existing_type=sa.Date(), nullable=False)
    with op.batch_alter_table("step", **KEPT) as table:
        table.drop_constraint(op.f(_KINDS), type_="check")
        table.create_check_constraint(op.f(_KINDS), "kind IN ('next', 'promise')")
