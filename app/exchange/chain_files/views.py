"""导入产业链: the page, the template; a chain as a file."""

from io import BytesIO

from flask import Blueprint, render_template, send_file, url_for
from werkzeug.wrappers import Response

from app.core.access.permissions import requires
from app.core.records.exporting import EXPORTS
from app.core.storage import audit
from app.core.storage.db import db
from app.core.storage.subjects import subject_of
from app.core.values.clock import in_beijing, now
from app.core.values.errors import RuleBroken
from app.core.web import pages
from app.core.web.budgets import costs
from app.core.web.files import DOWNLOADS, count_upload
from app.core.web.idempotency import once
from app.core.web.receiving import takes_files
from app.core.web.workbooks import XLSX
from app.exchange.chain_files import queries, services
from app.exchange.chain_files.forms import ChainFileForm
from app.exchange.chain_files.rules import MOST_PROBLEMS, Problem
from app.register.accounts.enums import Permission as P
from app.register.chains.queries import get_chain
from app.register.chains.services import Brought

bp = Blueprint("chain_files", __name__)
Answer = str | Response | tuple[str, int]


def _page(form: ChainFileForm, problems: list[Problem] | None = None) -> str:
    found = problems or []
    return render_template(
        "chain_files/index.html",
        form=form.ready(),
        problems=found[:MOST_PROBLEMS],
        count=len(found),
    )


@bp.get("/chain_files")
@requires(P.CHAINS_WRITE)
def index() -> str:
    """导入产业链."""
    return _page(ChainFileForm(formdata=None))


@bp.post("/chain_files")
@takes_files
@requires(P.CHAINS_WRITE)
@once
def upload() -> Answer:
    """导入产业链：写入."""
    form, done = ChainFileForm(), list[Brought]()
    problems: list[Problem] = []

    def act() -> None:
        file = form.file.data
        count_upload(file)
        found = services.bring_in(services.read_file(file.stream, file.filename or ""))
        if isinstance(found, list):
            problems.extend(found)
            raise RuleBroken({"file": f"文件里有 {len(found)} 处要改，什么都没有写入。改好再传"})
        done.append(found)

    if not pages.took(form, act):
        return _page(form, problems), 422
    brought = done[0]
    return pages.done(url_for("chains.detail", public_id=brought.chain.public_id), brought.words)


@bp.get("/chain_files/template")
@requires(P.CHAINS_WRITE)
@costs(DOWNLOADS)
def template() -> Response:
    """空的模板."""
    return _sent(services.template(), XLSX, "产业链导入模板.xlsx")


@bp.get("/chain_files/<public_id>/xlsx")
@requires(P.LISTS_EXPORT)
@requires(P.CHAINS_READ)
@costs(EXPORTS)
def workbook(public_id: str) -> Response:
    """一条产业链，Excel 工作簿."""
    return _taken(public_id, "xlsx")


@bp.get("/chain_files/<public_id>/json")
@requires(P.LISTS_EXPORT)
@requires(P.CHAINS_READ)
@costs(EXPORTS)
def as_json(public_id: str) -> Response:
    """一条产业链，JSON."""
    return _taken(public_id, "json")


def _taken(public_id: str, kind: str) -> Response:
    """The file; that it was taken along is in the audit."""
    chain = get_chain(public_id)
    tables, name, subject = queries.tables_of(chain), chain.name, subject_of(chain)
    db.session.rollback()  # what was read is in words by now
    audit.record_look(f"{subject.kind}.export", subject, f"导出产业链「{name}」（{kind}）")
    content = services.as_workbook(tables) if kind == "xlsx" else services.as_json(tables)
    mimetype = XLSX if kind == "xlsx" else "application/json"
    return _sent(content, mimetype, f"{name} {in_beijing(now()):%Y%m%d-%H%M}.{kind}")


def _sent(content: bytes, mimetype: str, name: str) -> Response:
    return send_file(BytesIO(content), mimetype=mimetype, as_attachment=True, download_name=name)
