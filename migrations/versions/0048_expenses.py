"""expenses with their receipts, and what units and teams are given for a year"""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KINDS = ("travel", "reception", "venue", "materials", "rent", "office", "agency", "other")
_KIND = sa.Enum(*_KINDS, name="expensekind", native_enum=False, create_constraint=True, length=30)
_KEYS = {"owner_id": "person.id", "author_id": "person.id", "unit_id": "unit.id", "team_id": "unit.id"}


def upgrade() -> None:
    op.create_table(
        "expense",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", _KIND, nullable=False),
        sa.Column("spent_on", sa.Date(), nullable=False),
        sa.Column("amount", _ID, nullable=False),
        sa.Column("receipt_no", sa.String(length=40), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("owner_id", _ID, nullable=False),
        sa.Column("author_id", _ID, nullable=False),
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("team_id", _ID, nullable=True),
        sa.Column("id", _ID, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archive_reason", sa.String(length=200), nullable=True),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_expense_{column}"))
            for column, target in _KEYS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expense")),
        sa.UniqueConstraint("public_id", name=op.f("uq_expense_public_id")),
        sqlite_autoincrement=True,
    )
    for column in _KEYS:
        op.create_index(op.f(f"ix_expense_{column}"), "expense", [column])
    op.create_index("ix_expense_archived_spent", "expense", ["archived_at", "spent_on", "id"])
    op.create_index("ix_expense_archived_amount", "expense", ["archived_at", "amount", "id"])
    op.create_index("ix_expense_receipt", "expense", ["receipt_no"])
    op.create_table(
        "expense_budget",
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("kind", _KIND.copy(), nullable=False),
        sa.Column("amount", _ID, nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", _ID, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_expense_budget_unit_id")),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_expense_budget_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expense_budget")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_expense_budget_year", "expense_budget", ["year", "unit_id", "kind", "id"])


def downgrade() -> None:
    op.drop_table("expense_budget")
    op.drop_table("expense")
