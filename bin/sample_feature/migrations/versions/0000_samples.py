"""sample: what one is, in a sentence"""

import sqlalchemy as sa
from alembic import op

revision = "0000"
down_revision = "HEAD"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KEYS = {"owner_id": "person.id", "author_id": "person.id", "unit_id": "unit.id", "team_id": "unit.id"}


def upgrade() -> None:
    op.create_table(
        "sample",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
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
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_sample_{column}"))
            for column, target in _KEYS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample")),
        sa.UniqueConstraint("public_id", name=op.f("uq_sample_public_id")),
        sqlite_autoincrement=True,
    )
    for column in _KEYS:
        op.create_index(op.f(f"ix_sample_{column}"), "sample", [column])
    op.create_index("ix_sample_archived_day", "sample", ["archived_at", "day", "id"])


def downgrade() -> None:
    op.drop_table("sample")
