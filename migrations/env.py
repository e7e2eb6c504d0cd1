"""How Alembic meets the app: its engine, its tables; batch mode, since SQLite alters by copying."""

from alembic import context
from flask import current_app

from app.core.db import Base, UtcDateTime, db


def render_item(kind: str, item: object, _context: object) -> str | bool:
    """A migration names plain column types: it must still run when the product's own have moved."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def run() -> None:
    """Runs the chosen migrations on the app's own engine, each in a transaction."""
    with db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            compare_type=True,
            render_item=render_item,
            transaction_per_migration=True,
            **{
                name: value
                for name, value in current_app.extensions["migrate"].configure_args.items()
                if name not in {"render_as_batch", "compare_type"}
            },
        )
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    raise SystemExit("迁移要连着数据库做，不支持离线生成 SQL")
run()
