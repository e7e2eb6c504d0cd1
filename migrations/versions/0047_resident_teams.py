"""team_profile, team_region, team_association: what a resident team is beside its unit"""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _record() -> list[sa.Column]:
    return [
        sa.Column("id", _ID, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        "team_profile",
        sa.Column("team_id", _ID, nullable=False),
        sa.Column("city_code", sa.String(length=6), nullable=True),
        sa.Column("tasks", sa.Text(), nullable=False),
        sa.Column("equipment", sa.Text(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        *_record(),
        sa.ForeignKeyConstraint(["team_id"], ["unit.id"], name=op.f("fk_team_profile_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_profile")),
        sa.UniqueConstraint("public_id", name=op.f("uq_team_profile_public_id")),
        sa.UniqueConstraint("team_id", name=op.f("uq_team_profile_team_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "team_region",
        sa.Column("profile_id", _ID, nullable=False),
        sa.Column("region_code", sa.String(length=6), nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.ForeignKeyConstraint(["profile_id"], ["team_profile.id"], name=op.f("fk_team_region_profile_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_region")),
        sa.UniqueConstraint("profile_id", "region_code", name="uq_team_region"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_team_region_region_code"), "team_region", ["region_code"])
    kind = sa.Enum(
        *("chamber", "alumni", "townsmen", "industry", "other"),
        name="associationkind",
        native_enum=False,
        create_constraint=True,
        length=30,
    )
    op.create_table(
        "team_association",
        sa.Column("team_id", _ID, nullable=False),
        sa.Column("enterprise_id", _ID, nullable=False),
        sa.Column("kind", kind, nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        *_record(),
        sa.ForeignKeyConstraint(["team_id"], ["unit.id"], name=op.f("fk_team_association_team_id")),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_team_association_enterprise_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_association")),
        sa.UniqueConstraint("public_id", name=op.f("uq_team_association_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_team_association_team", "team_association", ["team_id", "since"])
    op.create_index(op.f("ix_team_association_enterprise_id"), "team_association", ["enterprise_id"])


def downgrade() -> None:
    op.drop_table("team_association")
    op.drop_table("team_region")
    op.drop_table("team_profile")
