"""「我的查询」, the recent searches under the box, and what both show beside the results."""

import logging

from flask import (
    Blueprint,
    Flask,
    Response,
    after_this_request,
    current_app,
    redirect,
    render_template,
    request,
    url_for,
)
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response as Answered

from app.core.access.auth import Actor, require_actor
from app.core.access.permissions import SIGNED_IN, requires
from app.core.index.searching import SEARCHES, highlight
from app.core.storage.db import db, reading_apart, writing_in_passing
from app.core.values.errors import RuleBroken
from app.core.values.registries import Beside, ResultsPart, ResultsPlace
from app.core.web import pages
from app.core.web.budgets import costs
from app.core.web.idempotency import once
from app.core.work.regular import OFTEN_MINUTES
from app.finding.finder.address import read_asked
from app.finding.finder.enums import FoundBy
from app.finding.finder.queries import Asked, Results, sources_for
from app.finding.finder.written import in_plain_words, read_written, written
from app.finding.saved_searches import queries, services
from app.finding.saved_searches.forms import SavedForm
from app.finding.saved_searches.models import SavedSearch
from app.finding.saved_searches.rules import KEPT, MOST_RECENT, MOST_SAVED, WATCHABLE, fresh_of, proposed_name

log = logging.getLogger(__name__)
bp = Blueprint("saved_searches", __name__)
Answer = str | Answered | tuple[str, int]
PATIENCE = 300  # ms that remembering a look waits for other writers


def results_url(address: str) -> str:
    """The result page of a search as it is kept."""
    return f"{url_for('finder.results')}?{address}"


# --- beside the results ----------------------------------------------------------------------------


def beside_results(asked: Asked, found: Results, actor: Actor) -> Beside:
    """What the result page shows of saved and recent searches; remembers the look once it has been sent."""
    if not (asked.text or asked.narrowed):
        recents = {"recents": queries.list_recent(actor), "most": MOST_RECENT, "days": KEPT.days}
        return Beside((ResultsPart(ResultsPlace.UNASKED, "saved_searches/_recents.html", recents),))
    row = queries.saved_as(asked, actor)
    fresh = _fresh_among(found, row)
    is_again = asked.page > 1 or queries.newest_recent(actor) == queries.digest_of(asked)
    # What found nothing is mostly a slip of the hand: nobody wants it offered again.
    is_kept = found.total > 0 and not is_again
    _remember_later(actor, asked if is_kept else None, row.id if row and fresh else None, fresh)
    shown = {"saved": row, "save_url": f"{url_for('saved_searches.new')}?{written(asked)}"}
    return Beside((ResultsPart(ResultsPlace.ACTIONS, "saved_searches/_save.html", shown),), frozenset(fresh))


def _fresh_among(found: Results, row: SavedSearch | None) -> list[str]:
    """Those on this page that their reader has not seen since the search was saved."""
    if row is None or row.known is None or found.found_by is not FoundBy.INDEX:
        return []
    return fresh_of((hit.key for hit in found.hits if not hit.alike), row.known)


def _remember_later(actor: Actor, asked: Asked | None, saved_id: int | None, seen: list[str]) -> None:
    """After the page has been sent, so that no reader waits for a writer and a GET renders under no lock."""
    user_id, app = actor.user_id, current_app._get_current_object()  # type: ignore[attr-defined]
    if user_id is None or (asked is None and saved_id is None):
        return

    @after_this_request
    def and_then(response: Response) -> Response:
        if response.status_code == 200:
            response.call_on_close(lambda: _remember(app, user_id, asked, saved_id, seen))
        return response


def _remember(app: Flask, user_id: int, asked: Asked | None, saved_id: int | None, seen: list[str]) -> None:
    with app.app_context():
        try:
            with writing_in_passing(PATIENCE):
                if asked is not None:
                    services.remember(user_id, asked)
                if saved_id is not None:
                    services.look_at(saved_id, seen)
                db.session.commit()
        except OperationalError as busy:
            # The next look is remembered; what is new stays so a little longer.
            log.info("a look was not remembered: %s", busy.orig)


# --- recent searches -------------------------------------------------------------------------------


@bp.get("/searches/recent")
@requires(SIGNED_IN)
def recent() -> str:
    """搜索框空着时的最近搜索."""
    found = queries.list_recent(require_actor())
    return render_template("saved_searches/recent.html", recents=found)


@bp.post("/searches/recent/<digest>/remove")
@requires(SIGNED_IN)
def forget(digest: str) -> Answered:
    """Removes one recent search."""
    services.forget(require_actor(), digest)
    return pages.done(url_for("finder.results"), "已删除")


@bp.post("/searches/recent/remove")
@requires(SIGNED_IN)
def forget_all() -> Answered:
    """Removes all recent searches."""
    services.forget_all(require_actor())
    return pages.done(url_for("finder.results"), "最近搜索已清空")


