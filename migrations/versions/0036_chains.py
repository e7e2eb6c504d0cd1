"""chain: industry chains, their links as a tree, who supplies whom, and the judgements on each link

Judgements are a ledger: triggers refuse to change or remove a row, as in 0004.
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_LEDGER = "node_judgement"


def _codes(name: str, *codes: str) -> sa.Enum:
    return sa.Enum(*codes, name=name, native_enum=False, create_constraint=True, length=30)


def _record(table: str) -> list[sa.schema.SchemaItem]:
    """What every record that can be archived has."""
    return [
        sa.Column("id", _ID, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archive_reason", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{table}_public_id")),
    ]


def upgrade() -> None:
    op.create_table(
        "chain",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("aliases", sa.String(length=300), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *_record("chain"),
        sa.UniqueConstraint("code", name=op.f("uq_chain_code")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "chain_node",
        sa.Column("chain_id", _ID, nullable=False),
        sa.Column("parent_id", _ID, nullable=True),
        sa.Column("merged_into_id", _ID, nullable=True),
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("live_code", sa.String(length=30), nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("tier", _codes("chaintier", "upstream", "midstream", "downstream"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("importance", sa.Integer(), nullable=False),
        sa.Column("keywords", sa.String(length=500), nullable=False),
        sa.Column("products", sa.String(length=500), nullable=False),
        sa.Column("action", _codes("nodeaction", "fill", "strengthen", "extend"), nullable=True),
        *_record("chain_node"),
        sa.ForeignKeyConstraint(["chain_id"], ["chain.id"], name=op.f("fk_chain_node_chain_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["chain_node.id"], name=op.f("fk_chain_node_parent_id")),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["chain_node.id"], name=op.f("fk_chain_node_merged_into_id")
        ),
        sa.UniqueConstraint("chain_id", "live_code", name="uq_chain_node_code"),
        sa.CheckConstraint("importance BETWEEN 1 AND 5", name=op.f("ck_chain_node_importance")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_chain_node_parent_id"), "chain_node", ["parent_id"])
    op.create_index(op.f("ix_chain_node_merged_into_id"), "chain_node", ["merged_into_id"])
    op.create_index("ix_chain_node_chain", "chain_node", ["chain_id", "archived_at", "position"])
    op.create_table(
        "node_industry",
        sa.Column("node_id", _ID, nullable=False),
        sa.Column("industry_code", sa.String(length=6), nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.ForeignKeyConstraint(["node_id"], ["chain_node.id"], name=op.f("fk_node_industry_node_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_node_industry")),
        sa.UniqueConstraint("node_id", "industry_code", name="uq_node_industry"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "chain_supply",
        sa.Column("supplier_id", _ID, nullable=False),
        sa.Column("buyer_id", _ID, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.ForeignKeyConstraint(["supplier_id"], ["chain_node.id"], name=op.f("fk_chain_supply_supplier_id")),
        sa.ForeignKeyConstraint(["buyer_id"], ["chain_node.id"], name=op.f("fk_chain_supply_buyer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chain_supply")),
        sa.UniqueConstraint("supplier_id", "buyer_id", name="uq_chain_supply"),
        sa.CheckConstraint("supplier_id <> buyer_id", name=op.f("ck_chain_supply_not_itself")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_chain_supply_buyer_id"), "chain_supply", ["buyer_id"])
    _create_ledger()


def _create_ledger() -> None:
    op.create_table(
        _LEDGER,
        sa.Column("node_id", _ID, nullable=False),
        sa.Column("state", _codes("nodestate", "missing", "weak", "strong"), nullable=False),
        sa.Column("local_rate", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("evidence", sa.String(length=300), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", _ID, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.ForeignKeyConstraint(["node_id"], ["chain_node.id"], name=op.f("fk_node_judgement_node_id")),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_node_judgement_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_node_judgement")),
        sa.CheckConstraint("local_rate BETWEEN 0 AND 100", name=op.f("ck_node_judgement_local_rate")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_node_judgement_node", _LEDGER, ["node_id", "effective_on", "id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {_LEDGER}_append_only BEFORE UPDATE OR DELETE ON {_LEDGER} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        return
    for verb in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER {_LEDGER}_no_{verb} BEFORE {verb.upper()} ON {_LEDGER} "
            f"BEGIN SELECT RAISE(ABORT, 'append-only: {_LEDGER}'); END"
        )


def downgrade() -> None:
    for table in (_LEDGER, "chain_supply", "node_industry", "chain_node", "chain"):
        op.drop_table(table)
