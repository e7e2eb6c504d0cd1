"""assess_*: schemes with versions and items, numbers by hand, what closed months keep, objections"""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _enum(*codes: str, name: str) -> sa.Enum:
    return sa.Enum(*codes, name=name, native_enum=False, create_constraint=True, length=30)


def _kept() -> list[sa.Column]:
    return [
        sa.Column("id", _ID, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        "assess_scheme",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("kind", _enum("month", "quarter", "year", name="spankind"), nullable=False),
        sa.Column("by", _enum("team", "person", "unit", name="by"), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        *_kept(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assess_scheme")),
        sa.UniqueConstraint("name", name=op.f("uq_assess_scheme_name")),
        sa.UniqueConstraint("public_id", name=op.f("uq_assess_scheme_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "assess_version",
        sa.Column("scheme_id", _ID, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("entered_by", sa.String(length=60), nullable=False),
        *_kept(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assess_version")),
        sa.UniqueConstraint("scheme_id", "valid_from", name=op.f("uq_assess_version_from")),
        sa.UniqueConstraint("public_id", name=op.f("uq_assess_version_public_id")),
        sa.ForeignKeyConstraint(["scheme_id"], ["assess_scheme.id"], name=op.f("fk_assess_version_scheme_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_assess_version_scheme_id"), "assess_version", ["scheme_id"])
    op.create_table(
        "assess_item",
        sa.Column("version_id", _ID, nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("part", _enum("activity", "outcome", name="itempart"), nullable=False),
        sa.Column("measure", sa.String(length=40), nullable=False),
        sa.Column("counting", _enum("count", "amount", name="counting"), nullable=False),
        sa.Column("rule", _enum("to_max", "to_goal", "power", "steps", "each", "deduct", "veto", name="rulekind"), nullable=False),
        sa.Column("weight", _ID, nullable=False),
        sa.Column("goal", _ID, nullable=False),
        sa.Column("each", _ID, nullable=False),
        sa.Column("steps", sa.String(length=120), nullable=False),
        sa.Column("most", _ID, nullable=True),
        sa.Column("least", _ID, nullable=True),
        sa.Column("digits", sa.Integer(), nullable=False),
        *_kept(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assess_item")),
        sa.UniqueConstraint("version_id", "code", name=op.f("uq_assess_item_code")),
        sa.UniqueConstraint("public_id", name=op.f("uq_assess_item_public_id")),
        sa.ForeignKeyConstraint(["version_id"], ["assess_version.id"], name=op.f("fk_assess_item_version_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "assess_entry",
        sa.Column("scheme_id", _ID, nullable=False),
        sa.Column("item_code", sa.String(length=16), nullable=False),
        sa.Column("group_id", _ID, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("quantity", _ID, nullable=False),
        sa.Column("why", sa.String(length=300), nullable=False),
        sa.Column("author_id", _ID, nullable=False),
        sa.Column("state", _enum("waiting", "confirmed", "refused", name="entrystate"), nullable=False),
        sa.Column("decided_by_id", _ID, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        *_kept(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assess_entry")),
        sa.UniqueConstraint("public_id", name=op.f("uq_assess_entry_public_id")),
        sa.ForeignKeyConstraint(["scheme_id"], ["assess_scheme.id"], name=op.f("fk_assess_entry_scheme_id")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_assess_entry_author_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_assess_entry_decided_by_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_assess_entry_scheme"), "assess_entry", ["scheme_id", "first_day", "state"])
    op.create_table(
        "assess_closing",
        sa.Column("scheme_id", _ID, nullable=False),
        sa.Column("version_id", _ID, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("closed_by_id", _ID, nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        *_kept(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assess_closing")),
        sa.UniqueConstraint("public_id", name=op.f("uq_assess_closing_public_id")),
        sa.UniqueConstraint("scheme_id", "first_day", "revision", name=op.f("uq_assess_closing_span")),
        sa.ForeignKeyConstraint(["scheme_id"], ["assess_scheme.id"], name=op.f("fk_assess_closing_scheme_id")),
        sa.ForeignKeyConstraint(["version_id"], ["assess_version.id"], name=op.f("fk_assess_closing_version_id")),
        sa.ForeignKeyConstraint(["closed_by_id"], ["person.id"], name=op.f("fk_assess_closing_closed_by_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "assess_input",
        sa.Column("scheme_id", _ID, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("group_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("key", _ID, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("credit", _ID, nullable=False),
        sa.Column("amount", _ID, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assess_input")),
        sa.UniqueConstraint("scheme_id", "source", "group_id", "kind", "key", name=op.f("uq_assess_input_row")),
        sa.ForeignKeyConstraint(["scheme_id"], ["assess_scheme.id"], name=op.f("fk_assess_input_scheme_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_assess_input_span"), "assess_input", ["scheme_id", "first_day", "source", "group_id"])
    op.create_table(
        "assess_score",
        sa.Column("closing_id", _ID, nullable=False),
        sa.Column("group_id", _ID, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("total", _ID, nullable=False),
        sa.Column("levelled", _ID, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assess_score")),
        sa.UniqueConstraint("closing_id", "group_id", name=op.f("uq_assess_score_group")),
        sa.ForeignKeyConstraint(["closing_id"], ["assess_closing.id"], name=op.f("fk_assess_score_closing_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "assess_point",
        sa.Column("closing_id", _ID, nullable=False),
        sa.Column("group_id", _ID, nullable=False),
        sa.Column("item_code", sa.String(length=16), nullable=False),
        sa.Column("quantity", _ID, nullable=False),
        sa.Column("points", _ID, nullable=False),
        sa.Column("id", _ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assess_point")),
        sa.UniqueConstraint("closing_id", "group_id", "item_code", name=op.f("uq_assess_point_item")),
        sa.ForeignKeyConstraint(["closing_id"], ["assess_closing.id"], name=op.f("fk_assess_point_closing_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "assess_appeal",
        sa.Column("scheme_id", _ID, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("group_id", _ID, nullable=False),
        sa.Column("item_code", sa.String(length=16), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("author_id", _ID, nullable=False),
        sa.Column("state", _enum("open", "upheld", "dismissed", name="objectionstate"), nullable=False),
        sa.Column("reply", sa.String(length=500), nullable=False),
        sa.Column("quantity", _ID, nullable=True),
        sa.Column("ruled_by_id", _ID, nullable=True),
        sa.Column("ruled_at", sa.DateTime(timezone=True), nullable=True),
        *_kept(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assess_appeal")),
        sa.UniqueConstraint("public_id", name=op.f("uq_assess_appeal_public_id")),
        sa.ForeignKeyConstraint(["scheme_id"], ["assess_scheme.id"], name=op.f("fk_assess_appeal_scheme_id")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_assess_appeal_author_id")),
        sa.ForeignKeyConstraint(["ruled_by_id"], ["person.id"], name=op.f("fk_assess_appeal_ruled_by_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_assess_appeal_span"), "assess_appeal", ["scheme_id", "first_day", "group_id"])


def downgrade() -> None:
    for table in (
        "assess_appeal",
        "assess_point",
        "assess_score",
        "assess_input",
        "assess_closing",
        "assess_entry",
        "assess_item",
        "assess_version",
        "assess_scheme",
    ):
        op.drop_table(table)
