"""contacts: who wrote last what stands there, and may therefore change it

Of those that are there already nobody is known: they follow who works with the company.
"""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

# In plain SQL, for Alembic would copy the table to add a column with a foreign key on SQLite.
KEY = {"sqlite": "INTEGER", "postgresql": "BIGINT"}


def upgrade() -> None:
    op.execute(
        f"ALTER TABLE contact ADD COLUMN written_by_id {KEY[op.get_bind().dialect.name]} "
        "CONSTRAINT fk_contact_written_by_id REFERENCES person (id)"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE contact DROP COLUMN written_by_id")
