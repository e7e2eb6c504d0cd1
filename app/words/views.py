"""检索用词: whoever is signed in may read them, since they say why a search finds; few may change them."""

from typing import Any

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from app.accounts.enums import Permission
from app.core.auth import Actor, require_actor
from app.core.forms import BaseForm
from app.core.idempotency import once
from app.core.pages import done, read_text, took
from app.core.permissions import SIGNED_IN, requires
from app.finder.address import LONGEST
from app.finder.enums import FoundBy
from app.finder.queries import Asked, Results
from app.words import queries, services
from app.words.forms import GroupForm, ReadingForm, RemovalForm
from app.words.models import WordGroup, WordReading

bp = Blueprint("words", __name__, url_prefix="/words")
REFUSED = 422
LONG = 12  # entries from which on the page offers to look among them
Shown = tuple[str, int] | Response


def beside_results(_asked: Asked, found: Results, _actor: Actor) -> dict[str, Any]:
    """What was also searched for, on the page of results."""
    by_index = found.found_by is FoundBy.INDEX
    return {"also_searched": queries.also_searched(found.text) if by_index else ()}


@bp.get("")
@requires(SIGNED_IN)
def index() -> str:
    """检索用词."""
    containing, trying = read_text("q", 40), read_text("try", LONGEST)
    groups, readings = queries.counts()
    return render_template(
        "words/index.html",
        groups=queries.list_groups(containing),
        readings=queries.list_readings(containing),
        counts={"groups": groups, "readings": readings},
        containing=containing,
        is_long=groups + readings > LONG,
        trying=trying,
        starter=BaseForm().ready(),
        tried=queries.try_out(trying, require_actor()),
    )


@bp.post("/starter")
@requires(Permission.WORDS_MANAGE)
@once
def add_starter() -> Response:
    """放入常用词."""
    count = services.add_starter()
    return done(url_for("words.index"), f"已放入 {count} 条，从下一次搜索起就算数")


def _form_page(template: str, form: BaseForm, status: int = 200, **more: object) -> Shown:
    return render_template(template, form=form.ready(), **more), status


@bp.get("/groups/new")
@requires(Permission.WORDS_MANAGE)
def new_group() -> Shown:
    """加一组词的表."""
    return _form_page("words/group.html", GroupForm(), group=None)


@bp.post("/groups/new")
@requires(Permission.WORDS_MANAGE)
@once
def create_group() -> Shown:
    """加一组词."""
    form = GroupForm()
    if not took(form, lambda: services.save_group(None, form.words.data)):
        return _form_page("words/group.html", form, REFUSED, group=None)
    return done(url_for("words.index"), "已保存，从下一次搜索起就算数")


@bp.get("/groups/<public_id>/edit")
@requires(Permission.WORDS_MANAGE)
def edit_group(public_id: str) -> Shown:
    """改一组词的表."""
    found = queries.get_group(public_id)
    return _group_page(found, GroupForm(formdata=None, words=found.words, version=found.version))


def _group_page(found: WordGroup, form: GroupForm, status: int = 200) -> Shown:
    return _form_page("words/group.html", form, status, group=found)


@bp.post("/groups/<public_id>/edit")
@requires(Permission.WORDS_MANAGE)
def update_group(public_id: str) -> Shown:
    """改一组词."""
    found, form = queries.get_group(public_id), GroupForm()
    if not took(form, lambda: services.save_group(found, form.words.data, version=form.seen)):
        return _group_page(found, form, REFUSED)
    return done(url_for("words.index"), "已保存，从下一次搜索起就算数")


@bp.post("/groups/<public_id>/remove")
@requires(Permission.WORDS_MANAGE)
def remove_group(public_id: str) -> Response:
    """删去一组词."""
    found = queries.get_group(public_id)
    services.remove_group(found, version=_seen())
    return done(url_for("words.index"), "已删去，搜索不再用它")


def _seen() -> int:
    """The version that a form of one button was shown with."""
    form = RemovalForm()
    return form.seen if form.validate() else 0


@bp.get("/readings/new")
@requires(Permission.WORDS_MANAGE)
def new_reading() -> Shown:
    """加一条读音的表."""
    return _form_page("words/reading.html", ReadingForm(), row=None)


def _save_reading(row: WordReading | None, form: ReadingForm) -> None:
    services.save_reading(row, form.word.data, form.reading.data, version=form.seen)


@bp.post("/readings/new")
@requires(Permission.WORDS_MANAGE)
@once
def create_reading() -> Shown:
    """加一条读音."""
    form = ReadingForm()
    if not took(form, lambda: _save_reading(None, form)):
        return _form_page("words/reading.html", form, REFUSED, row=None)
    return done(url_for("words.index"), "已保存，从下一次搜索起就算数")


@bp.get("/readings/<public_id>/edit")
@requires(Permission.WORDS_MANAGE)
def edit_reading(public_id: str) -> Shown:
    """改一条读音的表."""
    found = queries.get_reading(public_id)
    form = ReadingForm(formdata=None, word=found.word, reading=found.reading, version=found.version)
    return _form_page("words/reading.html", form, row=found)


@bp.post("/readings/<public_id>/edit")
@requires(Permission.WORDS_MANAGE)
def update_reading(public_id: str) -> Shown:
    """改一条读音."""
    found, form = queries.get_reading(public_id), ReadingForm()
    if not took(form, lambda: _save_reading(found, form)):
        return _form_page("words/reading.html", form, REFUSED, row=found)
    return done(url_for("words.index"), "已保存，从下一次搜索起就算数")


@bp.post("/readings/<public_id>/remove")
@requires(Permission.WORDS_MANAGE)
def remove_reading(public_id: str) -> Response:
    """删去一条读音."""
    found = queries.get_reading(public_id)
    services.remove_reading(found, version=_seen())
    return done(url_for("words.index"), "已删去，搜索不再用它")
