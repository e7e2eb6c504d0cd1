"""expansion_sign: dated rows that a company expands, each with its source"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KINDS = ("funding", "hiring", "subsidiary", "contract", "expansion", "full_capacity", "other")


def upgrade() -> None:
    kind = sa.Enum(*_KINDS, name="signkind", native_enum=False, create_constraint=True, length=30)
    op.create_table(
        "expansion_sign",
        sa.Column("enterprise_id", _ID, nullable=False),
        sa.Column("kind", kind, nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("what", sa.String(length=200), nullable=False),
        sa.Column("amount", _ID, nullable=True),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("source_url", sa.String(length=500), nullable=False),
        sa.Column("author_id", _ID, nullable=True),
        sa.Column("id", _ID, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archive_reason", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_expansion_sign_enterprise_id")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_expansion_sign_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expansion_sign")),
        sa.UniqueConstraint("public_id", name=op.f("uq_expansion_sign_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_expansion_sign_company", "expansion_sign", ["enterprise_id", "happened_on"])
    op.create_index(op.f("ix_expansion_sign_author_id"), "expansion_sign", ["author_id"])
    for column in ("happened_on", "created_at", "amount"):
        name = column.rpartition("_")[0] or column
        op.create_index(f"ix_expansion_sign_archived_{name}", "expansion_sign", ["archived_at", column, "id"])


def downgrade() -> None:
    op.drop_table("expansion_sign")
