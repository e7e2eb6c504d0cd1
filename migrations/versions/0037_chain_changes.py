"""chain_change: what the links of a chain were before somebody changed them as a whole, for undoing it"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KEYS = {"chain_id": "chain.id", "made_id": "chain_node.id", "author_id": "person.id"}


def upgrade() -> None:
    op.create_table(
        "chain_change",
        sa.Column("chain_id", _ID, nullable=False),
        sa.Column("told", sa.String(length=200), nullable=False),
        sa.Column("nodes_before", sa.JSON(), nullable=False),
        sa.Column("supplies_before", sa.JSON(), nullable=False),
        sa.Column("supplies_after", sa.JSON(), nullable=False),
        sa.Column("versions_after", sa.JSON(), nullable=False),
        sa.Column("made_id", _ID, nullable=True),
        sa.Column("author_id", _ID, nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", _ID, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_chain_change_{column}"))
            for column, target in _KEYS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chain_change")),
        sa.UniqueConstraint("public_id", name=op.f("uq_chain_change_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_chain_change_chain_id"), "chain_change", ["chain_id"])


def downgrade() -> None:
    op.drop_table("chain_change")
