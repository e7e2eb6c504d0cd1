"""duty_entry, duty_check: what the days of a resident team were, and who looked"""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    kind = sa.Enum(
        *("on_duty", "travel", "leave", "rest"),
        name="dutykind",
        native_enum=False,
        create_constraint=True,
        length=30,
    )
    op.create_table(
        "duty_entry",
        sa.Column("team_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", kind, nullable=False),
        sa.Column("city_code", sa.String(length=6), nullable=True),
        sa.Column("note", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.String(length=120), nullable=False),
        sa.Column("author_id", _ID, nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["unit.id"], name=op.f("fk_duty_entry_team_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_duty_entry_person_id")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_duty_entry_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_entry")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_duty_entry_team", "duty_entry", ["team_id", "day"])
    op.create_index("ix_duty_entry_person", "duty_entry", ["person_id", "day", "id"])
    op.create_table(
        "duty_check",
        sa.Column("team_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.String(length=5), nullable=False),
        sa.Column("found_present", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("author_id", _ID, nullable=True),
        sa.Column("id", _ID, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["unit.id"], name=op.f("fk_duty_check_team_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_duty_check_person_id")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_duty_check_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_check")),
        sa.UniqueConstraint("public_id", name=op.f("uq_duty_check_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_duty_check_team", "duty_check", ["team_id", "day"])
    op.create_index("ix_duty_check_person", "duty_check", ["person_id", "day"])


def downgrade() -> None:
    op.drop_table("duty_check")
    op.drop_table("duty_entry")
