"""the unit and the resident team of who registered a company, as they were that day

Until now both were looked up: the unit of today, so that a move took the numbers of a company's people
along. What stood that day is not known of units; the author's of today is the nearest there is.
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# In plain SQL, for Alembic would copy the table of companies to add a column with a foreign key on SQLite.
COLUMNS = ("unit_id", "team_id")
KEY = {"sqlite": "INTEGER", "postgresql": "BIGINT"}
# Registration is an instant in UTC, a term in a team has days of Beijing.
DAY = {
    "sqlite": "date(enterprise.created_at, '+8 hours')",
    "postgresql": "CAST(enterprise.created_at AT TIME ZONE 'Asia/Shanghai' AS DATE)",
}


def upgrade() -> None:
    engine = op.get_bind().dialect.name
    for column in COLUMNS:
        op.execute(
            f"ALTER TABLE enterprise ADD COLUMN {column} {KEY[engine]} "
            f"CONSTRAINT fk_enterprise_{column} REFERENCES unit (id)"
        )
    op.execute(
        "UPDATE enterprise SET "
        "unit_id = (SELECT person.unit_id FROM person WHERE person.id = enterprise.author_id), "
        "team_id = (SELECT term.team_id FROM team_membership AS term "
        "WHERE term.person_id = enterprise.author_id "
        f"AND term.starts_on <= {DAY[engine]} AND (term.ends_on IS NULL OR term.ends_on >= {DAY[engine]}) "
        "ORDER BY term.starts_on DESC, term.id DESC LIMIT 1) "
        "WHERE author_id IS NOT NULL"
    )


def downgrade() -> None:
    for column in COLUMNS:
        op.execute(f"ALTER TABLE enterprise DROP COLUMN {column}")
