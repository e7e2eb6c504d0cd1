"""visits: that somebody else than the author confirms one"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "visit_confirmation",
        sa.Column("visit_id", _BIG, nullable=False),
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", _BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_visit_confirmation_person_id")
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_visit_confirmation_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_confirmation")),
        sa.UniqueConstraint("visit_id", name=op.f("uq_visit_confirmation_visit_id")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("visit_confirmation")
