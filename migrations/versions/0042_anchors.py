"""chain_anchor, anchor_need: the companies around which a chain stands, and what they cannot get here"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
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
    ]


def upgrade() -> None:
    op.create_table(
        "chain_anchor",
        sa.Column("chain_id", _ID, nullable=False),
        sa.Column("enterprise_id", _ID, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        *_kept(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chain_anchor")),
        sa.UniqueConstraint("public_id", name=op.f("uq_chain_anchor_public_id")),
        sa.ForeignKeyConstraint(["chain_id"], ["chain.id"], name=op.f("fk_chain_anchor_chain_id")),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_chain_anchor_enterprise_id")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_chain_anchor_chain", "chain_anchor", ["chain_id", "starts_on"])
    op.create_index(op.f("ix_chain_anchor_enterprise_id"), "chain_anchor", ["enterprise_id"])
    op.create_table(
        "anchor_need",
        sa.Column("anchor_id", _ID, nullable=False),
        sa.Column("node_id", _ID, nullable=False),
        sa.Column("what", sa.String(length=120), nullable=False),
        sa.Column("amount", _ID, nullable=True),
        sa.Column("bought_from", sa.String(length=120), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        *_kept(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_anchor_need")),
        sa.UniqueConstraint("public_id", name=op.f("uq_anchor_need_public_id")),
        sa.ForeignKeyConstraint(["anchor_id"], ["chain_anchor.id"], name=op.f("fk_anchor_need_anchor_id")),
        sa.ForeignKeyConstraint(["node_id"], ["chain_node.id"], name=op.f("fk_anchor_need_node_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_anchor_need_anchor_id"), "anchor_need", ["anchor_id"])
    op.create_index(op.f("ix_anchor_need_node_id"), "anchor_need", ["node_id"])


def downgrade() -> None:
    for table in ("anchor_need", "chain_anchor"):
        op.drop_table(table)