# --- saved searches --------------------------------------------------------------------------------


@bp.get("/searches")
@requires(SIGNED_IN)
def index() -> str:
    """我的查询."""
    found = queries.list_saved(require_actor())
    limits = {"most": MOST_SAVED, "watchable": WATCHABLE, "minutes": OFTEN_MINUTES}
    return render_template("saved_searches/index.html", rows=found, **limits)


def _asked(actor: Actor) -> Asked:
    asked = read_asked(sources_for(actor))
    if not (asked.text or asked.narrowed):
        raise RuleBroken({"q": "还没有搜索什么。先写几个字或者选一个条件，再收藏"})
    return asked


def _saving(form: SavedForm, asked: Asked, actor: Actor) -> str:
    return render_template(
        "saved_searches/form.html",
        form=form,
        words=in_plain_words([asked])[0],
        twin=queries.saved_as(asked, actor),
        row=None,
        back=results_url(written(asked)),
    )


@bp.get("/searches/new")
@requires(SIGNED_IN)
def new() -> str:
    """收藏这个查询."""
    actor = require_actor()
    asked = _asked(actor)
    name = proposed_name(in_plain_words([asked])[0].line)
    return _saving(SavedForm(formdata=None, name=name).ready(), asked, actor)


@bp.post("/searches/new")
@requires(SIGNED_IN)
@once
@costs(SEARCHES)
def create() -> Answer:
    """Saves the search of the address."""
    actor, form = require_actor(), SavedForm()
    with reading_apart():
        asked = _asked(actor)
        found = queries.count_now(asked, actor)

    def act() -> None:
        services.save_search(
            actor, asked, form.name.data or "", is_watched=bool(form.is_watched.data), found=found
        )

    if not pages.took(form, act):
        return _saving(form, asked, actor), 422
    row = queries.saved_as(asked, actor)
    assert row is not None
    link = ("我的查询", url_for("saved_searches.index"))
    return pages.done(url_for("saved_searches.detail", public_id=row.public_id), "已收藏", link=link)


@bp.get("/searches/<public_id>")
@requires(SIGNED_IN)
def detail(public_id: str) -> Answered:
    """Its result page."""
    return redirect(results_url(queries.get_saved(public_id, require_actor()).address))


@bp.get("/searches/<public_id>/fresh")
@requires(SIGNED_IN)
@costs(SEARCHES)
def fresh(public_id: str) -> str:
    """新结果."""
    actor = require_actor()
    found, hits = queries.show_saved(queries.get_saved(public_id, actor), actor)
    return render_template("saved_searches/fresh.html", saved=found, hits=hits, highlight=highlight)


@bp.post("/searches/<public_id>/seen")
@requires(SIGNED_IN)
def seen(public_id: str) -> Answered:
    """都看过了: those that stood on the page, and not what came since."""
    row = queries.get_saved(public_id, require_actor())
    asked_for = set(request.form.getlist("key"))
    services.look_at(row.id, [key for key in row.fresh if key in asked_for])
    return pages.done(url_for("saved_searches.index"), "都记为看过了")


def _changing(form: SavedForm, row: SavedSearch) -> str:
    return render_template(
        "saved_searches/form.html",
        form=form,
        words=in_plain_words([read_written(row.address)])[0],
        twin=None,
        row=row,
        back=url_for("saved_searches.index"),
    )


@bp.get("/searches/<public_id>/edit")
@requires(SIGNED_IN)
def edit(public_id: str) -> str:
    """改名称和提醒."""
    row = queries.get_saved(public_id, require_actor())
    return _changing(SavedForm(formdata=None, obj=row), row)


@bp.post("/searches/<public_id>/edit")
@requires(SIGNED_IN)
def update(public_id: str) -> Answer:
    """Another name, reminders on or off."""
    actor, form = require_actor(), SavedForm()
    row = queries.get_saved(public_id, actor)

    def act() -> None:
        services.change_saved(row, actor, name=form.name.data or "", is_watched=bool(form.is_watched.data))

    if not pages.took(form, act):
        return _changing(form, row), 422
    return pages.done(url_for("saved_searches.index"), "已保存")


@bp.post("/searches/<public_id>/watch")
@requires(SIGNED_IN)
def watch(public_id: str) -> Answered:
    """Reminders on, or off when they are on."""
    actor = require_actor()
    row = queries.get_saved(public_id, actor)
    turned_on = request.form.get("on") == "1"
    services.change_saved(row, actor, name=row.name, is_watched=turned_on)
    return pages.done(url_for("saved_searches.index"), "有新结果时会提醒" if turned_on else "不再提醒")


@bp.post("/searches/<public_id>/remove")
@requires(SIGNED_IN)
def remove(public_id: str) -> Answered:
    """Removes a saved search."""
    row = queries.get_saved(public_id, require_actor())
    services.remove_saved(row)
    return pages.done(url_for("saved_searches.index"), "已删除")
