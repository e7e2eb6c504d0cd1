"""The audit ledger for the auditor."""

from dataclasses import asdict

from flask import Blueprint, render_template

from app.core.access.permissions import requires
from app.core.index.searching import SEARCHES
from app.core.storage import audit
from app.core.storage.audit import AuditEvent
from app.core.storage.subjects import Subject
from app.core.values.errors import RuleBroken
from app.core.web.budgets import asks, costs
from app.core.web.pages import read_choice, read_date, read_page_number, read_text
from app.office.auditing.queries import EventFilters, list_events
from app.office.auditing.records import Named, Records, records_of, vocabulary
from app.office.auditing.rules import ToldEvent, told
from app.office.auditing.words import ACTIONS, VERBS, action_choices
from app.register.accounts.enums import Permission

bp = Blueprint("auditing", __name__)


@bp.get("/audit")
@requires(Permission.AUDIT_READ)
@costs(SEARCHES, when=asks("actor", "subject"))
def index() -> str:
    """审计台账."""
    filters = EventFilters(
        actor=read_text("actor", 40),
        action=_read_action(),
        kind=read_choice("kind", "对象类别", vocabulary().kinds.items()),
        subject=read_text("subject", 40),
        start=read_date("from", "开始日期"),
        end=read_date("to", "结束日期"),
    )
    _note_view(filters)
    page = list_events(filters, read_page_number())
    records = records_of(page.rows)
    number, last_hash = audit.head()
    return render_template(
        "auditing/index.html",
        filters=filters,
        page=page,
        rows=[_line(event, records) for event in page.rows],
        actions=action_choices(),
        kinds=list(vocabulary().kinds.items()),
        head=number,
        head_hash=last_hash[:12],
    )


def _line(event: AuditEvent, records: Records) -> tuple[AuditEvent, Named | None, ToldEvent]:
    """An event, the record it is about when that is known, and both in words."""
    subject = records.get(event.subject_kind, event.subject_id)
    words = told(
        event.action,
        event.subject_kind,
        event.summary,
        event.details,
        vocabulary(),
        records.label_of,
        confidential=records.is_confidential(event),
    )
    return event, subject, words


def _read_action() -> str:
    """`?action=lead.correct`, `*.update`, or a verb of one kind: `unit.update`."""
    asked = read_text("action", 60)
    kind, _dot, verb = asked.rpartition(".")
    if asked and asked not in ACTIONS and not (verb in VERBS and (kind == "*" or kind in vocabulary().kinds)):
        raise RuleBroken({"action": f"没有「{asked}」这个动作，请从页面上的「动作」里选"})
    return asked


def _note_view(filters: EventFilters) -> None:
    """Who reads the ledger stands in the ledger: a transaction of its own, before anything is read."""
    asked = {name: audit.plain(value) for name, value in asdict(filters).items() if value}
    audit.record_look("audit_event.viewed", Subject("audit_event", ""), **asked)
