"""A create sent twice makes one record: the form carries a key, the answer is kept under it."""

import hashlib
import json
import secrets
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import g, redirect, request
from sqlalchemy import Select, String, UniqueConstraint, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.wrappers import Response

from app.core.access.auth import require_actor
from app.core.storage.db import Base, BigId, db, reading
from app.core.values.clock import now
from app.core.values.errors import RuleBroken
from app.core.web import unsaved

P = ParamSpec("P")
R = TypeVar("R")
FIELD = "idempotency_key"
_IGNORED = {FIELD, unsaved.TOKEN, unsaved.FIELD, unsaved.FILES}


class DoneOnce(Base):
    """The answer to a create, kept for 30 days: phones come back late."""

    __tablename__ = "done_once"
    __audited__ = False
    __table_args__ = (UniqueConstraint("user_id", "route", "key", name="uq_done_once"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int]
    route: Mapped[str] = mapped_column(String(80))
    key: Mapped[str] = mapped_column(String(64))  # of the form, for one of many `<key>:<public id>`
    body_hash: Mapped[str] = mapped_column(String(64))
    location: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)


def new_key() -> str:
    """A key for a form about to be shown."""
    return secrets.token_urlsafe(18)


def _body_hash() -> str:
    fields = sorted((name, values) for name, values in request.form.lists() if name not in _IGNORED)
    files = sorted((name, upload.filename or "") for name, upload in request.files.items())
    return hashlib.sha256(json.dumps([fields, files]).encode()).hexdigest()


def once(view: Callable[P, R]) -> Callable[P, R | Response]:
    """For a POST that creates: the same key answers again with the first answer and writes nothing.

    The same key with another body is refused (RuleBroken). The view ends with `remember(location)`
    before its commit, usually through `pages.done`. Its own first statement begins the transaction that
    writes: what it hashes and parses before that holds no lock.
    """

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
        key = request.form.get(FIELD, "")[:64]
        if not key or request.method != "POST":
            return view(*args, **kwargs)
        g.idempotency = (key, _body_hash())
        answered = _answered(key)
        if answered:
            return answered
        try:
            answer = view(*args, **kwargs)
        except (IntegrityError, RuleBroken):
            answered = _answer_of_faster_twin(key)
            if answered:
                return answered
            raise
        return (_answer_of_faster_twin(key) if _is_refusal(answer) else None) or answer

    return guarded


def _is_refusal(answer: object) -> bool:
    return isinstance(answer, tuple) and int(answer[1]) >= 400


def _answer_of_faster_twin(key: str) -> Response | None:
    """Another request with this key committed while ours was under way: what ours met was its record."""
    db.session.rollback()
    return _answered(key)


def _answered(key: str) -> Response | None:
    with reading():
        found = db.session.execute(_kept(key)).first()
        db.session.rollback()
    if found is None:
        return None
    _refuse_another(found.body_hash)
    return redirect(found.location, 303)


def _kept(key: str) -> Select[str, str]:
    return select(DoneOnce.body_hash, DoneOnce.location).where(
        DoneOnce.user_id == require_actor().user_id, DoneOnce.route == request.endpoint, DoneOnce.key == key
    )


def _refuse_another(body_hash: str) -> None:
    if body_hash != g.idempotency[1]:
        raise RuleBroken("这张表已经提交过一次，内容却不一样。请刷新页面后重新填写")


def remember(location: str) -> None:
    """Keeps the answer in the transaction of the create itself."""
    if "idempotency" in g:
        _keep(g.idempotency[0], location)


def _keep(key: str, location: str) -> None:
    user_id, body_hash = require_actor().user_id, g.idempotency[1]
    db.session.add(
        DoneOnce(user_id=user_id, route=request.endpoint, key=key, body_hash=body_hash, location=location)
    )


# --- a form that does something to many, each in a transaction of its own ---


def begin_parts() -> None:
    """The form in hand is done in parts, each of them once; a form without a key is done as often as sent."""
    g.idempotency = (request.form.get(FIELD, "")[:30], _body_hash())


def is_part_done(part: str) -> bool:
    """Whether this form, sent before, has done this part; RuleBroken when it said something else then."""
    if not g.idempotency[0]:
        return False
    found = db.session.execute(_kept(_key_of(part))).first()
    if found is not None:
        _refuse_another(found.body_hash)
    return found is not None


def remember_part(part: str) -> None:
    """Keeps in the transaction of a part that it is done; of a twin under way one alone can."""
    if g.idempotency[0]:
        _keep(_key_of(part), "")


def _key_of(part: str) -> str:
    return f"{g.idempotency[0]}:{part}"
