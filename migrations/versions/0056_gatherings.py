"""gathering, gathering_guest, gathering_signing, gathering_try: events, their guests, what was signed there"""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KEYS = {
    "gathering": {"owner_id": "person", "author_id": "person", "unit_id": "unit", "team_id": "unit"},
    "gathering_guest": {"gathering_id": "gathering", "enterprise_id": "enterprise", "inviter_id": "person"},
    "gathering_signing": {"gathering_id": "gathering", "lead_id": "lead"},
    "gathering_try": {"gathering_id": "gathering"},
}
_INDEXED = {
    "gathering": ("owner_id", "author_id", "unit_id", "team_id"),
    "gathering_guest": ("enterprise_id", "inviter_id"),
    "gathering_signing": ("gathering_id", "lead_id"),
}


def upgrade() -> None:
    op.create_table(
        "gathering",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column(
            "kind",
            _codes("gatheringkind", "promotion", "fair", "week", "signing", "forum"),
            nullable=False,
        ),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("agenda", sa.Text(), nullable=False),
        sa.Column("goal_guests", sa.Integer(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("owner_id", _ID, nullable=False),
        sa.Column("author_id", _ID, nullable=False),
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("team_id", _ID, nullable=True),
        *_record("gathering"),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archive_reason", sa.String(length=200), nullable=True),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "gathering_guest",
        sa.Column("gathering_id", _ID, nullable=False),
        sa.Column("enterprise_id", _ID, nullable=True),
        sa.Column("company", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("post", sa.String(length=60), nullable=False),
        sa.Column("phone", sa.String(length=30), nullable=False),
        sa.Column("source", _codes("guestsource", "invited", "walk_in"), nullable=False),
        sa.Column("reply", _codes("guestreply", "none", "comes", "sends", "declines"), nullable=False),
        sa.Column("reply_note", sa.String(length=120), nullable=False),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("inviter_id", _ID, nullable=True),
        *_record("gathering_guest"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "gathering_signing",
        sa.Column("gathering_id", _ID, nullable=False),
        sa.Column("kind", _codes("signingkind", "contract", "intent"), nullable=False),
        sa.Column("company", sa.String(length=120), nullable=False),
        sa.Column("project", sa.String(length=120), nullable=False),
        sa.Column("amount", _ID, nullable=True),
        sa.Column("lead_id", _ID, nullable=True),
        *_record("gathering_signing"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "gathering_try",
        sa.Column("gathering_id", _ID, nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", _ID, nullable=False),
        *_points("gathering_try"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gathering_try")),
    )
    for table, columns in _INDEXED.items():
        for column in columns:
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    op.create_index("ix_gathering_archived_first", "gathering", ["archived_at", "first_on", "id"])
    op.create_index("ix_gathering_guest_phone", "gathering_guest", ["gathering_id", "phone"])
    op.create_index("ix_gathering_try_when", "gathering_try", ["gathering_id", "address", "at"])


def downgrade() -> None:
    for table in reversed(_KEYS):
        op.drop_table(table)


def _codes(name: str, *codes: str) -> sa.Enum:
    return sa.Enum(*codes, name=name, native_enum=False, create_constraint=True, length=30)


def _points(table: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, target in _KEYS[table].items()
    ]


def _record(table: str) -> list[sa.Column | sa.Constraint]:
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
