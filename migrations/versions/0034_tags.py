"""tag, tagging: the county's own words for records, and what they are put on"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_COLOR = sa.Enum(
    *("blue", "teal", "violet", "brown", "grey", "rose"),
    name="tagcolor",
    native_enum=False,
    create_constraint=True,
    length=30,
)


def upgrade() -> None:
    op.create_table(
        "tag",
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("name", sa.String(length=12), nullable=False),
        sa.Column("color", _COLOR, nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", _BIG, nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archive_reason", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
        sa.UniqueConstraint("kind", "name", name="uq_tag_kind_name"),
        sa.UniqueConstraint("public_id", name=op.f("uq_tag_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "tagging",
        sa.Column("tag_id", _BIG, nullable=False),
        sa.Column("subject_kind", sa.String(length=30), nullable=False),
        sa.Column("subject_id", sa.String(length=16), nullable=False),
        sa.Column("author_id", _BIG, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", _BIG, nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_tagging_author_id")),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name=op.f("fk_tagging_tag_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tagging")),
        sa.UniqueConstraint("tag_id", "subject_id", name="uq_tagging"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_tagging_subject", "tagging", ["subject_kind", "subject_id"])


def downgrade() -> None:
    op.drop_table("tagging")
    op.drop_table("tag")
