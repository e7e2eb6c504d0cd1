"""One chain: its page as of a day, its form, its archive."""

from flask import render_template, url_for

from app.core.access.auth import Actor, require_actor
from app.core.access.permissions import requires
from app.core.records.archiving import ArchiveForm, serve_archiving
from app.core.records.editing import saved
from app.core.values.clock import in_beijing, today
from app.core.values.registries import ON_CHAIN
from app.core.web import pages
from app.core.web.idempotency import once
from app.register.accounts.enums import Permission as P
from app.register.chains import policy, queries, rules, services
from app.register.chains.forms import ChainForm
from app.register.chains.models import Chain
from app.register.chains.showing import shown
from app.register.chains.views.blueprint import Answer, bp, chain_for_change, page_of, parts_of


def _data(form: ChainForm) -> services.ChainData:
    return services.ChainData(
        code=form.code.data,
        name=form.name.data,
        aliases=form.aliases.data or "",
        note=form.note.data or "",
        position=form.position.data or 0,
    )


def _form_page(form: ChainForm, chain: Chain | None = None, status: int = 200) -> Answer:
    return render_template("chains/form.html", form=form.ready(), chain=chain), status


@bp.get("/chains/new")
@requires(P.CHAINS_WRITE)
def new() -> Answer:
    """新建产业链."""
    return _form_page(ChainForm(formdata=None))


@bp.post("/chains/new")
@requires(P.CHAINS_WRITE)
@once
def create() -> Answer:
    """新建产业链：保存."""
    form, made = ChainForm(), list[Chain]()
    if not pages.took(form, lambda: made.append(services.create_chain(_data(form)))):
        return _form_page(form, status=422)
    return pages.done(
        page_of(made[0]), "已新建", link=("加环节", url_for("chains.new_node", public_id=made[0].public_id))
    )


@bp.get("/chains/<public_id>")
@requires(P.CHAINS_READ)
def detail(public_id: str) -> str:
    """一条产业链."""
    return _detail_page(public_id)


def _detail_page(public_id: str, archiving: ArchiveForm | None = None) -> str:
    actor, chain = require_actor(), queries.get_chain(public_id)
    day = pages.read_date("on", "截至哪一天") or today()
    return render_template(
        "chains/detail.html",
        chain=chain,
        of=shown(chain, day),
        is_today=day == today(),
        weights=rules.WEIGHT_WORDS,
        may_change=policy.may_change(actor, chain),
        may_restore=chain.is_archived and policy.may_write(actor, chain),
        own=_own(chain, actor),
        beside=parts_of(ON_CHAIN, chain),
        archiving=archiving or ArchiveForm(formdata=None, version=chain.version),
    )


def _own(chain: Chain, actor: Actor) -> dict[str, str] | None:
    """What this person has just done to the links, as long as they may undo it."""
    change = queries.last_change(chain, actor.person_id) if policy.may_change(actor, chain) else None
    if change is None:
        return None
    until = in_beijing(change.created_at + rules.UNDO).strftime("%H:%M")
    return {
        "words": change.told,
        "until": until,
        "url": url_for("chains.undo", public_id=change.public_id),
    }


serve_archiving(bp, services.ARCHIVING, _detail_page)


def _opened(chain: Chain) -> ChainForm:
    return ChainForm(formdata=None, obj=chain)


@bp.get("/chains/<public_id>/edit")
@requires(P.CHAINS_WRITE)
def edit(public_id: str) -> Answer:
    """改产业链."""
    chain = chain_for_change(public_id)
    return _form_page(_opened(chain), chain)


@bp.post("/chains/<public_id>/edit")
@requires(P.CHAINS_WRITE)
def update(public_id: str) -> Answer:
    """改产业链：保存."""
    chain, form = chain_for_change(public_id), ChainForm()
    if not saved(form, lambda: services.change_chain(chain, form.seen, _data(form)), lambda: _opened(chain)):
        return _form_page(form, chain, 422)
    return pages.done(page_of(chain), "已保存")
