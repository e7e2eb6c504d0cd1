"""What only somebody with the database's own keys can do to the audit ledger."""

from typing import Any

from sqlalchemy import text


def tamper(session: Any, *statements: str) -> None:
    """Changes the ledger past the triggers that refuse it."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ALTER TABLE audit_event DISABLE TRIGGER ALL"))
    else:
        named = text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_event'")
        for name in session.scalars(named).all():
            session.execute(text(f"DROP TRIGGER {name}"))
    for statement in statements:
        session.execute(text(statement))
    session.commit()
