"""team_report, team_report_row, team_report_entry, report_columns: what resident teams report"""

from datetime import UTC, date, datetime

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Long before any report, so that every day has columns; a county sets them anew.
_VALID_FROM = date(2000, 1, 1)
_COLUMNS = (
    ("project", "项目名称"),
    ("investor", "投资方"),
    ("fixed", "固定资产投资"),
    ("profile", "投资方简介"),
    ("content", "项目内容"),
    ("land", "需用土地"),
    ("contact", "企业联系人"),
    ("phone", "联系方式"),
    ("zone", "片区"),
    ("progress", "进度备注"),
    ("industry", "产业类型"),
    ("verdict", "研判结果"),
)


def _kept() -> list[sa.Column]:
    return [
        sa.Column("id", _ID, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    ]


def _keys(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))
        for column, target in columns.items()
    ]


def _enum(name: str, *codes: str) -> sa.Enum:
    return sa.Enum(*codes, name=name, native_enum=False, create_constraint=True, length=30)


def upgrade() -> None:
    columns = op.create_table(
        "report_columns",
        sa.Column("listed", sa.JSON(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("entered_by", sa.String(length=60), nullable=False),
        *_kept(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_columns")),
        sa.UniqueConstraint("public_id", name=op.f("uq_report_columns_public_id")),
        sa.UniqueConstraint("valid_from", name=op.f("uq_report_columns_valid_from")),
        sqlite_autoincrement=True,
    )
    now = datetime.now(UTC)
    op.bulk_insert(
        columns,
        [
            {
                "listed": [list(each) for each in _COLUMNS],
                "valid_from": _VALID_FROM,
                "note": "系统初始的列",
                "entered_by": "",
                "public_id": "000000rcolumns01",
                "version": 1,
                "created_at": now,
                "updated_at": now,
            }
        ],
    )
    op.create_table(
        "team_report",
        sa.Column("kind", _enum("reportkind", "week", "month", "quarter"), nullable=False),
        sa.Column("team_id", _ID, nullable=False),
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state", _enum("reportstate", "draft", "submitted", "returned", "accepted"), nullable=False
        ),
        sa.Column("author_id", _ID, nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("is_silent", sa.Boolean(), nullable=False),
        sa.Column("silent_reason", sa.String(length=300), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_by_id", _ID, nullable=True),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("columns_id", _ID, nullable=True),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("drawn", sa.JSON(), nullable=False),
        sa.Column("late", sa.JSON(), nullable=False),
        *_kept(),
        *_keys(
            "team_report",
            team_id="unit.id",
            unit_id="unit.id",
            author_id="person.id",
            sent_by_id="person.id",
            columns_id="report_columns.id",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_report")),
        sa.UniqueConstraint("public_id", name=op.f("uq_team_report_public_id")),
        sa.UniqueConstraint("team_id", "kind", "first_day", name="uq_team_report_period"),
        sqlite_autoincrement=True,
    )
    for column in ("team_id", "unit_id", "author_id"):
        op.create_index(op.f(f"ix_team_report_{column}"), "team_report", [column])
    op.create_index("ix_team_report_first", "team_report", ["kind", "first_day", "id"])
    op.create_index("ix_team_report_state", "team_report", ["state", "first_day"])
    op.create_table(
        "team_report_row",
        sa.Column("report_id", _ID, nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", _ID, nullable=False),
        sa.Column("lead_id", _ID, nullable=True),
        sa.Column("contact_id", _ID, nullable=True),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("left_out", sa.Boolean(), nullable=False),
        sa.Column("is_added", sa.Boolean(), nullable=False),
        *_kept(),
        *_keys(
            "team_report_row",
            report_id="team_report.id",
            enterprise_id="enterprise.id",
            lead_id="lead.id",
            contact_id="contact.id",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_report_row")),
        sa.UniqueConstraint("public_id", name=op.f("uq_team_report_row_public_id")),
        sa.UniqueConstraint("report_id", "key", name="uq_team_report_row"),
        sqlite_autoincrement=True,
    )
    for column in ("enterprise_id", "lead_id"):
        op.create_index(op.f(f"ix_team_report_row_{column}"), "team_report_row", [column])
    op.create_table(
        "team_report_entry",
        sa.Column("report_id", _ID, nullable=False),
        sa.Column("act", _enum("reportact", "sent", "returned", "accepted"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("id", _ID, nullable=False),
        *_keys("team_report_entry", report_id="team_report.id", person_id="person.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_report_entry")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_team_report_entry_report_id"), "team_report_entry", ["report_id"])


def downgrade() -> None:
    for table in ("team_report_entry", "team_report_row", "team_report", "report_columns"):
        op.drop_table(table)
