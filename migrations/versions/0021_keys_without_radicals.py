"""the keys of names that hold a radical hold the character instead

Names copied from a PDF, with ⻓ where 长 is meant, were stored before radicals of the supplement were folded:
until their next save no duplicate of them was found. The names themselves stay as they were written.
"""

import re

import sqlalchemy as sa
from alembic import op

from app.register.enterprises.rules import core_key, name_key

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_RADICAL = re.compile("[\u2e80-\u2ef3]")
_COMPANIES = sa.table("enterprise", *map(sa.column, ("id", "name", "name_key", "core_key")))
_NAMES = sa.table("enterprise_name", *map(sa.column, ("id", "name", "name_key")))


def upgrade() -> None:
    for table, keys_of in (
        (_COMPANIES, lambda name: {"name_key": name_key(name), "core_key": core_key(name)}),
        (_NAMES, lambda name: {"name_key": name_key(name)}),
    ):
        connection = op.get_bind()
        rows = connection.execute(sa.select(table.c.id, table.c.name)).all()
        for row in rows:
            if _RADICAL.search(row.name):
                changed = sa.update(table).where(table.c.id == row.id).values(keys_of(row.name))
                connection.execute(changed)


def downgrade() -> None:
    pass  # a key with the character was right before, too
