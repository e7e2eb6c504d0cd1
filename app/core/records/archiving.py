"""Archiving and bringing back the records of one kind, declared: who may, and what follows.

An archived record stands in no list and in no figure; it can be read, and brought back at any time.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from app.core.access.auth import Actor, require_actor
from app.core.access.permissions import requires
from app.core.records.acts import Act
from app.core.records.versions import claim_whole
from app.core.storage.db import db
from app.core.values.clock import now
from app.core.values.errors import NotAllowed, RuleBroken
from app.core.web import pages
from app.core.web.forms import BaseForm, VersionedForm, line_field, seen_version

R = TypeVar("R", bound=Any)  # a Record that is Archivable
FIXED = "已归档，只能查看。先恢复再改"
WRITE_WHY = "写一句为什么归档，例如：重复登记"


class ArchiveForm(VersionedForm):
    """Why a record is archived."""

    reason = line_field("归档原因", 200, required=WRITE_WHY)


def _nothing(_row: Any) -> None:
    """Nothing follows."""


def must_be_live(row: Any) -> None:
    """Raises NotAllowed for an archived record: it is read-only."""
    if row.is_archived:
        raise NotAllowed(FIXED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Archiving(Generic[R]):
    """How a kind of record is archived and brought back.

    `found` gives a record to who sees it and raises NotFound for all others, `may` says whether who sees it
    may do both, `refusal` is what the others read. `follow` does what hangs on it, either way. `more` labels
    what the ledger tells of such a record beside its columns.
    """

    right: StrEnum
    found: Callable[[str], R]
    may: Callable[[Actor, R], bool]
    refusal: str
    follow: Callable[[R], None] = _nothing
    more: Mapping[str, str] = field(default_factory=dict)

    def archive(self, row: R, seen: int | None, reason: str) -> None:
        """Takes a record out of lists and figures. Raises NotAllowed, RuleBroken without a reason, and Stale
        when somebody has saved since version `seen`.
        """
        self._must_be_theirs(row)
        self._claim(row, seen, f"归档：{reason}", lambda: not row.is_archived)
        must_be_live(row)
        if not reason:
            raise RuleBroken({"reason": WRITE_WHY})
        row.archived_at, row.archive_reason = now(), reason[:200]
        self._done(row)

    def restore(self, row: R, seen: int | None) -> None:
        """Brings an archived record back; one that is in use stays as it is. Raises as `archive` does."""
        self._must_be_theirs(row)
        if not row.is_archived:
            return
        self._claim(row, seen, "恢复", lambda: bool(row.is_archived))
        row.archived_at, row.archive_reason = None, None
        self._done(row)

    def _must_be_theirs(self, row: R) -> None:
        if not self.may(require_actor(), row):
            raise NotAllowed(self.refusal)

    def _claim(self, row: R, seen: int | None, decision: str, may_go_on: Callable[[], bool]) -> None:
        claim_whole(row, seen or 0, decision, may_go_on=may_go_on, more=self.more)

    def _done(self, row: R) -> None:
        db.session.flush()
        self.follow(row)

    @property
    def acts(self) -> tuple[Act, Act]:
        """The same of many records of a list."""
        return archive_many(self.right, self._archive_one), restore_many(self.right, self._restore_one)

    def _archive_one(self, public_id: str, form: Any) -> None:
        row = self.found(public_id)
        self.archive(row, row.version, form.reason.data)

    def _restore_one(self, public_id: str, _form: Any) -> None:
        row = self.found(public_id)
        self.restore(row, row.version)


def archive_many(
    right: StrEnum, on: Callable[[str, Any], None], *, form: Any = ArchiveForm, hint: str = ""
) -> Act:
    """归档 of many, which its report offers to take back."""
    return Act(name="archive", verb="归档", right=right, form=form, on=on, hint=hint, undo="restore")


def restore_many(right: StrEnum, on: Callable[[str, Any], None]) -> Act:
    """恢复 of many, where a list shows its archive."""
    return Act(name="restore", verb="恢复", right=right, form=BaseForm, on=on, of_archived=True)


def serve_archiving(
    bp: Blueprint, archiving: Archiving[Any], page: Callable[[str, ArchiveForm | None], str]
) -> None:
    """Gives a kind of record its routes, /<blueprint>/<public id>/archive and /restore. `page` shows the page
    of a record, with the form as it was refused.
    """
    at, detail = f"/{bp.name}/<public_id>", f"{bp.name}.detail"

    def found(public_id: str) -> Any:
        row = archiving.found(public_id)
        pages.refusal_leads_to(url_for(detail, public_id=public_id))
        return row

    @bp.post(f"{at}/archive")
    @requires(archiving.right)
    def archive(public_id: str) -> str | Response | tuple[str, int]:
        """归档."""
        row, form = found(public_id), ArchiveForm()
        if not pages.took(form, lambda: archiving.archive(row, form.seen, form.reason.data or "")):
            return page(public_id, form), 422
        undo = (url_for(f"{bp.name}.restore", public_id=public_id), {"version": row.version})
        return pages.done(url_for(detail, public_id=public_id), "已归档，可以随时恢复", undo=undo)

    @bp.post(f"{at}/restore")
    @requires(archiving.right)
    def restore(public_id: str) -> Response:
        """恢复."""
        archiving.restore(found(public_id), seen_version())
        return pages.done(url_for(detail, public_id=public_id), "已恢复")
