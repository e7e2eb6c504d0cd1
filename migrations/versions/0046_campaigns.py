"""campaign, campaign_part: directed campaigns and who takes part; three more methods of finding investors"""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_METHODS = (
    *("resident", "directed", "referral", "chain", "fund", "agency", "kinship", "event", "leader"),
    *("online", "other"),
)
_MORE = ("scenario", "enclave", "platform")
_KEPT = {"table_kwargs": {"sqlite_autoincrement": True}}
_BY_METHOD = (("lead", "source"), ("lead_span", "source"), ("lead_reach", "source"), ("target", "method"))
_KEYS = {
    **{"chain_id": "chain", "owner_id": "person", "author_id": "person", "unit_id": "unit"},
    "team_id": "unit",
}
_PART_KEYS = {"campaign_id": "campaign", "unit_id": "unit", "team_id": "unit", "person_id": "person"}


def upgrade() -> None:
    for table, column in _BY_METHOD:
        _allow(table, column, (*_METHODS, *_MORE))
    op.create_table(
        "campaign",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column(
            "method",
            sa.Enum(
                *(*_METHODS, *_MORE),
                name="leadsource",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("chain_id", _ID, nullable=True),
        sa.Column("theme", sa.String(length=60), nullable=False),
        sa.Column("region_codes", sa.String(length=200), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        *(
            sa.Column(f"goal_{goal}", sa.Integer(), nullable=True)
            for goal in ("visits", "leads", "talks", "signed")
        ),
        sa.Column("goal_amount", _ID, nullable=True),
        sa.Column("fund_name", sa.String(length=120), nullable=False),
        sa.Column("fund_manager", sa.String(length=120), nullable=False),
        sa.Column("scenario", sa.String(length=200), nullable=False),
        sa.Column("scenario_unit", sa.String(length=120), nullable=False),
        sa.Column("agency", sa.String(length=120), nullable=False),
        sa.Column("agency_until", sa.Date(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("owner_id", _ID, nullable=False),
        sa.Column("author_id", _ID, nullable=False),
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("team_id", _ID, nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", _ID, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archive_reason", sa.String(length=200), nullable=True),
        *_point_at("campaign", _KEYS),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("public_id", name=op.f("uq_campaign_public_id")),
        sqlite_autoincrement=True,
    )
    for column in _KEYS:
        op.create_index(op.f(f"ix_campaign_{column}"), "campaign", [column])
    op.create_index("ix_campaign_archived_first", "campaign", ["archived_at", "first_on", "id"])
    op.create_table(
        "campaign_part",
        sa.Column("campaign_id", _ID, nullable=False),
        sa.Column("unit_id", _ID, nullable=True),
        sa.Column("team_id", _ID, nullable=True),
        sa.Column("person_id", _ID, nullable=True),
        sa.Column("id", _ID, nullable=False),
        *_point_at("campaign_part", _PART_KEYS),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_part")),
    )
    for column in _PART_KEYS:
        op.create_index(op.f(f"ix_campaign_part_{column}"), "campaign_part", [column])


def downgrade() -> None:
    op.drop_table("campaign_part")
    op.drop_table("campaign")
    for table, column in _BY_METHOD:
        more = ", ".join(f"'{code}'" for code in _MORE)
        op.execute(f"UPDATE {table} SET {column} = 'other' WHERE {column} IN ({more})")
        _allow(table, column, _METHODS)


def _point_at(table: str, keys: dict[str, str]) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, other in keys.items()
    ]


def _allow(table: str, column: str, codes: tuple[str, ...]) -> None:
    name, allowed = f"ck_{table}_leadsource", ", ".join(f"'{code}'" for code in codes)
    with op.batch_alter_table(table, **_KEPT) as batch:
        batch.drop_constraint(op.f(name), type_="check")
        batch.create_check_constraint(op.f(name), f"{column} IN ({allowed})")
