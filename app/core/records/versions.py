"""Two people change one record, or one in two tabs: the second is told who was first and what does not
agree.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from app.core.storage import audit
from app.core.storage.db import Archivable, Base, Record, db
from app.core.storage.subjects import Subject, subject_of
from app.core.values.errors import Clash, Stale
from app.core.values.labels import labels_in

_NO_MORE: Mapping[str, str] = {}
_RECORD = "这条记录"


@cache
def _version_of(model: Any) -> Select[int]:
    """The statement that holds a row of a model and answers its version; built once for each."""
    rows = model.__table__.c
    return select(rows.version).where(rows.id == bindparam("row_id")).with_for_update()


def claim(
    row: Record,
    seen: int | None,
    *subjects: Subject,
    fixed: Callable[[], Clash | None] = lambda: None,
) -> None:
    """Before a record is edited: nobody has saved since version `seen` (None: since this request read the
    row), and nobody can until our commit. Else raises Stale, which core/records/editing lays beside what was
    typed.

    `fixed` says what keeps the record, as it is by now, from being edited any more. `subjects` is for a
    record whose parts the audit knows by names of their own. Nothing may have been changed on `row` before.
    """
    saves = saves_since(row, seen)
    if saves:
        why = fixed()
        raise _stale(row, saves, why, subjects, may_go_on=why is None)


def claim_whole(
    row: Record,
    seen: int | None,
    decision: str | Callable[[], str],
    *subjects: Subject,
    label: str = _RECORD,
    stands: Callable[[str], str] = str,
    agrees: Callable[[], bool] = lambda: False,
    may_go_on: Callable[[], bool] = lambda: True,
    more: Mapping[str, str] = _NO_MORE,
) -> None:
    """`claim` for a decision on a record as it was seen, such as a move or archiving: Stale shows `decision`
    in words beside what the last save changed, which `stands` puts into a sentence on how the record stands.

    When the two agree, the decision is taken. `may_go_on` says whether it could still be taken on top of
    theirs. `more` labels fields of events that are no columns of the record.
    """
    saves = saves_since(row, seen)
    if not saves or agrees():
        return
    subjects = subjects or (subject_of(row),)
    theirs = stands(what_changed(*subjects, more=more))
    mine = decision if isinstance(decision, str) else decision()
    raise _stale(row, saves, Clash(label, theirs, mine), subjects, may_go_on=may_go_on())


def saves_since(row: Record, seen: int | None) -> int:
    """How often a record was saved since that version, locked from now on; what is read of it from now on,
    and of its parts, is as it is by now.
    """
    model: Any = type(row)
    stored = db.session.scalar(_version_of(model), {"row_id": row.id})
    if stored == row.version and seen in (None, stored):
        return 0
    known = row.version if seen is None else seen
    db.session.expire_all()
    return (stored or 0) - known or -1


def _stale(
    row: Record, saves: int, clash: Clash | None, subjects: tuple[Subject, ...], *, may_go_on: bool
) -> Stale:
    last = audit.last_change(*subjects or (subject_of(row),))
    # Of several saves the last alone is known: one's own may hide a colleague's.
    by_oneself = last.by_oneself and saves == 1
    version = row.version if may_go_on else 0
    return Stale((clash,) if clash else (), version, last.by, by_oneself=by_oneself)


def archived(row: Archivable) -> Clash | None:
    """What keeps an archived record from being edited."""
    return Clash("归档", f"已归档：{row.archive_reason or ''}", "没有归档") if row.is_archived else None


def what_changed(*subjects: Subject, more: Mapping[str, str] = _NO_MORE) -> str:
    """What the last save of a record and its parts changed, in words: 改了职务、电话; 归档：重复登记."""
    fields = audit.last_change(*subjects).fields
    if "archived_at" in fields:
        is_archived = fields["archived_at"][1] is not None
        reason = (fields.get("archive_reason") or ["", ""])[1]
        return (f"归档：{reason}" if reason else "归档") if is_archived else "恢复"
    told = [label for subject in subjects for label in labels_in(Base.metadata, subject.kind, fields)]
    told += [label for name, label in more.items() if name in fields]
    return f"改了{'、'.join(dict.fromkeys(told))}" if told else "有改动"
