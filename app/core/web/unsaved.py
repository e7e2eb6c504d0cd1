"""What was sent and not taken comes again as it was typed, also after signing in anew. The server keeps none
of it: it travels in the answer (docs/adr/0008-what-was-typed-comes-again.md).

Whose a form is, its CSRF token says: it is signed and begins with a mark of whoever the page was made for, so
that it is believed after the session ended, and nobody else who signs in is shown what they did not write.
"""

import hashlib
import hmac
import logging
import re
import secrets
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, has_request_context, render_template, request, session
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from app.core.access.auth import Actor, current_actor, is_without_database
from app.core.storage.db import end_writing
from app.core.web.receiving import is_body_refused
from app.core.web.signing import read_signed

log = logging.getLogger(__name__)
FIELD = "shown_again"  # sent along: show this form as it was filled in, and write nothing
FILES = "shown_again_files"  # names of files that were sent with a form and could not travel with it
SEALED = "unsaved"  # the field of the sign-in page that carries a whole form
LASTS = 7 * 24 * 3600  # seconds
LONGEST = 600_000  # characters of a sealed form: the sign-in page that sends it on may hold a million
TOKEN = "csrf_token"  # noqa: S105 - the name of a field
_SALT_OF_TOKENS = "wtf-csrf-token"
_MARK = 16
# What nobody has typed: fields that every form has, and codes such as public ids and choices.
_NOT_TYPED = frozenset({TOKEN, FIELD, FILES, SEALED, "version", "opened", "idempotency_key"})
_CODE = re.compile(r"(?=.*[A-Za-z_])[\w.-]*", re.ASCII)
# What machines ask: it says nothing of a person, and answers without the database.
NOT_PAGES = frozenset({"assets.show", "health.alive", "health.ready"})
CHECK_AGAIN = "还没有保存。内容还在，请看一遍再点保存"


class ShownOnly(Exception):
    """A form that was only to be shown has got as far as writing: its view has no page for it."""


@dataclass(frozen=True, slots=True)
class Posted:
    """A form as it was sent: to which address, its fields in their order, the names of its files."""

    address: str
    fields: tuple[tuple[str, str], ...]
    files: tuple[str, ...] = ()


# --- whose it is -----------------------------------------------------------------------------------


def mark_of(user_id: int) -> str:
    """A mark of a user that says nothing to others; the browser keeps drafts under it as well."""
    key = str(current_app.secret_key).encode()
    return hmac.new(key, f"forms of {user_id}".encode(), hashlib.sha256).hexdigest()[:_MARK]


def mark_session() -> None:
    """Gives a signed-in session a CSRF secret that says whose it is, if it has none yet."""
    actor = None if request.endpoint in NOT_PAGES else current_actor()
    if actor is not None and actor.user_id is not None and TOKEN not in session:
        session[TOKEN] = f"{mark_of(actor.user_id)}.{secrets.token_hex(20)}"
        g.pop(TOKEN, None)  # what Flask-WTF has signed for this request before the sign-in


def _posted_by() -> str:
    """The mark of whoever the sent form was made for; empty when no page of ours was."""
    signed = URLSafeTimedSerializer(str(current_app.secret_key), salt=_SALT_OF_TOKENS)
    try:
        secret = read_signed(signed, request.form.get(TOKEN, ""), LASTS)
    except (BadData, HTTPException):  # HTTPException: the body itself could not be read
        return ""
    mark, dot, _rest = str(secret).partition(".")
    return mark if dot else ""


def is_somebodys() -> bool:
    """Whether the form in hand was made for somebody who was signed in."""
    return bool(_posted_by())


def _is_own() -> bool:
    """Whether the form in hand was made for whoever is signed in now."""
    actor = _actor()
    return actor is not None and actor.user_id is not None and _posted_by() == mark_of(actor.user_id)


def _actor() -> Actor | None:
    try:
        return current_actor()
    except SQLAlchemyError:  # the database is what is missing
        return None


# --- shown again -----------------------------------------------------------------------------------


def init_unsaved(app: Flask) -> None:
    """Comes after the CSRF check: marks sessions, and lets a form ask to be shown only."""
    app.before_request(mark_session)
    app.before_request(_show_when_asked)
    app.after_request(_is_no_refusal)
    app.context_processor(_words_of_pages)


def _words_of_pages() -> dict[str, str]:
    actor = _actor()
    mark = mark_of(actor.user_id) if actor is not None and actor.user_id is not None else ""
    return {"unsaved_words": g.get("unsaved_words", ""), "draft_mark": mark}


