"""Pages of comments: those on a record, changing one; what the page of a record and the first page show."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.core.access.auth import Actor, require_actor
from app.core.access.permissions import SIGNED_IN, requires
from app.core.records.editing import saved
from app.core.storage.db import Record
from app.core.storage.subjects import Subject, kept_open, lines_of, seen_by, subject_of
from app.core.values.errors import RuleBroken
from app.core.values.registries import Naming, RelatedRow, Sought
from app.core.web import pages
from app.core.web.forms import seen_version
from app.core.web.idempotency import once
from app.register.accounts.enums import Permission
from app.register.accounts.models import Person
from app.register.accounts.queries import people_to_choose
from app.register.comments import policy, queries, services
from app.register.comments.forms import CommentForm
from app.register.comments.models import Comment

bp = Blueprint("comments", __name__)
P = Permission
Answer = str | Response | tuple[str, int]
SHOWN = 3  # on the page of the record


@dataclass(frozen=True, slots=True)
class Said:
    """What the page of a record shows of its comments."""

    rows: Sequence[Comment]
    count: int
    url: str
    may_write: bool


@bp.app_template_global()
def said_on(record: Record) -> Said:
    """The newest comments on a record that the page has shown."""
    subject, actor = subject_of(record), require_actor()
    rows = queries.comments_on(subject)
    url = url_for("comments.index", kind=subject.kind, public_id=subject.id)
    return Said(rows[:SHOWN], len(rows), url, policy.may_write(actor) and not _is_archived(record))


def _is_archived(record: Record) -> bool:
    return bool(getattr(record, "is_archived", False))


@dataclass(frozen=True, slots=True)
class Mention:
    """A comment that somebody is to see, and the record it is on."""

    comment: Comment
    record: RelatedRow


@bp.app_template_global()
def mentions() -> list[Mention]:
    """What whoever is signed in is mentioned in and has not looked at, as far as they still see it."""
    actor = require_actor()
    found = queries.waiting_for(actor)
    lines = lines_of([row.about for row in found], actor)
    return [Mention(row, lines[row.about]) for row in found if row.about in lines]


def _line(subject: Subject) -> RelatedRow:
    """The record as a line; refusals from here on lead back to its page."""
    line = lines_of([subject], require_actor())[subject]
    pages.refusal_leads_to(line.url)
    return line


def _form(*already: Person, **values: object) -> CommentForm:
    form = CommentForm(**values)
    form.offer(people_to_choose(*already, signing_in=P.ENTERPRISES_READ))
    return form


def _page(subject: Subject, form: CommentForm | None, status: int = 200) -> Answer:
    actor = require_actor()
    page = pages.paginate(
        select(Comment.id).where(queries.is_on(subject)),
        queries.load,
        order=Comment.created_at,
        tie=Comment.id,
        descending=True,
        number=pages.read_page_number(),
    )
    return render_template(
        "comments/index.html",
        record=_line(subject),
        form=form and form.ready(),
        page=page,
        may_change=lambda row: form is not None and policy.may_change(actor, row),
        may_take_back=lambda row: form is not None and policy.may_take_back(actor, row),
    ), status


@bp.get("/comments/on/<kind>/<public_id>")
@requires(SIGNED_IN)
def index(kind: str, public_id: str) -> Answer:
    """All that was said on a record of any kind, and the form to say more."""
    subject, actor = Subject(kind, public_id), require_actor()
    is_open = not _is_archived(seen_by(subject, actor))
    return _page(subject, _form(formdata=None) if is_open and policy.may_write(actor) else None)


@bp.post("/comments/on/<kind>/<public_id>")
@requires(P.COMMENTS_WRITE)
@once
def create(kind: str, public_id: str) -> Answer:
    """Says something."""
    subject = Subject(kind, public_id)
    kept_open(subject)
    form = _form()
    if not pages.took(form, lambda: services.say(subject, form.text.data or "", form.people.data or ())):
        return _page(subject, form, 422)
    return pages.done(_line(subject).url, "已留言")


def _comment(public_id: str) -> Comment:
    row = queries.get_comment(public_id, require_actor())
    _line(row.about)
    return row


def _edit_page(row: Comment, form: CommentForm, status: int = 200) -> Answer:
    return render_template("comments/edit.html", record=_line(row.about), row=row, form=form), status


@bp.get("/comments/<public_id>/edit")
@requires(P.COMMENTS_WRITE)
def edit(public_id: str) -> Answer:
    """The form of a comment, for its author."""
    row = _comment(public_id)
    if refusal := services.why_not_change(row):
        raise RuleBroken(refusal)
    return _edit_page(row, _opened(row))


def _opened(row: Comment) -> CommentForm:
    """The form of a comment as it stands."""
    people = [each.person for each in row.mentions]
    mentioned = [person.public_id for person in people]
    return _form(*people, formdata=None, obj=row, people=mentioned)


@bp.post("/comments/<public_id>/edit")
@requires(P.COMMENTS_WRITE)
def update(public_id: str) -> Answer:
    """Saves it."""
    row = _comment(public_id)
    form = _form(*(each.person for each in row.mentions))

    def act() -> None:
        services.change(row, form.text.data or "", form.people.data or (), form.seen)

    if not saved(form, act, lambda: _opened(row)):
        return _edit_page(_comment(public_id), form, 422)
    return pages.done(_line(row.about).url, "已改")


@bp.post("/comments/<public_id>/take-back")
@requires(P.COMMENTS_WRITE)
def take_back(public_id: str) -> Response:
    """收回."""
    row = _comment(public_id)
    services.take_back(row, seen_version())
    return pages.done(_line(row.about).url, "已收回")


@bp.post("/comments/<public_id>/look")
@requires(SIGNED_IN)
def look(public_id: str) -> Response:
    """Opens what somebody is mentioned in, who has then looked."""
    row = _comment(public_id)
    mention = queries.mention_of(row, require_actor())
    if mention is not None:
        services.look(mention)
    return pages.done(url_for("comments.index", kind=row.subject_kind, public_id=row.subject_id))


def named_in(sought: Sought, actor: Actor) -> list[Naming]:
    """The comments whose words name somebody, for the page on which they are erased."""
    return [
        Naming(
            "comment",
            row.public_id,
            RelatedRow(
                f"{row.author.name}的留言",
                url_for("comments.index", kind=row.subject_kind, public_id=row.subject_id),
                "写的人半小时内可以改，招商局负责人可以收回",
            ),
        )
        for row in queries.naming(sought, actor)
    ]
