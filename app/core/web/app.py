"""What holds for every request: id, security headers, refusals as pages, stored files."""

import logging
import secrets
from functools import partial
from typing import Any

from flask import Blueprint, Flask, Response, abort, current_app, g, jsonify, render_template, request
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.urls import iri_to_uri
from werkzeug.wrappers import Response as AnyResponse

from app.core.access import address
from app.core.access.auth import current_actor, without_database
from app.core.access.permissions import SIGNED_IN, requires
from app.core.storage.db import Base, end_writing
from app.core.storage.trouble import Trouble, trouble_of
from app.core.values.errors import DomainError, NotAllowed, NotFound, OverBudget, RuleBroken, Stale
from app.core.values.labels import label_in
from app.core.web import assets, compression, files, health, measuring, opened, unsaved
from app.core.web.budgets import costs
from app.core.web.htmx import is_partial
from app.core.web.receiving import BoundedRequest, bound_body, is_by_script, is_declared_to_take_files

log = logging.getLogger(__name__)
csrf = CSRFProtect()
bp = Blueprint("files", __name__)

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
}

_REDIRECTS = {301, 302, 303}
_WRITING = {"POST", "PUT", "PATCH", "DELETE"}
_FORMS = {"", "application/x-www-form-urlencoded", "multipart/form-data"}

# status -> (what failed, what to do)
_WORDS: dict[int, tuple[str, str]] = {
    400: ("这个请求没有看懂", "请返回上一页，按页面上的格式重新填写"),
    401: ("请先登录", "登录以后再试"),
    403: ("这一步不在您的职责内", "需要时请联系招商局"),
    404: ("没有找到这个页面或记录", "可能已归档，或者链接不完整。可以用上面的搜索框再找一次"),
    405: ("这个地址不能这样访问", "请从页面上的按钮进入"),
    408: ("传得太慢，没有收下", "请换个网络好一点的地方再试，或者把文件压缩小一些再传"),
    409: ("这条记录刚被别人改过，没有保存", "请返回，看过新内容后再改"),
    411: ("没有说明内容有多长，没有收下", "请从页面上的表单提交；还不行，换一个浏览器再试"),
    413: ("内容太大，没有收下", "单个文件不超过 20 MB，请压缩或拆开后再传"),
    414: ("网址太长，没有处理", "请把搜索的字写短一些，或者少选几个条件，再试一次"),
    415: ("这种格式没有收下", "请从页面上的表单提交"),
    422: ("填写的内容有问题，没有保存", "请返回改好后再试"),
    428: ("没有说明改的是哪一版，没有保存", "请刷新页面后重新填写"),
    429: ("操作太频繁", "请过几分钟再试"),
    431: ("浏览器带来的内容太多，没有处理", "请清除浏览器里本系统的 Cookie，重新登录后再试"),
    500: ("程序出错了，没有保存", "请再试一次；还不行，请把下面的编号告诉管理员"),
    501: ("这种请求没有收下", "请从页面上的按钮进入；还不行，换一个浏览器再试"),
    503: ("暂时忙不过来，没有保存", "请过一会儿再试"),
    507: ("服务器的磁盘满了，没有保存", "请告诉管理员清出磁盘空间；在这之前可以看、可以查，存不进新内容"),
}
_TOO_LONG = ("写的内容太长，没有收下", "一次最多约 2 万字，请分成几次写")
_AWAY = ("数据库没有应答，没有保存", "请过一会儿再试；一直这样，请告诉管理员")

# The same where somebody only looked: nothing was filled in, and nothing could have been saved.
_WORDS_OF_LOOKING: dict[int, tuple[str, str]] = {
    400: ("这个地址没有看懂", "请从页面上的链接、按钮重新进入，不要改地址里的内容"),
    409: ("这条记录刚有改动，页面没有打开", "请再打开一次"),
    500: ("程序出错了，页面没有打开", "请再试一次；还不行，请把下面的编号告诉管理员"),
    503: ("暂时忙不过来，页面没有打开", "请过一会儿再试"),
    507: ("服务器的磁盘满了，页面没有打开", "请告诉管理员清出磁盘空间"),
}
_AWAY_OF_LOOKING = ("数据库没有应答，页面没有打开", _AWAY[1])
_SECONDS_TO_TRY_AGAIN = {503: 30, 507: 300}
_GO_BACK = "可以返回上一页，或者从菜单、列表重新进入"

