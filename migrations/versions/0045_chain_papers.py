"""paper_kind, chain_paper: which maps and lists are kept for chains, and what was uploaded of them"""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _kept() -> list[sa.Column]:
    return [
        sa.Column("id", _ID, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archive_reason", sa.String(length=200), nullable=True),
    ]


def upgrade() -> None:
    form = sa.Enum("map", "list", name="paperform", native_enum=False, create_constraint=True, length=30)
    op.create_table(
        "paper_kind",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("form", form, nullable=False),
        sa.Column("source", sa.String(length=30), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        *_kept(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_kind")),
        sa.UniqueConstraint("public_id", name=op.f("uq_paper_kind_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_paper_kind_archived_position", "paper_kind", ["archived_at", "position", "id"])
    op.create_table(
        "chain_paper",
        sa.Column("chain_id", _ID, nullable=False),
        sa.Column("kind_id", _ID, nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("author_id", _ID, nullable=False),
        *_kept(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chain_paper")),
        sa.UniqueConstraint("public_id", name=op.f("uq_chain_paper_public_id")),
        sa.ForeignKeyConstraint(["chain_id"], ["chain.id"], name=op.f("fk_chain_paper_chain_id")),
        sa.ForeignKeyConstraint(["kind_id"], ["paper_kind.id"], name=op.f("fk_chain_paper_kind_id")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_chain_paper_author_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_chain_paper_chain", "chain_paper", ["chain_id", "kind_id", "as_of"])
    op.create_index(op.f("ix_chain_paper_kind_id"), "chain_paper", ["kind_id"])
    op.create_index(op.f("ix_chain_paper_author_id"), "chain_paper", ["author_id"])


def downgrade() -> None:
    for table in ("chain_paper", "paper_kind"):
        op.drop_table(table)
