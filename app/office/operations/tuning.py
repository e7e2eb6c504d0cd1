"""By night: the database counts its rows anew, by which it chooses its indexes."""

import logging
import time

from sqlalchemy import text

from app.core.storage.db import db, is_sqlite

log = logging.getLogger(__name__)

# Rows of each index that SQLite looks at: counts stay good enough and the write lock is held for a moment.
ANALYSIS_LIMIT = 1000
# Without a count SQLite takes every table for a large one and uses its indexes. The count of a small one
# would make it walk the table, still after a morning in which 50,000 companies were imported.
FEWEST_ROWS = 10_000
# Autovacuum counts by itself what changes by a tenth. What is left: tables that it never came to, as after a
# restore or while it is off, and those that changed by as much since.
_NOT_COUNTED = text(
    """
    SELECT quote_ident(schemaname) || '.' || quote_ident(relname) FROM pg_stat_user_tables
    WHERE n_live_tup > 0 AND COALESCE(last_analyze, last_autoanalyze) IS NULL
       OR n_mod_since_analyze > 1000 + n_live_tup / 5
    ORDER BY 1
    """
)


def count_anew() -> list[str]:
    """Refreshes the statistics where they are missing or old; returns what was counted."""
    began = time.monotonic()
    counted = _analyze_sqlite() if is_sqlite() else _analyze_postgres()
    log.info("statistics of %s counted in %.1f s", ", ".join(counted) or "nothing", time.monotonic() - began)
    return counted


def _analyze_sqlite() -> list[str]:
    db.session.execute(text(f"PRAGMA analysis_limit={ANALYSIS_LIMIT:d}"))
    quoted = [
        db.engine.dialect.identifier_preparer.format_table(table) for table in db.metadata.sorted_tables
    ]
    large = [name for name in quoted if _last_row(name) >= FEWEST_ROWS]
    for name in large:
        db.session.execute(text(f"ANALYZE {name}"))
    return large


def _last_row(table: str) -> int:
    """About how many rows there are, without counting them."""
    return db.session.scalar(text(f"SELECT max(rowid) FROM {table}")) or 0  # noqa: S608 - a name of our own, quoted


def _analyze_postgres() -> list[str]:
    tables = list(db.session.scalars(_NOT_COUNTED))
    for table in tables:
        db.session.execute(text(f"ANALYZE {table}"))
    return tables
