"""Two people change one record: the second is told who was first and what differs."""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import select

from app.core import audit
from app.core.db import Record, db
from app.core.errors import Clash, Stale

Differ = Callable[[], Iterable[Clash]]


def claim(
    row: Record, seen: int | None, differ: Differ = tuple, may_go_on: Callable[[], bool] = lambda: True
) -> None:
    """Before a change: nobody has saved since version `seen` (None: since this request read the row), and
    nobody can until our commit.

    Else raises Stale with what `differ` says of the row as it is by now; `may_go_on` says whether the change
    could still be made on top of theirs. Nothing may have been changed on `row` before.
    """
    model: Any = type(row)
    stored = db.session.scalar(select(model.version).where(model.id == row.id).with_for_update())
    if stored == row.version and seen in (None, stored):
        return
    db.session.expire(row)
    by = audit.last_actor(model.__tablename__, row.public_id)
    raise Stale(tuple(differ()), row.version if may_go_on() else 0, by)
