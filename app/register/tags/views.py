"""Pages of tags: the county's words by kind of record, and which are on one record."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.records.acts import Act
from app.core.records.editing import saved
from app.core.storage.db import Record
from app.core.storage.subjects import SUBJECTS, Subject, for_change, lines_of, may_change, subject_of
from app.core.values.errors import NotFound, RuleBroken
from app.core.values.registries import RelatedRow
from app.core.web import pages
from app.core.web.forms import seen_version
from app.core.web.idempotency import once
from app.register.accounts.enums import Permission
from app.register.tags import queries, services
from app.register.tags.enums import TagColor
from app.register.tags.forms import OneTagForm, TagForm, TagsForm
from app.register.tags.models import Tag

bp = Blueprint("tags", __name__, url_prefix="/tags")
P = Permission
Answer = str | Response | tuple[str, int]


# --- on the page of a record -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tagged:
    """What the page of a record shows of its tags."""

    tags: list[Tag]
    change_url: str | None


@bp.app_template_global()
def tags_on(record: Record) -> Tagged:
    """The tags on a record that the page has shown."""
    subject, actor = subject_of(record), require_actor()
    may = actor.may(P.TAGS_WRITE) and may_change(actor, record)
    url = url_for("tags.choosing", kind=subject.kind, public_id=subject.id) if may else None
    return Tagged([row.tag for row in queries.tags_shown(subject)], url)


def _line(subject: Subject) -> RelatedRow:
    line = lines_of([subject], require_actor())[subject]
    pages.refusal_leads_to(line.url)
    return line


def _choice_page(subject: Subject, form: TagsForm, status: int = 200) -> Answer:
    return render_template("tags/on.html", record=_line(subject), form=form, subject=subject), status


def _choice_form(kind: str, **values: object) -> TagsForm:
    form = TagsForm(**values)
    form.offer(queries.tags_of(kind))
    return form


def on_many(kind: str, right: Permission) -> Act:
    """Putting a tag on many records of a list; who may do so to which, the records say."""

    def form(**given: Any) -> OneTagForm:
        made = OneTagForm(**given)
        made.offer(queries.tags_of(kind))
        return made

    def put(public_id: str, asked: Any) -> None:
        services.change(Subject(kind, public_id), [queries.tag_for(kind, asked.tag.data)], [])

    return Act(name="tag", verb="贴标签", right=right, form=form, on=put)


@bp.get("/on/<kind>/<public_id>")
@requires(P.TAGS_WRITE)
def choosing(kind: str, public_id: str) -> Answer:
    """Asks which tags are on a record of any kind."""
    subject = Subject(kind, public_id)
    for_change(subject)
    there = [row.tag.public_id for row in queries.taggings_on(subject)]
    return _choice_page(subject, _choice_form(kind, formdata=None, tags=there, before=" ".join(there)))


@bp.post("/on/<kind>/<public_id>")
@requires(P.TAGS_WRITE)
def choose(kind: str, public_id: str) -> Answer:
    """Puts on and takes off what is not as it was when the form was opened."""
    subject = Subject(kind, public_id)
    for_change(subject)
    form = _choice_form(kind)
    known = {tag.public_id: tag for tag in queries.tags_of(kind)}

    def act() -> None:
        wanted, before = set(form.tags.data or ()), set((form.before.data or "").split())
        on = [tag for key, tag in known.items() if key in wanted - before]
        services.change(subject, on, [tag for key, tag in known.items() if key in before - wanted])

    if not pages.took(form, act):
        return _choice_page(subject, form, 422)
    return pages.done(_line(subject).url, "标签已保存")


# --- the county's words ------------------------------------------------------------------------------


@bp.get("")
@requires(P.WORDS_MANAGE)
def index() -> str:
    """标签."""
    found = queries.all_tags()
    kinds = [(kind, told.label, found.get(kind, [])) for kind, told in SUBJECTS.items()]
    return render_template("tags/index.html", kinds=kinds)


def _tag_page(form: TagForm, kind: str, tag: Tag | None, status: int = 200) -> Answer:
    return render_template("tags/tag.html", form=form.ready(), of=SUBJECTS[kind].label, tag=tag), status


@bp.get("/new/<kind>")
@requires(P.WORDS_MANAGE)
def new(kind: str) -> Answer:
    """The form for a tag of a kind of record."""
    _must_be_tagged(kind)
    return _tag_page(TagForm(formdata=None), kind, None)


def _must_be_tagged(kind: str) -> None:
    if kind not in SUBJECTS:
        raise NotFound


@bp.post("/new/<kind>")
@requires(P.WORDS_MANAGE)
@once
def create(kind: str) -> Answer:
    """Adds it."""
    _must_be_tagged(kind)
    form = TagForm()
    if not pages.took(form, lambda: services.add_tag(kind, form.name.data, TagColor(form.color.data))):
        return _tag_page(form, kind, None, 422)
    return pages.done(url_for("tags.index"), "已保存")


@bp.get("/<public_id>/edit")
@requires(P.WORDS_MANAGE)
def edit(public_id: str) -> Answer:
    """The form with what stands there."""
    tag = queries.get_tag(public_id)
    if tag.is_archived:
        raise RuleBroken("这个标签已停用；要用，按原名再加一次")
    return _tag_page(_opened(tag), tag.kind, tag)


def _opened(tag: Tag) -> TagForm:
    """The form of a tag as it stands."""
    return TagForm(formdata=None, version=tag.version, name=tag.name, color=tag.color.value)


@bp.post("/<public_id>/edit")
@requires(P.WORDS_MANAGE)
def update(public_id: str) -> Answer:
    """Saves it."""
    tag, form = queries.get_tag(public_id), TagForm()
    pages.refusal_leads_to(url_for("tags.index"))

    def act() -> None:
        services.change_tag(tag, form.name.data, TagColor(form.color.data), form.seen)

    if not saved(form, act, lambda: _opened(tag)):
        return _tag_page(form, tag.kind, tag, 422)
    return pages.done(url_for("tags.index"), "已保存")


@bp.post("/<public_id>/archive")
@requires(P.WORDS_MANAGE)
def archive(public_id: str) -> Response:
    """停用."""
    tag = queries.get_tag(public_id)
    pages.refusal_leads_to(url_for("tags.index"))
    services.archive_tag(tag, seen_version())
    undo = (url_for("tags.restore", public_id=public_id), {"version": tag.version})
    return pages.done(url_for("tags.index"), f"「{tag.name}」已停用", undo=undo)


@bp.post("/<public_id>/restore")
@requires(P.WORDS_MANAGE)
def restore(public_id: str) -> Response:
    """撤销停用."""
    tag = queries.get_tag(public_id)
    pages.refusal_leads_to(url_for("tags.index"))
    services.restore_tag(tag, seen_version())
    return pages.done(url_for("tags.index"), f"「{tag.name}」已恢复")
