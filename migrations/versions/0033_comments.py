"""comment, comment_mention: what people say on a record of any kind, and who is to see it"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "comment",
        sa.Column("subject_kind", sa.String(length=30), nullable=False),
        sa.Column("subject_id", sa.String(length=16), nullable=False),
        sa.Column("enterprise_id", _BIG, nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("author_id", _BIG, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", _BIG, nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_comment_author_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_comment_enterprise_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
        sa.UniqueConstraint("public_id", name=op.f("uq_comment_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_comment_subject", "comment", ["subject_kind", "subject_id", "id"])
    op.create_index(op.f("ix_comment_enterprise_id"), "comment", ["enterprise_id"])
    op.create_table(
        "comment_mention",
        sa.Column("comment_id", _BIG, nullable=False),
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", _BIG, nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_comment_mention_comment_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_comment_mention_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_mention")),
        sa.UniqueConstraint("comment_id", "person_id", name="uq_comment_mention"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_comment_mention_waiting", "comment_mention", ["person_id", "looked_at"])


def downgrade() -> None:
    op.drop_table("comment_mention")
    op.drop_table("comment")
