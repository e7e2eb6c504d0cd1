"""campaign_target, campaign_introducer, campaign_mark, route_stop: the companies of campaigns"""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KEYS = {
    "campaign_target": {
        **{"campaign_id": "campaign", "target_id": "target", "enterprise_id": "enterprise"},
        **{"owner_id": "person", "author_id": "person"},
    },
    "campaign_introducer": {"row_id": "campaign_target", "person_id": "person"},
    "campaign_mark": {"row_id": "campaign_target", "author_id": "person"},
    "route_stop": {"campaign_id": "campaign", "row_id": "campaign_target"},
}
_INDEXED = {
    "campaign_target": ("target_id", "enterprise_id", "owner_id"),
    "campaign_introducer": ("row_id", "person_id"),
}


def upgrade() -> None:
    op.create_table(
        "campaign_target",
        *(sa.Column(column, _ID, nullable=False) for column in _KEYS["campaign_target"]),
        sa.Column("added_on", sa.Date(), nullable=False),
        *(
            sa.Column(column, sa.Text(), nullable=False)
            for column in ("why", "known", "offer", "never_offer", "next_action")
        ),
        sa.Column(
            "result",
            _codes("campaignresult", "signed", "in_talks", "interested", "declined", "unreached"),
            nullable=True,
        ),
        sa.Column("result_note", sa.String(length=200), nullable=False),
        sa.Column("result_on", sa.Date(), nullable=True),
        *_record("campaign_target"),
        sa.UniqueConstraint("campaign_id", "enterprise_id", name=op.f("uq_campaign_target_company")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "campaign_introducer",
        sa.Column("row_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("id", _ID, nullable=False),
        *_points("campaign_introducer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_introducer")),
    )
    op.create_table(
        "campaign_mark",
        sa.Column("row_id", _ID, nullable=False),
        sa.Column("kind", _codes("markkind", "contacted", "invited"), nullable=False),
        sa.Column("marked_on", sa.Date(), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("author_id", _ID, nullable=False),
        sa.Column("void_on", sa.Date(), nullable=True),
        *_record("campaign_mark"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "route_stop",
        sa.Column("campaign_id", _ID, nullable=False),
        sa.Column("row_id", _ID, nullable=False),
        sa.Column("stop_on", sa.Date(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=120), nullable=False),
        *_record("route_stop"),
        sa.UniqueConstraint("row_id", "stop_on", name=op.f("uq_route_stop_day")),
        sqlite_autoincrement=True,
    )
    for table, columns in _INDEXED.items():
        for column in columns:
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    op.create_index("ix_campaign_target_campaign", "campaign_target", ["campaign_id", "id"])
    op.create_index("ix_campaign_mark_row", "campaign_mark", ["row_id", "marked_on"])
    op.create_index("ix_route_stop_campaign", "route_stop", ["campaign_id", "stop_on", "position"])


def downgrade() -> None:
    for table in ("route_stop", "campaign_mark", "campaign_introducer", "campaign_target"):
        op.drop_table(table)


def _codes(name: str, *codes: str) -> sa.Enum:
    return sa.Enum(*codes, name=name, native_enum=False, create_constraint=True, length=30)


def _points(table: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, other in _KEYS[table].items()
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
