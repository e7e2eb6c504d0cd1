"""Versions of a map or list of a chain: uploaded, read, put right, archived."""

from flask import render_template

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.records.archiving import ArchiveForm, must_be_live, serve_archiving
from app.core.records.editing import saved
from app.core.storage.db import reading_apart
from app.core.values.clock import today
from app.core.values.errors import NotAllowed
from app.core.web import pages
from app.core.web.idempotency import once
from app.core.web.receiving import takes_files
from app.register.accounts.enums import Permission as P
from app.register.chain_papers import policy, queries, services
from app.register.chain_papers.forms import EditPaperForm, NewPaperForm
from app.register.chain_papers.models import ChainPaper
from app.register.chain_papers.views.blueprint import Answer, bp, page_of, page_of_chain
from app.register.chains import queries as chains
from app.register.chains.models import Chain


def _chain_for_change(public_id: str) -> Chain:
    chain = chains.get_chain(public_id)
    pages.refusal_leads_to(page_of_chain(chain))
    must_be_live(chain)
    if not policy.may_upload(require_actor(), chain):
        raise NotAllowed(services.NOT_THEIRS)
    return chain


def _new_page(form: NewPaperForm, chain: Chain, status: int = 200) -> Answer:
    form.offer(queries.file_kinds())
    return render_template("chain_papers/new.html", form=form.ready(), chain=chain), status


@bp.get("/chain_papers/on/<public_id>")
@requires(P.PLACEMENTS_DECIDE)
def new(public_id: str) -> Answer:
    """传一份图或清单；?kind= 带入是哪一项."""
    asked = pages.read_text("kind", 16)
    return _new_page(NewPaperForm(formdata=None, kind=asked, as_of=today()), _chain_for_change(public_id))


@bp.post("/chain_papers/on/<public_id>")
@takes_files
@requires(P.PLACEMENTS_DECIDE)
@once
def create(public_id: str) -> Answer:
    """传一份图或清单：保存. Whether somebody may is asked before the file is taken in as well."""
    with reading_apart():
        _chain_for_change(public_id)
    form = NewPaperForm()
    chain, made = _chain_for_change(public_id), list[ChainPaper]()
    form.offer(queries.file_kinds())

    def act() -> None:
        data = services.PaperData(form.as_of.data, form.note.data or "")
        made.append(services.add_paper(chain, queries.get_kind(form.kind.data), data, form.file.data))

    if not pages.took(form, act):
        return _new_page(form, chain, 422)
    return pages.done(page_of_chain(chain), "已传上")


@bp.get("/chain_papers/<public_id>")
@requires(P.CHAINS_READ)
def detail(public_id: str) -> str:
    """一份图或清单和它别的版本."""
    return _detail_page(public_id)


def _detail_page(public_id: str, archiving: ArchiveForm | None = None) -> str:
    actor, paper = require_actor(), queries.get_paper(public_id)
    may_write = policy.may_write(actor, paper)
    versions = queries.versions_beside(paper)
    return render_template(
        "chain_papers/detail.html",
        paper=paper,
        versions=versions,
        files=queries.files_of(versions),
        may_change=policy.may_change(actor, paper),
        may_restore=may_write and paper.is_archived,
        archiving=archiving or ArchiveForm(formdata=None, version=paper.version),
    )


serve_archiving(bp, services.PAPERS, _detail_page)


def _for_change(public_id: str) -> ChainPaper:
    paper = queries.get_paper(public_id)
    pages.refusal_leads_to(page_of(paper))
    must_be_live(paper)
    must_be_live(paper.chain)
    if not policy.may_change(require_actor(), paper):
        raise NotAllowed(services.NOT_THEIRS)
    return paper


def _opened(paper: ChainPaper) -> EditPaperForm:
    return EditPaperForm(formdata=None, obj=paper)


def _edit_page(form: EditPaperForm, paper: ChainPaper, status: int = 200) -> Answer:
    return render_template("chain_papers/edit.html", form=form.ready(), paper=paper), status


@bp.get("/chain_papers/<public_id>/edit")
@requires(P.PLACEMENTS_DECIDE)
def edit(public_id: str) -> Answer:
    """改一份图或清单的日期和说明."""
    paper = _for_change(public_id)
    return _edit_page(_opened(paper), paper)


@bp.post("/chain_papers/<public_id>/edit")
@requires(P.PLACEMENTS_DECIDE)
def update(public_id: str) -> Answer:
    """改一份图或清单的日期和说明：保存."""
    paper, form = _for_change(public_id), EditPaperForm()

    def act() -> None:
        services.change_paper(paper, form.seen, services.PaperData(form.as_of.data, form.note.data or ""))

    if not saved(form, act, lambda: _opened(paper)):
        return _edit_page(form, paper, 422)
    return pages.done(page_of(paper), "已保存")
