"""Pages on which somebody sets up a list for themselves: its columns, its views."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField

from app.core.access.auth import Actor, require_actor
from app.core.access.permissions import SIGNED_IN, requires
from app.core.records import listed, setups
from app.core.records.columns import ListColumn
from app.core.records.listing import Listing
from app.core.records.place import LISTS
from app.core.records.setups import ListSetup, ListView, Setup
from app.core.storage.db import end_writing
from app.core.values.errors import NotAllowed, NotFound, RuleBroken
from app.core.values.labels import label_of
from app.core.web import pages
from app.core.web.forms import BaseForm, Radios, line_field
from app.core.web.idempotency import once
from app.core.web.unsaved import shown_only

bp = Blueprint("lists", __name__)
Answer = str | Response | tuple[str, int]
_HEIGHTS = (("", "标准"), ("1", "紧凑，一屏多看几行"))


class ColumnsForm(BaseForm):
    """How tall rows are; the columns themselves are rows of the page."""

    is_compact = Radios(label_of(ListSetup.is_compact), choices=_HEIGHTS, default="")


class ViewForm(BaseForm):
    """A view to keep, or one that is kept."""

    name = line_field(label_of(ListView.name), setups.LONGEST_NAME, required="请写一个名称")
    is_shared = BooleanField(
        label_of(ListView.is_shared), description="看得到这个列表的人都能选它，各人只看到自己能看的"
    )
    opens = BooleanField("打开列表时先看它")


def _list(records: str) -> Listing[Any]:
    listing = LISTS.get(records)
    if listing is None:
        raise NotFound
    if not require_actor().may(listing.reads):
        raise NotAllowed
    return listing


# --- columns ---


@bp.get("/lists/<records>/columns")
@requires(SIGNED_IN)
def columns(records: str) -> str:
    """列和行高."""
    listing = _list(records)
    setup = setups.setup_of(listing, require_actor())
    form = ColumnsForm(formdata=None, is_compact="1" if setup.is_compact else "")
    return _choosing(listing, form, setups.offered(listing, setup))


@bp.post("/lists/<records>/columns")
@requires(SIGNED_IN)
def choose_columns(records: str) -> Answer:
    """Keeps them; 上移 and 下移 only show them in another order."""
    listing, actor, form = _list(records), require_actor(), ColumnsForm()
    rows = _sent(listing)
    if shown_only() or {"up", "down"} & set(request.form):
        end_writing()
        return _choosing(listing, form, _moved(rows))
    is_reset = "reset" in request.form
    keys = None if is_reset else [column.key for column, chosen in rows if chosen]

    def act() -> None:
        is_compact = bool(form.is_compact.data) and not is_reset
        setups.choose_columns(listing, actor, keys, is_compact=is_compact)

    if not pages.took(form, act):
        return _choosing(listing, form, rows), 422
    return pages.done(url_for(listing.endpoint), "列表按您选的显示，打印和导出也是这些列")


def _sent(listing: Listing[Any]) -> list[tuple[ListColumn, bool]]:
    """The columns as they were sent: their order, and which are chosen. What was not sent comes last."""
    known = {column.key: column for column, _chosen in setups.offered(listing, Setup())}
    order, chosen = request.form.getlist("order"), set(request.form.getlist("shown"))
    keys = dict.fromkeys([*(key for key in order if key in known), *known])
    return [(known[key], key in chosen) for key in keys]


def _moved(rows: list[tuple[ListColumn, bool]]) -> list[tuple[ListColumn, bool]]:
    """One of them a place up or down."""
    key, by = (request.form.get("up"), -1) if "up" in request.form else (request.form.get("down"), 1)
    place = next((place for place, (column, _chosen) in enumerate(rows) if column.key == key), None)
    if place is not None and 0 <= place + by < len(rows):
        rows[place], rows[place + by] = rows[place + by], rows[place]
    return rows


def _choosing(listing: Listing[Any], form: ColumnsForm, rows: Sequence[tuple[ListColumn, bool]]) -> str:
    return render_template(
        "lists/columns.html", listing=listing, form=form, rows=rows, back_url=url_for(listing.endpoint)
    )


# --- views ---


@bp.get("/lists/<records>/views")
@requires(SIGNED_IN)
def views(records: str) -> str:
    """视图."""
    listing, actor = _list(records), require_actor()
    opening = setups.setup_of(listing, actor).view_id
    rows = [(view, _in_words(listing, view.query, actor)) for view in setups.views_of(listing, actor)]
    return render_template("lists/views.html", listing=listing, rows=rows, opening=opening)


def _in_words(listing: Listing[Any], query: str, actor: Actor) -> str:
    """What a view shows. What it names may be gone by now."""
    try:
        with pages.of_query(query):
            return listed.in_words(listing, listed.read_asked(listing), actor)
    except (RuleBroken, NotFound):
        return "有的条件已经不存在，打开时会说明"


@bp.get("/lists/<records>/views/new")
@requires(SIGNED_IN)
def new_view(records: str) -> str:
    """把现在的条件存为视图."""
    listing = _list(records)
    words = listed.in_words(listing, listed.read_asked(listing), require_actor())
    name = words if len(words) <= setups.LONGEST_NAME else ""
    return _keeping(listing, ViewForm(formdata=None, name=name).ready())


@bp.post("/lists/<records>/views/new")
@requires(SIGNED_IN)
@once
def keep_view(records: str) -> Answer:
    """Keeps the conditions of the address by a name."""
    listing, actor, form = _list(records), require_actor(), ViewForm()
    listed.read_asked(listing)
    query = listed.canonical()

    def act() -> None:
        row = setups.keep_view(
            listing, actor, query, form.name.data or "", is_shared=bool(form.is_shared.data)
        )
        if form.opens.data:
            setups.open_with(listing, actor, row)

    if not pages.took(form, act):
        return _keeping(listing, form), 422
    return pages.done(f"{url_for(listing.endpoint)}?{query}", "已存为视图，在列表上方可以选")


def _keeping(listing: Listing[Any], form: BaseForm) -> str:
    words = listed.in_words(listing, listed.read_asked(listing), require_actor())
    back_url = url_for(listing.endpoint, **pages.asked_again("page"))
    return render_template(
        "lists/view_form.html", listing=listing, form=form, words=words, row=None, back_url=back_url
    )


def _changing(listing: Listing[Any], form: ViewForm, row: ListView) -> str:
    words = _in_words(listing, row.query, require_actor())
    back_url = url_for("lists.views", records=listing.kind)
    return render_template(
        "lists/view_form.html", listing=listing, form=form, words=words, row=row, back_url=back_url
    )


@bp.get("/views/<public_id>/edit")
@requires(SIGNED_IN)
def edit_view(public_id: str) -> str:
    """改视图."""
    actor = require_actor()
    row = setups.own_view_at(public_id, actor)
    listing = _list(row.list)
    opens = setups.setup_of(listing, actor).view_id == row.id
    return _changing(listing, ViewForm(formdata=None, obj=row, opens=opens), row)


@bp.post("/views/<public_id>/edit")
@requires(SIGNED_IN)
def change_view(public_id: str) -> Answer:
    """Another name, shared or not, first or not."""
    actor, form = require_actor(), ViewForm()
    row = setups.own_view_at(public_id, actor)
    listing = _list(row.list)

    def act() -> None:
        setups.change_view(listing, actor, row, form.name.data or "", is_shared=bool(form.is_shared.data))
        _open_or_not(listing, actor, row, opens=bool(form.opens.data))

    if not pages.took(form, act):
        return _changing(listing, form, row), 422
    return pages.done(url_for("lists.views", records=listing.kind), "已保存")


def _open_or_not(listing: Listing[Any], actor: Actor, row: ListView, *, opens: bool) -> None:
    if opens:
        setups.open_with(listing, actor, row)
    elif setups.setup_of(listing, actor).view_id == row.id:
        setups.open_with(listing, actor, None)


@bp.post("/views/<public_id>/open-first")
@requires(SIGNED_IN)
def open_first(public_id: str) -> Response:
    """The list opens with this view, or as a whole again."""
    actor = require_actor()
    row = setups.view_at(public_id, actor)
    opens = request.form.get("on") == "1"
    _open_or_not(_list(row.list), actor, row, opens=opens)
    said = f"打开列表时先看「{row.name}」" if opens else "打开列表时看全部"
    return pages.done(url_for("lists.views", records=row.list), said)


@bp.post("/views/<public_id>/remove")
@requires(SIGNED_IN)
def remove_view(public_id: str) -> Response:
    """Removes a view that one keeps."""
    row = setups.own_view_at(public_id, require_actor())
    kind, name = row.list, row.name
    setups.remove_view(row)
    return pages.done(url_for("lists.views", records=kind), f"已删除视图「{name}」")
