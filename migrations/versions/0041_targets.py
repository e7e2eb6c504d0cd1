"""target, target_node, target_entry: companies to be won, for which links, and their ledger"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_LEDGER = "target_entry"
_STAGES = ("pool", "planned", "contacted", "in_talks", "dropped")
_METHODS = (
    *("resident", "directed", "referral", "chain", "fund", "agency", "kinship", "event", "leader"),
    *("online", "other"),
)
_KINDS = ("move", "assign", "amount", "correct")
_CAUSES = (
    *("by_hand", "registration", "redated", "registered_twice", "handed_over", "contract", "signing"),
    *("unsigned", "followed", "taken_back"),
)


def _codes(name: str, *codes: str) -> sa.Enum:
    return sa.Enum(*codes, name=name, native_enum=False, create_constraint=True, length=30)


def _points_at(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    op.create_table(
        "target",
        sa.Column("enterprise_id", _ID, nullable=False),
        sa.Column("open_enterprise_id", _ID, nullable=True),
        sa.Column("stage", _codes("targetstage", *_STAGES), nullable=False),
        sa.Column("stage_since", sa.Date(), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=False),
        sa.Column("method", _codes("leadsource", *_METHODS), nullable=False),
        sa.Column("origin", sa.String(length=120), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("owner_id", _ID, nullable=True),
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("team_id", _ID, nullable=True),
        sa.Column("author_id", _ID, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archive_reason", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target")),
        sa.UniqueConstraint("public_id", name=op.f("uq_target_public_id")),
        sa.UniqueConstraint("open_enterprise_id", name=op.f("uq_target_open_enterprise_id")),
        _points_at("target", "enterprise_id", "enterprise"),
        _points_at("target", "open_enterprise_id", "enterprise"),
        _points_at("target", "owner_id", "person"),
        _points_at("target", "unit_id", "unit"),
        _points_at("target", "team_id", "unit"),
        _points_at("target", "author_id", "person"),
        sqlite_autoincrement=True,
    )
    for column in ("enterprise_id", "owner_id", "unit_id", "team_id", "author_id"):
        op.create_index(op.f(f"ix_target_{column}"), "target", [column])
    op.create_index("ix_target_archived_registered", "target", ["archived_at", "registered_on", "id"])
    op.create_index("ix_target_archived_updated", "target", ["archived_at", "updated_at", "id"])
    op.create_table(
        "target_node",
        sa.Column("target_id", _ID, nullable=False),
        sa.Column("node_id", _ID, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_node")),
        sa.UniqueConstraint("target_id", "node_id", name="uq_target_node"),
        _points_at("target_node", "target_id", "target"),
        _points_at("target_node", "node_id", "chain_node"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_target_node_node_id"), "target_node", ["node_id"])
    _create_ledger()


def _create_ledger() -> None:
    op.create_table(
        _LEDGER,
        sa.Column("target_id", _ID, nullable=False),
        sa.Column("stage_from", _codes("stage_from", *_STAGES), nullable=True),
        sa.Column("stage", _codes("targetstage", *_STAGES), nullable=True),
        sa.Column("visit_id", _ID, nullable=True),
        sa.Column("lead_id", _ID, nullable=True),
        sa.Column("kind", _codes("entrykind", *_KINDS), nullable=False),
        sa.Column("cause", _codes("cause", *_CAUSES), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", _ID, nullable=True),
        sa.Column("unit_id", _ID, nullable=True),
        sa.Column("team_id", _ID, nullable=True),
        sa.Column("owner_id", _ID, nullable=True),
        sa.Column("amount", _ID, nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("evidence", sa.String(length=300), nullable=False),
        sa.Column("batch_id", _ID, nullable=True),
        sa.Column("voids", _ID, nullable=True),
        sa.Column("id", _ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_entry")),
        _points_at(_LEDGER, "target_id", "target"),
        _points_at(_LEDGER, "visit_id", "visit"),
        _points_at(_LEDGER, "lead_id", "lead"),
        _points_at(_LEDGER, "actor_id", "person"),
        _points_at(_LEDGER, "unit_id", "unit"),
        _points_at(_LEDGER, "team_id", "unit"),
        _points_at(_LEDGER, "owner_id", "person"),
        _points_at(_LEDGER, "voids", _LEDGER),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_target_entry_target", _LEDGER, ["target_id", "effective_on", "id"])
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
    for table in (_LEDGER, "target_node", "target"):
        op.drop_table(table)
