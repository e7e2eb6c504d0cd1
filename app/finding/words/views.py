"""搜索用词: whoever is signed in may read them, since they say why a search finds; few may change them."""

from collections.abc import Callable
from functools import partial

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from app.core.access.auth import Actor, require_actor
from app.core.access.permissions import SIGNED_IN, requires
from app.core.index.searching import SEARCHES
from app.core.records.editing import saved
from app.core.values.registries import Beside, ResultsPart, ResultsPlace
from app.core.web.budgets import asks, costs
from app.core.web.forms import BaseForm, seen_version
from app.core.web.idempotency import once
from app.core.web.pages import done, read_text, took
from app.finding.finder.address import LONGEST
from app.finding.finder.enums import FoundBy
from app.finding.finder.queries import Asked, Results
from app.finding.words import queries, services
from app.finding.words.forms import GroupForm, ReadingForm
from app.finding.words.models import WordGroup, WordReading
from app.register.accounts.enums import Permission

bp = Blueprint("words", __name__, url_prefix="/words")
REFUSED = 422
LONG = 12  # entries from which on the page offers to look among them
Shown = tuple[str, int] | Response


def beside_results(asked: Asked, found: Results, _actor: Actor) -> Beside:
    """What was also searched for, on the page of results; nothing where only names that are alike came."""
    also = queries.also_searched(found.text) if found.found_by is FoundBy.INDEX else ()
    if not also or found.alike:
        return Beside()
    shown = {"text": asked.text, "also_searched": also}
    return Beside((ResultsPart(ResultsPlace.MEANT, "words/_also_searched.html", shown),))


@bp.get("")
@requires(SIGNED_IN)
@costs(SEARCHES, when=asks("try"))
def index() -> str:
    """搜索用词."""
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


def _answer(was_taken: bool, page: Callable[[int], Shown]) -> Shown:
    """What was typed was saved, or is shown again with what is wrong with it."""
    return done(url_for("words.index"), "已保存，从下一次搜索起就算数") if was_taken else page(REFUSED)


def _removed() -> Response:
    return done(url_for("words.index"), "已删除，搜索不再用它")


# --- words that mean the same ------------------------------------------------------------------------


def _group_page(form: GroupForm, group: WordGroup | None, status: int = 200) -> Shown:
    return render_template("words/group.html", form=form.ready(), group=group), status


def _opened_group(group: WordGroup) -> GroupForm:
    return GroupForm(formdata=None, obj=group)


@bp.get("/groups/new")
@requires(Permission.WORDS_MANAGE)
def new_group() -> Shown:
    """加一组词的表."""
    return _group_page(GroupForm(), None)


@bp.post("/groups/new")
@requires(Permission.WORDS_MANAGE)
@once
def create_group() -> Shown:
    """加一组词."""
    form = GroupForm()
    was_taken = took(form, lambda: services.save_group(None, form.words.data))
    return _answer(was_taken, partial(_group_page, form, None))


@bp.get("/groups/<public_id>/edit")
@requires(Permission.WORDS_MANAGE)
def edit_group(public_id: str) -> Shown:
    """改一组词的表."""
    found = queries.get_entry(WordGroup, public_id)
    return _group_page(_opened_group(found), found)


@bp.post("/groups/<public_id>/edit")
@requires(Permission.WORDS_MANAGE)
def update_group(public_id: str) -> Shown:
    """改一组词."""
    group, form = queries.get_entry(WordGroup, public_id), GroupForm()

    def act() -> None:
        services.save_group(group, form.words.data, version=form.seen)

    return _answer(saved(form, act, partial(_opened_group, group)), partial(_group_page, form, group))


@bp.post("/groups/<public_id>/remove")
@requires(Permission.WORDS_MANAGE)
def remove_group(public_id: str) -> Response:
    """删除一组词."""
    services.remove_group(queries.get_entry(WordGroup, public_id), version=seen_version())
    return _removed()


# --- readings ----------------------------------------------------------------------------------------


def _reading_page(form: ReadingForm, row: WordReading | None, status: int = 200) -> Shown:
    return render_template("words/reading.html", form=form.ready(), row=row), status


def _opened_reading(row: WordReading) -> ReadingForm:
    return ReadingForm(formdata=None, obj=row)


@bp.get("/readings/new")
@requires(Permission.WORDS_MANAGE)
def new_reading() -> Shown:
    """加一条读音的表."""
    return _reading_page(ReadingForm(), None)


@bp.post("/readings/new")
@requires(Permission.WORDS_MANAGE)
@once
def create_reading() -> Shown:
    """加一条读音."""
    form = ReadingForm()
    was_taken = took(form, lambda: services.save_reading(None, form.word.data, form.reading.data))
    return _answer(was_taken, partial(_reading_page, form, None))


@bp.get("/readings/<public_id>/edit")
@requires(Permission.WORDS_MANAGE)
def edit_reading(public_id: str) -> Shown:
    """改一条读音的表."""
    found = queries.get_entry(WordReading, public_id)
    return _reading_page(_opened_reading(found), found)


@bp.post("/readings/<public_id>/edit")
@requires(Permission.WORDS_MANAGE)
def update_reading(public_id: str) -> Shown:
    """改一条读音."""
    row, form = queries.get_entry(WordReading, public_id), ReadingForm()

    def act() -> None:
        services.save_reading(row, form.word.data, form.reading.data, version=form.seen)

    return _answer(saved(form, act, partial(_opened_reading, row)), partial(_reading_page, form, row))


@bp.post("/readings/<public_id>/remove")
@requires(Permission.WORDS_MANAGE)
def remove_reading(public_id: str) -> Response:
    """删除一条读音."""
    services.remove_reading(queries.get_entry(WordReading, public_id), version=seen_version())
    return _removed()