def _show_when_asked() -> None:
    if request.method == "POST" and request.form.get(FIELD):
        _only_show(CHECK_AGAIN)


def _is_no_refusal(answer: Response) -> Response:
    """A form that asked to be shown was not refused, whatever its view says of one it did not take."""
    if shown_only() and answer.status_code == 422 and request.form.get(FIELD):
        answer.status_code = 200
    return answer


def _only_show(words: str) -> None:
    end_writing()
    left_behind = "、".join(f"「{name}」" for name in request.form.getlist(FILES) if name)
    g.unsaved_words = f"{words}。文件{left_behind}没有带过来，请重新选" if left_behind else words


def shown_only() -> bool:
    """Whether the form in hand is to be shown as it was sent: no rule is asked, nothing is written."""
    return "unsaved_words" in g


@event.listens_for(Session, "before_commit")
def _write_nothing(_session: Session) -> None:
    if has_request_context() and shown_only():
        raise ShownOnly


def shown_again(words: str, status: int) -> Response | None:
    """The filled form in the place of a refusal, with `words` above it; None for whom it is not meant, and
    when its own page cannot be made.
    """
    before = _brought_along()
    if before is not None:
        return current_app.make_response(page(before, words, goes_on=True))
    if request.method != "POST" or shown_only() or not _is_own() or _holds_password():
        return None
    _only_show(words)
    try:
        answer = current_app.make_response(current_app.dispatch_request())
    except ShownOnly:
        answer = current_app.make_response(page(posted(), words))
    except Exception as error:  # noqa: BLE001 - whatever it met the first time, it may meet again
        log.info("the form of %s cannot be shown again: %r", request.path, error)
        g.pop("unsaved_words")
        return None
    if not 300 <= answer.status_code < 400:
        answer.status_code = status
    return answer


def _brought_along() -> Posted | None:
    """The form that a sign-in page carried, sent by somebody who had signed in elsewhere by then."""
    try:
        sealed = request.form.get(SEALED, "")
    except HTTPException:  # the body itself could not be read
        return None
    actor = _actor() if sealed else None
    return unseal(sealed, actor) if actor is not None else None


def _holds_password() -> bool:
    """Such a form never comes again: no page of ours holds a password."""
    return any("password" in name for name in request.form)


def page(form: Posted, words: str, *, goes_on: bool = False) -> str:
    """A page that sends a form again at one press; with `goes_on` it leads to the filled form instead, by
    itself where there is a script.
    """
    end_writing()
    return render_template("errors/again.html", posted=form, words=words, goes_on=goes_on)


def posted() -> Posted:
    """The form in hand."""
    fields = tuple((name, value) for name, value in _fields() if name not in {TOKEN, FIELD, FILES, SEALED})
    files = tuple(upload.filename for upload in request.files.values() if upload.filename)
    return Posted(request.full_path.rstrip("?"), fields, files)


def _fields() -> list[tuple[str, str]]:
    return list(MultiDict(request.form).items(multi=True))


def _may_be_told() -> bool:
    """Whoever sent a form reads it again; while nobody can be asked who that is, one made for anybody."""
    return is_somebodys() if is_without_database() else _is_own()


def typed() -> list[str]:
    """What somebody wrote into the form in hand, to be copied from a refusal that has no form."""
    if request.method != "POST" or is_body_refused() or not _may_be_told() or _holds_password():
        return []
    found = (value for name, value in _fields() if name not in _NOT_TYPED)
    return list(dict.fromkeys(value for value in found if value.strip() and not _CODE.fullmatch(value)))


# --- through the sign-in page ----------------------------------------------------------------------


def seal() -> str:
    """The form in hand, signed, for the sign-in page to carry; empty when it was made for nobody who could
    come back for it, or a password, or more than that page can send on.
    """
    by = _posted_by() if request.method == "POST" else ""
    if not by or _holds_password():
        return ""
    form = posted()
    sealed = str(_sealer().dumps([by, form.address, form.fields, form.files]))
    return sealed if len(sealed) <= LONGEST else ""


def unseal(sealed: str, actor: Actor) -> Posted | None:
    """The form again, for whoever it was made for."""
    try:
        by, address, fields, files = read_signed(_sealer(), sealed, LASTS)
    except BadData:
        return None
    if actor.user_id is None or by != mark_of(actor.user_id):
        return None
    return Posted(address, tuple((name, value) for name, value in fields), tuple(files))


def _sealer() -> Any:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="unsaved form")
