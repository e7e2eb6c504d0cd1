"""Two people change one record: the second is told who was first and what differs."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import select

from app.core import audit
from app.core.db import Record, db
from app.core.errors import Clash, Stale

Differ = Callable[[], Iterable[Clash]]


def claim(
    row: Record,
    seen: int | None,
    differ: Differ = tuple,
    may_go_on: Callable[[], bool] = lambda: True,
    *subjects: tuple[str, str],
) -> None:
    """Before a change: nobody has saved since version `seen` (None: since this request read the row), and
    nobody can until our commit.

    Else raises Stale with what `differ` says of the row as it is by now; `may_go_on` says whether the change
    could still be made on top of theirs. `subjects` are what the audit knows the record and its parts by, as
    (kind, id), where that is more than the row. Nothing may have been changed on `row` before.
    """
    model: Any = type(row)
    stored = db.session.scalar(select(model.version).where(model.id == row.id).with_for_update())
    if stored == row.version and seen in (None, stored):
        return
    db.session.expire(row)
    by = audit.last_change(*subjects).by if subjects else audit.last_actor(model.__tablename__, row.public_id)
    raise Stale(tuple(differ()), row.version if may_go_on() else 0, by)


def claim_whole(
    row: Record,
    seen: int | None,
    decision: str,
    labels: Mapping[str, str],
    *subjects: tuple[str, str],
    may_insist: bool = True,
) -> None:
    """For a decision on a whole record, such as archiving: raises Stale unless `seen` is the current version,
    with what was changed since and by whom. `decision` is the decision in words, `labels` names the fields.
    """

    def differ() -> Iterable[Clash]:
        return [Clash("这条记录", _change_in_words(audit.last_change(*subjects).fields, labels), decision)]

    claim(row, seen or 0, differ, lambda: may_insist, *subjects)


def _change_in_words(fields: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    if "archived_at" in fields:
        is_archived = fields["archived_at"][1] is not None
        reason = (fields.get("archive_reason") or ["", ""])[1]
        return (f"归档：{reason}" if reason else "归档") if is_archived else "恢复"
    changed = "、".join(label for name, label in labels.items() if name in fields)
    return f"改了{changed}" if changed else "有改动"
