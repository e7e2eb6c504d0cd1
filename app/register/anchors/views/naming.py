"""Which companies are anchors of a chain: named, changed, taken off."""

from datetime import date

from flask import render_template, url_for
from werkzeug.wrappers import Response

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.records.editing import saved
from app.core.values.clock import today
from app.core.values.errors import RuleBroken
from app.core.web import pages
from app.core.web.forms import seen_version
from app.core.web.idempotency import once
from app.register.accounts.enums import Permission as P
from app.register.anchors import policy, queries, services
from app.register.anchors.forms import AnchorForm, NewAnchorForm
from app.register.anchors.models import ChainAnchor
from app.register.anchors.views.blueprint import Answer, bp, must_be_open, page_of
from app.register.chains import queries as chains
from app.register.chains.models import Chain
from app.register.enterprises import picking
from app.register.enterprises.queries import why_not_one


def _chain_for_change(public_id: str) -> Chain:
    chain = chains.get_chain(public_id)
    must_be_open(chain, may=policy.may_name(require_actor(), chain), refusal=services.NOT_THEIRS)
    return chain


def _anchor_for_change(public_id: str) -> ChainAnchor:
    row = queries.get_anchor(public_id)
    must_be_open(row.chain, may=policy.may_name(require_actor(), row.chain), refusal=services.NOT_THEIRS)
    return row


# --- which companies ---------------------------------------------------------------------------------


def _data(form: AnchorForm) -> services.AnchorData:
    begins: date = form.starts_on.data
    return services.AnchorData(begins, form.ends_on.data, form.note.data or "")


def _anchor_page(form: AnchorForm, chain: Chain, row: ChainAnchor | None = None, status: int = 200) -> Answer:
    return render_template("anchors/form.html", form=form.ready(), chain=chain, row=row), status


@bp.get("/anchors/on/<public_id>")
@requires(P.CHAINS_WRITE)
def new(public_id: str) -> Answer:
    """定链主."""
    return _anchor_page(NewAnchorForm(formdata=None, starts_on=today()), _chain_for_change(public_id))


@bp.post("/anchors/on/<public_id>")
@requires(P.CHAINS_WRITE)
@once
def create(public_id: str) -> Answer:
    """定链主：保存."""
    chain, form, made = _chain_for_change(public_id), NewAnchorForm(), list[ChainAnchor]()

    def act() -> None:
        company = picking.meant(form)
        if company is None:
            raise RuleBroken({"enterprise": why_not_one(form.enterprise.data or "")})
        made.append(services.name_anchor(chain, company, _data(form)))

    if not pages.took(form, act):
        return _anchor_page(form, chain, status=422)
    need = url_for("anchors.new_need", public_id=made[0].public_id)
    return pages.done(page_of(chain), "已定为链主", link=("写采购需求", need))


def _opened(row: ChainAnchor) -> AnchorForm:
    return AnchorForm(formdata=None, obj=row)


@bp.get("/anchors/<public_id>/edit")
@requires(P.CHAINS_WRITE)
def edit(public_id: str) -> Answer:
    """改链主."""
    row = _anchor_for_change(public_id)
    return _anchor_page(_opened(row), row.chain, row)


@bp.post("/anchors/<public_id>/edit")
@requires(P.CHAINS_WRITE)
def update(public_id: str) -> Answer:
    """改链主：保存."""
    row, form = _anchor_for_change(public_id), AnchorForm()
    if not saved(form, lambda: services.change_anchor(row, form.seen, _data(form)), lambda: _opened(row)):
        return _anchor_page(form, row.chain, row, 422)
    return pages.done(page_of(row.chain), "已保存")


@bp.post("/anchors/<public_id>/remove")
@requires(P.CHAINS_WRITE)
def remove(public_id: str) -> Response:
    """删掉记错的链主."""
    row = _anchor_for_change(public_id)
    chain = row.chain
    services.remove_anchor(row, seen_version())
    return pages.done(page_of(chain), "已删掉")
