"""Posts of chains: their part of the page of a chain, their forms."""

from datetime import date

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from app.core.access.auth import Actor, require_actor
from app.core.access.permissions import requires
from app.core.records.archiving import must_be_live
from app.core.records.editing import saved
from app.core.values.clock import today
from app.core.values.errors import NotAllowed
from app.core.values.registries import PagePart, PartPlace
from app.core.web import pages
from app.core.web.forms import seen_version
from app.core.web.idempotency import once
from app.register.accounts.enums import Permission as P
from app.register.accounts.queries import get_person, people_to_choose
from app.register.chains import queries as chains
from app.register.chains.models import Chain
from app.register.posts import policy, queries, services
from app.register.posts.enums import PostKind
from app.register.posts.forms import EndPostForm, PostForm
from app.register.posts.models import ChainPost

bp = Blueprint("posts", __name__)
Answer = str | Response | tuple[str, int]


def on_chain(chain: Chain, actor: Actor) -> PagePart:
    """Who is charged with a chain today; who was before, and who will be."""
    rows, day = queries.posts_of(chain.id), today()
    shown = {
        "chain": chain,
        "now": [row for row in rows if row.term.covers(day)],
        "others": [row for row in rows if not row.term.covers(day)],
        "may_change": policy.may_change(actor, chain),
    }
    return PagePart("posts/_on_chain.html", shown, PartPlace.SIDE)


def _page_of(chain: Chain) -> str:
    return url_for("chains.detail", public_id=chain.public_id)


def _must_be_open(chain: Chain) -> None:
    """Forms of posts are for who may change them; a refusal leads back to the page of the chain."""
    pages.refusal_leads_to(_page_of(chain))
    must_be_live(chain)
    if not policy.may_change(require_actor(), chain):
        raise NotAllowed(services.NOT_THEIRS)


def _chain_for_change(public_id: str) -> Chain:
    chain = chains.get_chain(public_id)
    _must_be_open(chain)
    return chain


def _post_for_change(public_id: str) -> ChainPost:
    row = queries.get_post(public_id)
    _must_be_open(row.chain)
    return row


# --- given -------------------------------------------------------------------------------------------


def _form(row: ChainPost | None = None, **values: object) -> PostForm:
    form = PostForm(**values)
    form.offer(people_to_choose(row.person if row else None))
    return form


def _data(form: PostForm) -> services.PostData:
    starts_on: date = form.starts_on.data
    return services.PostData(
        get_person(form.person.data), PostKind(form.post.data), starts_on, form.ends_on.data
    )


def _form_page(form: PostForm, chain: Chain, row: ChainPost | None = None, status: int = 200) -> Answer:
    return render_template("posts/form.html", form=form.ready(), chain=chain, row=row), status


@bp.get("/posts/on/<public_id>")
@requires(P.CHAIN_POSTS)
def new(public_id: str) -> Answer:
    """定链长、副链长或专班成员."""
    return _form_page(_form(formdata=None, starts_on=today()), _chain_for_change(public_id))


@bp.post("/posts/on/<public_id>")
@requires(P.CHAIN_POSTS)
@once
def create(public_id: str) -> Answer:
    """定链长、副链长或专班成员：保存."""
    chain, form = _chain_for_change(public_id), _form()
    if not pages.took(form, lambda: services.give(chain, _data(form))):
        return _form_page(form, chain, status=422)
    return pages.done(_page_of(chain), "已定下")


# --- corrected, ended, taken off ---------------------------------------------------------------------


def _opened(row: ChainPost) -> PostForm:
    form = _form(row, formdata=None, obj=row)
    form.post.data = row.post.value
    return form


@bp.get("/posts/<public_id>/edit")
@requires(P.CHAIN_POSTS)
def edit(public_id: str) -> Answer:
    """更正一段任职."""
    row = _post_for_change(public_id)
    return _form_page(_opened(row), row.chain, row)


@bp.post("/posts/<public_id>/edit")
@requires(P.CHAIN_POSTS)
def update(public_id: str) -> Answer:
    """更正一段任职：保存."""
    row = _post_for_change(public_id)
    form = _form(row)
    if not saved(form, lambda: services.correct(row, form.seen, _data(form)), lambda: _opened(row)):
        return _form_page(form, row.chain, row, 422)
    return pages.done(_page_of(row.chain), "已更正")


def _end_page(form: EndPostForm, row: ChainPost, status: int = 200) -> Answer:
    return render_template("posts/end.html", form=form, row=row), status


def _ending(row: ChainPost) -> EndPostForm:
    return EndPostForm(formdata=None, version=row.version, ends_on=row.ends_on or today())


@bp.get("/posts/<public_id>/end")
@requires(P.CHAIN_POSTS)
def ending(public_id: str) -> Answer:
    """写上最后一天."""
    row = _post_for_change(public_id)
    return _end_page(_ending(row), row)


@bp.post("/posts/<public_id>/end")
@requires(P.CHAIN_POSTS)
def end(public_id: str) -> Answer:
    """写上最后一天：保存."""
    row, form = _post_for_change(public_id), EndPostForm()
    if not saved(form, lambda: services.end(row, form.seen, form.ends_on.data), lambda: _ending(row)):
        return _end_page(form, row, 422)
    return pages.done(_page_of(row.chain), "已记下最后一天")


@bp.post("/posts/<public_id>/remove")
@requires(P.CHAIN_POSTS)
def remove(public_id: str) -> Response:
    """删掉记错的一段任职."""
    row = _post_for_change(public_id)
    services.remove(row, seen_version())
    return pages.done(_page_of(row.chain), "已删掉")
