"""Two people change one record, or one in two tabs: the second is told who was first and what differs."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from app.core import audit
from app.core.db import Record, db
from app.core.errors import Clash, Stale
from app.core.subjects import Subject, subject_of

Differ = Callable[[], Iterable[Clash]]


@cache
def _version_of(model: Any) -> Select[int]:
    """The statement that holds a row of a model and answers its version; built once for each."""
    rows = model.__table__.c
    return select(rows.version).where(rows.id == bindparam("row_id")).with_for_update()


def claim(
    row: Record,
    seen: int | None,
    differ: Differ | None = None,
    may_go_on: Callable[[], bool] = lambda: True,
    *subjects: Subject,
) -> None:
    """Before a change: nobody has saved since version `seen` (None: since this request read the row), and
    nobody can until our commit.

    Else `differ` says in what the row as it is by now and the change do not agree. When they agree, the two
    do not stand in each other's way and the change goes on; otherwise, and always without `differ`, raises
    Stale. `may_go_on` says whether the change could still be made on top of theirs. `subjects` is for a
    record whose parts the audit knows by names of their own. Nothing may have been changed on `row` before.
    """
    model: Any = type(row)
    stored = db.session.scalar(_version_of(model), {"row_id": row.id})
    if stored == row.version and seen in (None, stored):
        return
    known = row.version if seen is None else seen
    db.session.expire_all()  # parts of the record too may have been read before the other one saved
    clashes = tuple(differ()) if differ else ()
    if differ and not clashes:
        return
    last = audit.last_change(*subjects or (subject_of(row),))
    # Of several saves the last alone is known: one's own may hide a colleague's.
    by_oneself = last.by_oneself and stored is not None and stored - known == 1
    raise Stale(clashes, row.version if may_go_on() else 0, last.by, by_oneself=by_oneself)


def claim_whole(
    row: Record,
    seen: int | None,
    decision: str,
    labels: Mapping[str, str],
    *subjects: Subject,
    may_go_on: Callable[[], bool] = lambda: True,
) -> None:
    """`claim` for a decision on a whole record, such as archiving, which is never what somebody else wrote:
    shows what the last save changed. `decision` is the decision in words, `labels` names the fields.
    """
    claim(
        row,
        seen,
        lambda: [Clash("这条记录", what_changed(labels, *subjects), decision)],
        may_go_on,
        *subjects,
    )


def what_changed(labels: Mapping[str, str], *subjects: Subject) -> str:
    """What the last save of a record and its parts changed, in words: 改了职务、电话; 归档：重复登记."""
    fields = audit.last_change(*subjects).fields
    if "archived_at" in fields:
        is_archived = fields["archived_at"][1] is not None
        reason = (fields.get("archive_reason") or ["", ""])[1]
        return (f"归档：{reason}" if reason else "归档") if is_archived else "恢复"
    changed = "、".join(dict.fromkeys(label for name, label in labels.items() if name in fields))
    return f"改了{changed}" if changed else "有改动"
