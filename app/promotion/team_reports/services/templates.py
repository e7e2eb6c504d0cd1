"""The county sets its own Word template, or goes back to the one made here."""

from collections.abc import Sequence

from app.core.access.auth import require_actor
from app.core.storage.db import db
from app.core.storage.subjects import subject_of
from app.core.values.errors import NotAllowed, RuleBroken
from app.core.web import files
from app.promotion.team_reports.models import ReportTemplate
from app.register.accounts.enums import Permission

_NOT_THEIRS = "周报的模板由招商局负责人来定"


def set_template(file: files.Stored | None, faults: Sequence[str], note: str) -> ReportTemplate:
    """From now on reports are written into this file. Raises NotAllowed, and RuleBroken with all that is
    wrong with it.
    """
    _must_be_allowed()
    if file is None:
        raise RuleBroken({"file": "选一个 .docx 文件"})
    if not file.name.lower().endswith(".docx"):
        raise RuleBroken({"file": "模板要是 .docx 文件，请在 Word 或 WPS 里另存为 .docx 再传"})
    if faults:
        raise RuleBroken({"file": "；".join(faults)})
    row = _add(is_own=True, note=note)
    files.attach(file, subject_of(row))
    db.session.flush()
    return row


def set_shipped() -> ReportTemplate:
    """From now on the one made here again. Raises NotAllowed."""
    _must_be_allowed()
    return _add(is_own=False, note="")


def _must_be_allowed() -> None:
    actor = require_actor()
    if actor.person_id is None or not actor.may(Permission.TEAM_REPORTS_SET):
        raise NotAllowed(_NOT_THEIRS)


def _add(*, is_own: bool, note: str) -> ReportTemplate:
    row = ReportTemplate(is_own=is_own, note=note, author_id=require_actor().person_id)
    db.session.add(row)
    db.session.flush()
    return row
