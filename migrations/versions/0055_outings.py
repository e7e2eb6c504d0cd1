"""outing, outing_member, outing_stop: leaders who go out with a delegation, or receive one, and their schedule"""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KEYS = {
    "outing": {
        **{"leader_id": "person", "owner_id": "person", "author_id": "person"},
        **{"unit_id": "unit", "team_id": "unit"},
    },
    "outing_member": {"outing_id": "outing", "person_id": "person"},
    "outing_stop": {"outing_id": "outing", "enterprise_id": "enterprise"},
}
_INDEXED = {
    "outing": ("leader_id", "owner_id", "author_id", "unit_id", "team_id"),
    "outing_member": ("person_id",),
    "outing_stop": ("enterprise_id",),
}


def upgrade() -> None:
    op.create_table(
        "outing",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column(
            "direction",
            sa.Enum("out", "in", name="outingdirection", native_enum=False, create_constraint=True, length=30),
            nullable=False,
        ),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("leader_id", _ID, nullable=False),
        sa.Column("leader_post", sa.String(length=60), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("letter", sa.String(length=60), nullable=False),
        sa.Column("heads", sa.Integer(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.Column("owner_id", _ID, nullable=False),
        sa.Column("author_id", _ID, nullable=False),
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("team_id", _ID, nullable=True),
        *_record("outing"),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archive_reason", sa.String(length=200), nullable=True),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "outing_member",
        sa.Column("outing_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("id", _ID, nullable=False),
        *_points("outing_member"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outing_member")),
        sa.UniqueConstraint("outing_id", "person_id", name=op.f("uq_outing_member")),
    )
    op.create_table(
        "outing_stop",
        sa.Column("outing_id", _ID, nullable=False),
        sa.Column("enterprise_id", _ID, nullable=True),
        sa.Column("stop_on", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.String(length=5), nullable=False),
        sa.Column("what", sa.String(length=200), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("receiver", sa.String(length=120), nullable=False),
        sa.Column("ask", sa.Text(), nullable=False),
        sa.Column("missed", sa.String(length=200), nullable=False),
        *_record("outing_stop"),
        sqlite_autoincrement=True,
    )
    for table, columns in _INDEXED.items():
        for column in columns:
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    op.create_index("ix_outing_archived_first", "outing", ["archived_at", "first_on", "id"])
    op.create_index("ix_outing_stop_day", "outing_stop", ["outing_id", "stop_on", "starts_at"])


def downgrade() -> None:
    for table in reversed(_KEYS):
        op.drop_table(table)


def _points(table: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, target in _KEYS[table].items()
    ]


def _record(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", _ID, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        *_points(table),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{table}_public_id")),
    ]