LONGEST_ADDRESS = 4000  # bytes of path and query as sent; core/web/worker itself refuses four times as much
_NUL = "内容里有看不见的控制字符，没有保存"


@bp.get("/files/<public_id>")
@requires(SIGNED_IN)
@costs(files.DOWNLOADS)
def download(public_id: str) -> Response:
    """A stored file, if its owner may be seen."""
    return files.answer(public_id)


def init_web(app: Flask) -> None:
    """Joins all of this room to the app."""
    measuring.init_app(app)
    app.before_request(_number_request)
    address.init_app(app)
    app.before_request(_refuse_endless_address)
    app.before_request(bound_body)
    app.before_request(_take_only_forms)  # before CSRF, whose sentence would hide the real trouble
    csrf.init_app(app)
    unsaved.init_unsaved(app)
    app.register_blueprint(bp)
    app.register_blueprint(health.bp)
    assets.init_app(app)
    app.jinja_env.globals["label"] = partial(label_in, Base.metadata)
    compression.init_app(app)
    hops = app.config["PROXY_HOPS"]
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.request_class = BoundedRequest
    app.after_request(_secure)
    app.after_request(_say_where)
    app.after_request(_say_when)
    app.register_error_handler(DomainError, _refused)
    app.register_error_handler(OverBudget, _over_budget)
    app.register_error_handler(unsaved.ShownOnly, _press_again)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(StaleDataError, lambda _error: _refused(Stale()))
    app.register_error_handler(IntegrityError, _met_another)
    app.register_error_handler(DBAPIError, _troubled)
    app.register_error_handler(NoConnectionFree, _troubled)
    app.register_error_handler(OSError, _troubled)
    # A value no column holds: PostgreSQL refuses it, SQLite's driver cannot even send a number so large.
    app.register_error_handler(DataError, lambda _error: refusal_page(400))
    app.register_error_handler(OverflowError, lambda _error: refusal_page(400))
    app.register_error_handler(Exception, _broken)


def _number_request() -> None:
    g.request_id = secrets.token_hex(6)


def _refuse_endless_address() -> None:
    """No page makes such an address, and what was cut off it would answer another question."""
    if len(request.environ.get("REQUEST_URI") or request.full_path) > LONGEST_ADDRESS:
        abort(414)


def _take_only_forms() -> None:
    """Pages send forms; any other body would reach code that expects the fields of one."""
    if request.method in _WRITING and request.mimetype not in _FORMS:
        abort(415)
    if any("\0" in value for values in request.form.listvalues() for value in values):
        abort(400, description=_NUL)


