"""node_placement, placement_run: companies on links of chains, and how far they have been judged"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _codes(name: str, *codes: str) -> sa.Enum:
    return sa.Enum(*codes, name=name, native_enum=False, create_constraint=True, length=30)


def _moment(name: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "node_placement",
        sa.Column("node_id", _ID, nullable=False),
        sa.Column("enterprise_id", _ID, nullable=False),
        sa.Column(
            "state", _codes("placementstate", "proposed", "confirmed", "refused"), nullable=False
        ),
        sa.Column("source", _codes("placementsource", "engine", "hand"), nullable=False),
        sa.Column("engine", sa.String(length=40), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("hits", sa.JSON(), nullable=False),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.Column("known_then", sa.String(length=32), nullable=False),
        sa.Column("was_refused", sa.Boolean(), nullable=False),
        sa.Column("decided_by_id", _ID, nullable=True),
        _moment("decided_at"),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("share", sa.Integer(), nullable=True),
        sa.Column("share_of", _codes("shareof", "company", "node"), nullable=True),
        sa.Column("id", _ID, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _moment("created_at", nullable=False),
        _moment("updated_at", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_node_placement")),
        sa.UniqueConstraint("public_id", name=op.f("uq_node_placement_public_id")),
        sa.UniqueConstraint("node_id", "enterprise_id", name="uq_node_placement"),
        sa.ForeignKeyConstraint(["node_id"], ["chain_node.id"], name=op.f("fk_node_placement_node_id")),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_node_placement_enterprise_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_node_placement_decided_by_id")
        ),
        sa.CheckConstraint("score BETWEEN 0 AND 100", name=op.f("ck_node_placement_score")),
        sa.CheckConstraint("share BETWEEN 0 AND 100", name=op.f("ck_node_placement_share")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_node_placement_enterprise", "node_placement", ["enterprise_id", "state"])
    op.create_index("ix_node_placement_state", "node_placement", ["state", "score", "id"])
    op.create_index(op.f("ix_node_placement_decided_by_id"), "node_placement", ["decided_by_id"])
    op.create_table(
        "placement_run",
        sa.Column("judged_by", sa.String(length=80), nullable=False),
        _moment("full_at"),
        _moment("since"),
        _moment("started_at"),
        sa.Column("after_id", _ID, nullable=False),
        _moment("ended_at"),
        sa.Column("id", _ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement_run")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    for table in ("placement_run", "node_placement"):
        op.drop_table(table)
