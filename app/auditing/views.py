"""The audit ledger for the auditor."""

from dataclasses import asdict

from flask import Blueprint, render_template

from app.accounts.enums import Permission
from app.auditing.queries import Filters, list_events
from app.auditing.rules import told
from app.auditing.words import KINDS, action_choices
from app.core import audit
from app.core.db import db, writing
from app.core.pages import read_date, read_page_number, read_text
from app.core.permissions import requires

bp = Blueprint("auditing", __name__)


@bp.get("/audit")
@requires(Permission.AUDIT_READ)
def index() -> str:
    """审计台账."""
    filters = Filters(
        actor=read_text("actor", 40),
        action=read_text("action", 60),
        kind=read_text("kind", 30),
        subject=read_text("subject", 40),
        start=read_date("from", "开始日期"),
        end=read_date("to", "结束日期"),
    )
    _note_view(filters)
    page = list_events(filters, read_page_number())
    rows = [
        (event, told(event.action, event.subject_kind, event.summary, event.details)) for event in page.rows
    ]
    number, last_hash = audit.head()
    return render_template(
        "auditing/index.html",
        filters=filters,
        page=page,
        rows=rows,
        actions=action_choices(),
        kinds=list(KINDS.items()),
        head=number,
        head_hash=last_hash[:12],
    )


def _note_view(filters: Filters) -> None:
    """Who reads the ledger stands in the ledger: a transaction of its own, before anything is read."""
    asked = {name: audit.plain(value) for name, value in asdict(filters).items() if value}
    with writing():
        audit.record("audit_event.viewed", "audit_event", "", **asked)
        db.session.commit()
