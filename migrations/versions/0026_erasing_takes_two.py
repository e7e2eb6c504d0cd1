"""who a contact is, is erased by two people: one asks, another confirms"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "contact_erasure",
        sa.Column("contact_id", _ID, nullable=False),
        sa.Column("open_contact_id", _ID, nullable=True),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("asked_by_id", _ID, nullable=False),
        sa.Column("decided_by_id", _ID, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=200), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'erased', 'refused', 'withdrawn')", name=op.f("ck_contact_erasure_erasurestate")
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_contact_erasure_contact_id")),
        sa.ForeignKeyConstraint(
            ["open_contact_id"], ["contact.id"], name=op.f("fk_contact_erasure_open_contact_id")
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_contact_erasure_asked_by_id")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_contact_erasure_decided_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_erasure")),
        sa.UniqueConstraint("open_contact_id", name=op.f("uq_contact_erasure_open_contact_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_contact_erasure_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_contact_erasure_contact_id"), "contact_erasure", ["contact_id"])


def downgrade() -> None:
    op.drop_table("contact_erasure")
