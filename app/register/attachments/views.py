"""Pages of attachments: adding one, taking one off; what the page of a record shows of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from app.core.access.auth import Actor, require_actor
from app.core.access.permissions import requires
from app.core.storage.db import Record, reading_apart
from app.core.storage.subjects import Subject, for_change, lines_of, may_change, subject_of
from app.core.values.registries import Naming, RelatedRow, Sought
from app.core.web import pages
from app.core.web.files import StoredFile
from app.core.web.forms import seen_version
from app.core.web.idempotency import once
from app.core.web.receiving import takes_files
from app.register.accounts.enums import Permission
from app.register.attachments import queries, rules, services
from app.register.attachments.forms import AttachmentForm

bp = Blueprint("attachments", __name__)
P = Permission
Answer = str | Response | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Attached:
    """What the page of a record shows of its files."""

    rows: Sequence[StoredFile]
    may_change: bool
    add_url: str


@bp.app_template_global()
def attached_to(record: Record) -> Attached:
    """The files of a record that the page has shown."""
    subject, actor = subject_of(record), require_actor()
    may = actor.may(P.ATTACHMENTS_WRITE) and may_change(actor, record)
    add_url = url_for("attachments.new", kind=subject.kind, public_id=subject.id)
    return Attached(queries.attachments_of(subject), may, add_url)


@bp.app_template_filter()
def file_size(byte_count: int) -> str:
    return rules.size_in_words(byte_count)


def _line(subject: Subject) -> RelatedRow:
    """The record as a line; refusals from here on lead back to its page."""
    line = lines_of([subject], require_actor())[subject]
    pages.refusal_leads_to(line.url)
    return line


def _page(subject: Subject, form: AttachmentForm, status: int = 200) -> Answer:
    return render_template("attachments/new.html", form=form.ready(), record=_line(subject)), status


@bp.get("/attachments/new/<kind>/<public_id>")
@requires(P.ATTACHMENTS_WRITE)
def new(kind: str, public_id: str) -> Answer:
    """Asks for a file for a record of any kind."""
    subject = Subject(kind, public_id)
    for_change(subject)
    return _page(subject, AttachmentForm(formdata=None))


@bp.post("/attachments/new/<kind>/<public_id>")
@takes_files
@requires(P.ATTACHMENTS_WRITE)
@once
def create(kind: str, public_id: str) -> Answer:
    """Adds it. Whether somebody may is asked before the file is taken in, and again where it is written."""
    subject = Subject(kind, public_id)
    with reading_apart():
        for_change(subject)
    form = AttachmentForm()
    if not pages.took(form, lambda: services.add(subject, form.file.data)):
        return _page(subject, form, 422)
    return pages.done(_line(subject).url, "已加附件")


def _attachment(public_id: str) -> StoredFile:
    row = queries.get_attachment(public_id, require_actor())
    _line(row.owner)
    return row


@bp.post("/attachments/<public_id>/take-off")
@requires(P.ATTACHMENTS_WRITE)
def take_off(public_id: str) -> Response:
    """取下."""
    row = _attachment(public_id)
    services.take_off(row, seen_version())
    undo: tuple[str, dict[str, Any]]
    undo = (url_for("attachments.put_back", public_id=public_id), {"version": row.version})
    return pages.done(_line(row.owner).url, f"已取下「{row.name}」", undo=undo)


@bp.post("/attachments/<public_id>/put-back")
@requires(P.ATTACHMENTS_WRITE)
def put_back(public_id: str) -> Response:
    """撤销取下."""
    row = _attachment(public_id)
    services.put_back(row, seen_version())
    return pages.done(_line(row.owner).url, f"「{row.name}」又放回来了")


def named_in(sought: Sought, actor: Actor) -> list[Naming]:
    """The files whose names tell of somebody, for the page on which they are erased."""
    found = queries.naming(sought, actor)
    lines = lines_of([row.owner for row in found], actor)
    return [
        Naming(
            "stored_file", row.public_id, RelatedRow(f"附件 {row.name}", lines[row.owner].url, "附件的名称")
        )
        for row in found
    ]
