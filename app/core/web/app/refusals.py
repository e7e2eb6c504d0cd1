"""Refusals and failures as pages, or as the form again."""

import logging
from typing import Any

from flask import Flask, Response, current_app, g, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response as AnyResponse

from app.core.access.auth import current_actor, without_database
from app.core.storage.db import end_writing
from app.core.storage.trouble import Trouble, trouble_of
from app.core.values.errors import DomainError, NotAllowed, NotFound, OverBudget, RuleBroken, Stale
from app.core.web import opened, unsaved
from app.core.web.app.checks import NUL, WRITING
from app.core.web.app.words import DATABASE_AWAY, DATABASE_AWAY_OF_LOOKING, GO_BACK, TEXT_TOO_LONG, words_for
from app.core.web.htmx import is_partial
from app.core.web.receiving import is_declared_to_take_files

log = logging.getLogger(__name__)


def answer_errors(app: Flask) -> None:
    """Every refusal and failure of the app becomes a page, or the form again."""
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


def refusal_page(
    status: int, what: str = "", kept: str = "", todo: str = "", **more: Any
) -> tuple[str | Response, int]:
    """The page for a refusal; JSON for who asks for JSON. Nothing half-written stays behind."""
    end_writing()
    words = words_for(status)
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
    return refusal_page(422, why) if request.method == "POST" else refusal_page(400, why, todo=GO_BACK)


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
        return refusal_page(413, TEXT_TOO_LONG[0], todo=TEXT_TOO_LONG[1])
    if error.description == NUL:
        return refusal_page(400, what=NUL, todo="多半是从别处复制带来的，删掉重打一遍再提交")
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
        what, todo = DATABASE_AWAY if request.method in WRITING else DATABASE_AWAY_OF_LOOKING
        return refusal_page(503, what, todo=todo)
    status = 507 if trouble is Trouble.FULL else 503
    return _form_again(status, *words_for(status))


def _broken(error: Exception) -> tuple[str | Response, int] | AnyResponse:
    actor = current_actor()
    log.error(
        "request %s by %s failed",
        getattr(g, "request_id", ""),
        actor.user_id if actor else None,
        exc_info=error,
    )
    return _form_again(500, *words_for(500))
