"""A company leaves the library and comes back; what is under way goes on."""

from collections.abc import Callable
from typing import Any

from app.core.access.auth import Actor, require_actor
from app.core.records.versions import claim_whole
from app.core.values.clock import now
from app.core.values.errors import NotAllowed, RuleBroken
from app.core.values.registries import AFTER_ARCHIVE, Shelved
from app.register.enterprises import policy, queries
from app.register.enterprises.models import Enterprise
from app.register.enterprises.services.companies import as_restored, refuse_duplicates
from app.register.enterprises.services.data import flush_company, must_be_live, refuse_taken_code


def must_be_archivable(row: Enterprise) -> Actor:
    """Refuses archiving and restoring to who does not work with a company; returns who acts."""
    actor = require_actor()
    if not policy.rights(actor, row).archive:
        raise NotAllowed(policy.why_no_archiving(row))
    return actor


def archive_enterprise(row: Enterprise, version: int | None, reason: str) -> None:
    """Takes a company out of lists and duplicates; it can be looked at and restored, nothing else.

    For who works with it. While ordinary work of others is under way that they do not see, the 招商局 alone
    archives it: it sees all of that and can speak with them. What is under way goes on: leads, their visits
    and steps, projects. So it does of confidential leads, because of which nothing is refused: nobody may
    find out by trying that there are any. Raises NotAllowed, RuleBroken, and Stale when it was changed since
    `version`.
    """
    actor = must_be_archivable(row)
    _must_have_seen(row, version, f"归档：{reason}", lambda: not row.is_archived)
    must_be_live(row)
    if policy.others_at_work(actor, row):
        raise RuleBroken(policy.OTHERS_WORK)
    if not reason:
        raise RuleBroken({"reason": "写一句为什么归档，例如：已注销，不再跟进"})
    for column, value in archived_fields(reason).items():
        setattr(row, column, value)
    flush_company()
    AFTER_ARCHIVE.run(Shelved((row.id,), reason))


def archived_fields(reason: str) -> dict[str, Any]:
    """What the columns of a company hold from the moment it is archived: its credit code is free again."""
    return {"archived_at": now(), "archive_reason": reason, "live_code": None}


def restore_enterprise(
    row: Enterprise, version: int | None, *, check_duplicates: bool = False, without_code: bool = False
) -> None:
    """Brings an archived company back. Another one that holds its credit code by now refuses that, unless it
    comes back `without_code`, which then stands in the notes; with `check_duplicates` likely duplicates do,
    under the field `not_duplicate`. Raises NotAllowed for who does not work with it, and Stale when it was
    changed since `version`.
    """
    must_be_archivable(row)
    if not row.is_archived:
        return
    _must_have_seen(row, version, "恢复", lambda: row.is_archived)
    if row.credit_code and not without_code:
        refuse_taken_code(row.credit_code, row.id)
    if check_duplicates:
        refuse_duplicates(as_restored(row), "恢复")
    if row.credit_code and without_code:
        row.notes = f"{row.notes}\n原信用代码：{row.credit_code}".strip()
        row.credit_code, row.code_overridden = None, False
    row.archived_at, row.archive_reason, row.live_code = None, None, row.credit_code
    flush_company()


def _must_have_seen(
    row: Enterprise, version: int | None, decision: str, may_go_on: Callable[[], bool]
) -> None:
    claim_whole(row, version or 0, decision, may_go_on=may_go_on, more=queries.OTHER_NAMES)
