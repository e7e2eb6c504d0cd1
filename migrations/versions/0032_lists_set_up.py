"""how somebody has set up a list for themselves: the views they keep of it, its columns"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "list_view",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", NUMBER, nullable=False),
        sa.Column("owner_name", sa.String(length=60), nullable=False),
        sa.Column("list", sa.String(length=30), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("query", sa.String(length=2000), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_list_view_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_view")),
        sa.UniqueConstraint("public_id", name=op.f("uq_list_view_public_id")),
        sa.UniqueConstraint("user_id", "list", "name", name="uq_list_view"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_list_view_list", "list_view", ["list", "is_shared"])
    op.create_table(
        "list_setup",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("user_id", NUMBER, nullable=False),
        sa.Column("list", sa.String(length=30), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=True),
        sa.Column("is_compact", sa.Boolean(), nullable=False),
        sa.Column("view_id", NUMBER, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_list_setup_user_id")),
        sa.ForeignKeyConstraint(["view_id"], ["list_view.id"], name=op.f("fk_list_setup_view_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_setup")),
        sa.UniqueConstraint("user_id", "list", name="uq_list_setup"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("list_setup")
    op.drop_table("list_view")
