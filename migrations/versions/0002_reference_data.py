"""Industries (GB/T 4754-2017) and divisions (2023) from the packaged files

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

from app.register.reference.services import division_rows, industry_rows

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_SHARED = ("edition", "code", "name", "depth", "parent_code", "pinyin", "initials")


def _table(name: str, *more: str) -> sa.TableClause:
    return sa.table(name, *(sa.column(column) for column in (*_SHARED, *more)))


def upgrade() -> None:
    op.bulk_insert(_table("industry"), industry_rows())
    divisions = _table("division", "full_name", "kind")
    known = [row | {"kind": row["kind"].value} for row in division_rows() if row["edition"] == "2023"]
    op.bulk_insert(divisions, [{column.name: row[column.name] for column in divisions.c} for row in known])


def downgrade() -> None:
    op.execute(sa.delete(_table("industry")).where(sa.column("edition") == "2017"))
    op.execute(sa.delete(_table("division")).where(sa.column("edition") == "2023"))