def _secure(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "assets.show":
        response.headers["Cache-Control"] = "no-store"
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def _say_where(response: Response) -> Response:
    """A page's own script goes on by itself: an answer it followed would spend the words on what was done."""
    if is_by_script() and response.status_code in _REDIRECTS:
        # Only of Location werkzeug itself makes what a header can hold.
        response.headers["X-Location"] = iri_to_uri(response.headers.pop("Location"))
        response.status_code, response.data = 200, b""
    return response


def _say_when(response: Response) -> Response:
    """When to ask again, for proxies and for the scripts of pages."""
    seconds = _SECONDS_TO_TRY_AGAIN.get(response.status_code)
    if seconds is not None:
        response.headers.setdefault("Retry-After", str(seconds))
    return response


def _words(status: int) -> tuple[str, str]:
    """What failed and what to do, for who looked or who sent something."""
    among = _WORDS if request.method in _WRITING else _WORDS | _WORDS_OF_LOOKING
    return among.get(status, among[400 if status < 500 else 500])


def refusal_page(
    status: int, what: str = "", kept: str = "", todo: str = "", **more: Any
) -> tuple[str | Response, int]:
    """The page for a refusal; JSON for who asks for JSON. Nothing half-written stays behind."""
    end_writing()
    words = _words(status)
    what, todo = what or words[0], todo or words[1]
    request_id = getattr(g, "request_id", "")
    if request.accept_mimetypes.best == "application/json":
        return jsonify(error=what, todo=todo, request_id=request_id), status
    page = render_template(
        "errors/error.html",
        code=status,
        what=what,
        kept=kept,
        todo=todo,
        request_id=request_id,
        typed=unsaved.typed(),
        **more,
    )
    return page, status


def _form_again(status: int, what: str, todo: str = "") -> tuple[str | Response, int] | AnyResponse:
    """The filled form under what failed; the page of a refusal for whom there is none."""
    number = f"。还不行，把编号 {g.get('request_id', '')} 告诉管理员" if status >= 500 else ""
    again = f"{todo}，到时再点保存" if status == 429 else "请再点保存"
    answer = unsaved.shown_again(f"{what}。内容还在，{again}{number}", status)
    return answer or refusal_page(status, what=what, todo=todo)


def _press_again(_asked: unsaved.ShownOnly) -> tuple[str, int]:
    return unsaved.page(unsaved.posted(), "这一步还没有办，要办请再点一次"), 200


def _refused(error: DomainError) -> tuple[str | Response, int]:
    if isinstance(error, NotFound):
        return refusal_page(404)
    if isinstance(error, NotAllowed):
        return refusal_page(403, what=error.message)
    if isinstance(error, Stale):
        return _conflict(error)
    assert isinstance(error, RuleBroken)
    why = "；".join(error.problems.values())
    return refusal_page(422, why) if request.method == "POST" else refusal_page(400, why, todo=_GO_BACK)


def _over_budget(error: OverBudget) -> AnyResponse:
    """What was typed is still there to be sent when there is more; a part of a page says it in its place."""
    if is_partial():
        end_writing()
        found: Any = (render_template("errors/part.html", what=error.what, todo=error.todo), 429)
    else:
        found = _form_again(429, error.what, error.todo)
    answer: AnyResponse = current_app.make_response(found)
    answer.headers["Retry-After"] = str(error.seconds)
    return answer


def _conflict(error: Stale) -> tuple[str | Response, int]:
    if not error.clashes:
        return refusal_page(409, what=str(error))
    end_writing()
    page = render_template(
        "errors/conflict.html",
        rows=error.clashes,
        opened=error.opened or opened.kept(),
        carried=error.carried,
        current_version=error.current_version,
        told=error.told,
        by=error.by,
        by_oneself=error.by_oneself,
        request_id=g.request_id,
    )
    return page, 409


def _http(error: HTTPException) -> tuple[str | Response, int] | HTTPException | AnyResponse:
    status = error.code or 500
    if status < 400:
        return error
    if isinstance(error, SecurityError):
        # No address of ours can be built for a host that is not ours, so no page either.
        return Response("这个域名不是本系统的，请用通知里的地址访问\n", content_type="text/plain"), 400
    if status == 413 and not is_declared_to_take_files(request.endpoint):
        return refusal_page(413, _TOO_LONG[0], todo=_TOO_LONG[1])
    if error.description == _NUL:
        return refusal_page(400, what=_NUL, todo="多半是从别处复制带来的，删掉重打一遍再提交")
    if isinstance(error, CSRFError):
        return _strange_token()
    return refusal_page(status)


def _strange_token() -> tuple[str | Response, int] | AnyResponse:
    """The session of the form is over: signed out elsewhere, or begun anew in another tab."""
    if current_actor() is None and unsaved.is_somebodys():
        answer: AnyResponse = current_app.make_response(current_app.login_manager.unauthorized())  # type: ignore[attr-defined]
        return answer
    return _form_again(400, "页面放得太久，没有提交", "请刷新页面后重新提交")


def _met_another(error: IntegrityError) -> tuple[str | Response, int] | AnyResponse:
    """Somebody else wrote the same between our look and our write; services refuse what they can see."""
    log.error("refused by the database: %s", error.orig)
    return _form_again(409, "刚有人登记了同样的内容，没有保存")


def _troubled(error: Exception) -> tuple[str | Response, int] | AnyResponse:
    """The database or the disk; any other error of theirs is a fault of the program."""
    trouble = trouble_of(error)
    if trouble is None:
        return _broken(error)
    log.error(
        "request %s met a database or disk that is %s: %s", g.get("request_id", ""), trouble.name, error
    )
    if trouble is Trouble.AWAY:
        without_database()
        what, todo = _AWAY if request.method in _WRITING else _AWAY_OF_LOOKING
        return refusal_page(503, what, todo=todo)
    status = 507 if trouble is Trouble.FULL else 503
    return _form_again(status, *_words(status))


def _broken(error: Exception) -> tuple[str | Response, int] | AnyResponse:
    actor = current_actor()
    log.error(
        "request %s by %s failed",
        getattr(g, "request_id", ""),
        actor.user_id if actor else None,
        exc_info=error,
    )
    return _form_again(500, *_words(500))
