"""what a county sets for itself, such as how long a session may lie idle; what a session was begun on

Sessions under way are told by the name of their browser, as new ones without a better sign are.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_DEVICE = sa.Enum("desk", "phone", name="device", native_enum=False, create_constraint=True, length=30)


def upgrade() -> None:
    op.create_table(
        "county_setting",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("numbers", sa.Text(), nullable=False),
        sa.Column("id", _BIG, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_county_setting")),
        sa.UniqueConstraint("name", name=op.f("uq_county_setting_name")),
        sa.UniqueConstraint("public_id", name=op.f("uq_county_setting_public_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("user_session", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.add_column(sa.Column("device", _DEVICE, nullable=False, server_default="desk"))
    op.execute("UPDATE user_session SET device = 'phone' WHERE agent LIKE '%Mobi%'")
    with op.batch_alter_table("user_session", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.alter_column("device", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("user_session", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.drop_constraint(op.f("ck_user_session_device"), type_="check")
        batch_op.drop_column("device")
    op.drop_table("county_setting")
