"""target_fact, target_weights: what the score of a target goes by, and what its parts are worth"""

from datetime import UTC, date, datetime

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Kinds of facts: what forbids a target, what the library does not know.
_KINDS = ("dishonest", "polluted", "two_high", "taken", "credit_good", "credit_poor", "site_fits", "site_half")
_KINDS += ("site_unfit", "native", "alumnus", "chamber")
# Long before any target, so that every day has weights; the shares of domain.md, which a county sets anew.
_VALID_FROM = date(2000, 1, 1)
_PARTS = {"fit": 25, "anchors": 20, "expansion": 20, "strength": 15, "site": 10, "reach": 10}


def _kept() -> list[sa.Column]:
    return [
        sa.Column("id", _ID, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    ]


def upgrade() -> None:
    kind = sa.Enum(*_KINDS, name="factkind", native_enum=False, create_constraint=True, length=30)
    op.create_table(
        "target_fact",
        sa.Column("target_id", _ID, nullable=False),
        sa.Column("kind", kind, nullable=False),
        sa.Column("what", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("author_id", _ID, nullable=False),
        sa.Column("lifted_on", sa.Date(), nullable=True),
        sa.Column("lifted_why", sa.String(length=200), nullable=False),
        sa.Column("lifted_by_id", _ID, nullable=True),
        *_kept(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_fact")),
        sa.UniqueConstraint("public_id", name=op.f("uq_target_fact_public_id")),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("fk_target_fact_target_id")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_target_fact_author_id")),
        sa.ForeignKeyConstraint(["lifted_by_id"], ["person.id"], name=op.f("fk_target_fact_lifted_by_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_target_fact_target", "target_fact", ["target_id", "lifted_on"])
    weights = op.create_table(
        "target_weights",
        *(sa.Column(part, sa.Integer(), nullable=False) for part in _PARTS),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("entered_by", sa.String(length=60), nullable=False),
        *_kept(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_weights")),
        sa.UniqueConstraint("public_id", name=op.f("uq_target_weights_public_id")),
        sa.UniqueConstraint("valid_from", name=op.f("uq_target_weights_valid_from")),
        sa.CheckConstraint(
            "fit + anchors + expansion + strength + site + reach = 100",
            name=op.f("ck_target_weights_hundred"),
        ),
        sqlite_autoincrement=True,
    )
    now = datetime.now(UTC)
    told = {"valid_from": _VALID_FROM, "note": "系统初始的权重", "entered_by": ""}
    kept = {"public_id": "000000tweights01", "version": 1, "created_at": now, "updated_at": now}
    op.bulk_insert(weights, [told | kept | _PARTS])


def downgrade() -> None:
    for table in ("target_weights", "target_fact"):
        op.drop_table(table)
