"""divisions know from and to which day they exist, and what an ended one became part of; brought to 2026

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

from app.register.reference.services import division_rows

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_IN_TIME = ("valid_from", "valid_to", "successor_code")
_COLUMNS = ("edition", "code", "name", "full_name", "depth", "kind", "parent_code", "pinyin", "initials")


def _table() -> sa.TableClause:
    days = (sa.column(name, sa.Date) for name in _IN_TIME[:2])
    return sa.table("division", *(sa.column(name) for name in (*_COLUMNS, _IN_TIME[2])), *days)


def upgrade() -> None:
    with op.batch_alter_table("division") as batch_op:
        batch_op.add_column(sa.Column("valid_from", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("valid_to", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("successor_code", sa.String(length=6), nullable=True))
    division = _table()
    rows = [row | {"kind": row["kind"].value} for row in division_rows()]
    for row in rows:
        if row["edition"] == "2023" and row["valid_to"]:
            ended = {name: row[name] for name in _IN_TIME}
            op.execute(sa.update(division).where(division.c.code == row["code"]).values(**ended))
    op.bulk_insert(division, [row for row in rows if row["edition"] != "2023"])


def downgrade() -> None:
    division = _table()
    op.execute(sa.delete(division).where(division.c.edition != "2023"))
    with op.batch_alter_table("division") as batch_op:
        for name in _IN_TIME:
            batch_op.drop_column(name)
