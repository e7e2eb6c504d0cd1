"""steps: what one is about is a record of any kind, instead of a lead or none"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

KEPT = {"table_kwargs": {"sqlite_autoincrement": True}}

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_PUBLIC_ID = "(SELECT public_id FROM {table} WHERE {table}.id = step.{table}_id)"


def upgrade() -> None:
    with op.batch_alter_table("step", **KEPT) as table:
        table.add_column(sa.Column("subject_kind", sa.String(length=30), nullable=True))
        table.add_column(sa.Column("subject_id", sa.String(length=16), nullable=True))
    for kind, which in (("lead", "lead_id IS NOT NULL"), ("enterprise", "lead_id IS NULL")):
        public_id = _PUBLIC_ID.format(table=kind)
        op.execute(f"UPDATE step SET subject_kind = '{kind}', subject_id = {public_id} WHERE {which}")
    with op.batch_alter_table("step", **KEPT) as table:
        table.alter_column("subject_kind", existing_type=sa.String(length=30), nullable=False)
        table.alter_column("subject_id", existing_type=sa.String(length=16), nullable=False)
        table.drop_index(op.f("ix_step_lead_id"))
        table.drop_constraint(op.f("fk_step_lead_id"), type_="foreignkey")
        table.drop_column("lead_id")
        table.create_index("ix_step_subject", ["subject_kind", "subject_id", "state", "due_on"])


def downgrade() -> None:
    # A step of a project is one of its lead, if it has one, else of the company.
    with op.batch_alter_table("step", **KEPT) as table:
        table.add_column(sa.Column("lead_id", _ID, nullable=True))
        table.create_foreign_key(op.f("fk_step_lead_id"), "lead", ["lead_id"], ["id"])
        table.create_index(op.f("ix_step_lead_id"), ["lead_id"])
    for kind, lead in (("lead", "id"), ("project", "lead_id")):
        which = f"SELECT {kind}.{lead} FROM {kind} WHERE {kind}.public_id = step.subject_id"
        op.execute(f"UPDATE step SET lead_id = ({which}) WHERE subject_kind = '{kind}'")
    with op.batch_alter_table("step", **KEPT) as table:
        table.drop_index("ix_step_subject")
        table.drop_column("subject_id")
        table.drop_column("subject_kind")
