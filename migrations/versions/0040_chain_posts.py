"""chain_post: who is charged with a chain, from when to when"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    post = sa.Enum(
        "leader",
        "deputy",
        "task_force",
        name="postkind",
        native_enum=False,
        create_constraint=True,
        length=30,
    )
    op.create_table(
        "chain_post",
        sa.Column("chain_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("post", post, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("id", _ID, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chain_post")),
        sa.UniqueConstraint("public_id", name=op.f("uq_chain_post_public_id")),
        sa.ForeignKeyConstraint(["chain_id"], ["chain.id"], name=op.f("fk_chain_post_chain_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_chain_post_person_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_chain_post_chain", "chain_post", ["chain_id", "starts_on"])
    op.create_index("ix_chain_post_person", "chain_post", ["person_id", "starts_on"])


def downgrade() -> None:
    op.drop_table("chain_post")
