"""the county's own words for search: terms that mean the same, and readings that software gets wrong"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _create("word_group", sa.Column("words", sa.String(length=372), nullable=False))
    _create(
        "word_reading",
        sa.Column("word", sa.String(length=10), nullable=False),
        sa.Column("reading", sa.String(length=80), nullable=False),
    )


def _create(table: str, *columns: sa.Column[Any]) -> None:
    op.create_table(
        table,
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archive_reason", sa.String(length=200), nullable=True),
        *columns,
        sa.Column("author_id", NUMBER, nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f(f"fk_{table}_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{table}_public_id")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("word_reading")
    op.drop_table("word_group")
