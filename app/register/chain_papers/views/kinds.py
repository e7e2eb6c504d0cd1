"""Which maps and lists the county keeps for each chain: all of them, one of them, its form, its archive."""

from typing import Any

from flask import render_template, url_for
from werkzeug.wrappers import Response

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.records.archiving import ArchiveForm, must_be_live, serve_archiving
from app.core.records.editing import saved
from app.core.web import pages
from app.core.web.forms import BaseForm
from app.core.web.idempotency import once
from app.register.accounts.enums import Permission as P
from app.register.chain_papers import policy, queries, services
from app.register.chain_papers.enums import PaperForm
from app.register.chain_papers.forms import PaperKindForm
from app.register.chain_papers.models import PaperKind
from app.register.chain_papers.rules import EXAMPLES, FILE, LAST
from app.register.chain_papers.sources import FILE_LABEL, PAPER_SOURCES, label_of_source
from app.register.chain_papers.views.blueprint import Answer, bp, kinds_bp, page_of_kind


@bp.get("/chain_papers")
@requires(P.CHAINS_READ)
def index() -> str:
    """图和清单：县里给每条产业链备哪些."""
    kinds = queries.kinds_in_use()
    names = {kind.name for kind in kinds}
    return render_template(
        "chain_papers/index.html",
        kinds=kinds,
        old=queries.old_kinds(),
        source=label_of_source,
        may_set=policy.may_set(require_actor()),
        lacks=any(each.name not in names for each in EXAMPLES),
        examples=BaseForm(formdata=None).ready(),
    )


@bp.post("/chain_papers/examples")
@requires(P.CHAINS_WRITE)
@once
def load_examples() -> Response:
    """装入四图五清单样例."""
    pages.refusal_leads_to(url_for("chain_papers.index"))
    added = services.load_examples()
    told = f"已装入 {len(added)} 项样例，都可以改" if added else "样例都已经有了，没有变化"
    return pages.done(url_for("chain_papers.index"), told)


def _data(form: PaperKindForm) -> services.KindData:
    return services.KindData(
        name=form.name.data,
        form=PaperForm(form.form.data),
        source=form.source.data,
        position=form.position.data or 0,
        note=form.note.data or "",
    )


def _form(kind: PaperKind | None = None, **values: Any) -> PaperKindForm:
    """The form with all sources; one that is no more stays for the kind that has it."""
    form = PaperKindForm(**values)
    offered = {FILE: FILE_LABEL, **{code: source.label for code, source in PAPER_SOURCES.items()}}
    if kind is not None:
        offered.setdefault(kind.source, label_of_source(kind.source))
    form.offer(offered.items())
    return form


def _form_page(form: PaperKindForm, kind: PaperKind | None = None, status: int = 200) -> Answer:
    return render_template("chain_papers/kind_form.html", form=form.ready(), kind=kind), status


@kinds_bp.get("/paper_kinds/new")
@requires(P.CHAINS_WRITE)
def new() -> Answer:
    """加一项图或清单."""
    last = max((kind.position for kind in queries.kinds_in_use()), default=0)
    return _form_page(_form(formdata=None, source=FILE, position=min(last + 1, LAST)))


@kinds_bp.post("/paper_kinds/new")
@requires(P.CHAINS_WRITE)
@once
def create() -> Answer:
    """加一项图或清单：保存."""
    form = _form()
    if not pages.took(form, lambda: services.add_kind(_data(form))):
        return _form_page(form, status=422)
    return pages.done(url_for("chain_papers.index"), "已加上")


@kinds_bp.get("/paper_kinds/<public_id>")
@requires(P.CHAINS_READ)
def detail(public_id: str) -> str:
    """一项图或清单."""
    return _detail_page(public_id)


def _detail_page(public_id: str, archiving: ArchiveForm | None = None) -> str:
    kind, may_set = queries.get_kind(public_id), policy.may_set(require_actor())
    return render_template(
        "chain_papers/kind.html",
        kind=kind,
        source=label_of_source(kind.source),
        may_set=may_set,
        archiving=archiving or ArchiveForm(formdata=None, version=kind.version),
    )


serve_archiving(kinds_bp, services.KINDS, _detail_page)


def _for_change(public_id: str) -> PaperKind:
    kind = queries.get_kind(public_id)
    pages.refusal_leads_to(page_of_kind(kind))
    must_be_live(kind)
    return kind


def _opened(kind: PaperKind) -> PaperKindForm:
    return _form(
        kind,
        formdata=None,
        name=kind.name,
        form=kind.form.value,
        source=kind.source,
        position=kind.position,
        note=kind.note,
        version=kind.version,
    )


@kinds_bp.get("/paper_kinds/<public_id>/edit")
@requires(P.CHAINS_WRITE)
def edit(public_id: str) -> Answer:
    """改一项图或清单."""
    kind = _for_change(public_id)
    return _form_page(_opened(kind), kind)


@kinds_bp.post("/paper_kinds/<public_id>/edit")
@requires(P.CHAINS_WRITE)
def update(public_id: str) -> Answer:
    """改一项图或清单：保存."""
    kind = _for_change(public_id)
    form = _form(kind)
    if not saved(form, lambda: services.change_kind(kind, form.seen, _data(form)), lambda: _opened(kind)):
        return _form_page(form, kind, 422)
    return pages.done(url_for("chain_papers.index"), "已保存")
