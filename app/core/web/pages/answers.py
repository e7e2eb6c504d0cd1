"""How a view with a form ends: taken, or shown again."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import flash, g, redirect
from werkzeug.wrappers import Response

from app.core.storage.db import db, end_writing
from app.core.values.errors import RuleBroken
from app.core.web.forms import BaseForm
from app.core.web.idempotency import remember
from app.core.web.unsaved import shown_only


def took(form: BaseForm, act: Callable[[], object]) -> bool:
    """Whether what was typed was taken; if not, the form says why, nothing stays half-written, and the page
    that shows the form again holds no write lock. One that is only to be shown (`unsaved`) is not taken.
    """
    if not shown_only() and form.validate():
        try:
            act()
            return True
        except RuleBroken as broken:
            form.refuse(broken)
    end_writing()
    return False


def refusal_leads_to(url: str) -> None:
    """The page of the record in hand: where somebody goes on from a refusal, such as a conflict."""
    g.record_url = url


def done(
    location: str,
    message: str = "",
    *,
    link: tuple[str, str] | None = None,
    undo: tuple[str, Mapping[str, Any]] | None = None,
) -> Response:
    """Ends a view that wrote: keeps the idempotent answer, commits once, says so, redirects.

    Beside the message stand `link` (words, address): where somebody may want to go next; and `undo` (address,
    hidden values): what a press on 撤销 posts.
    """
    remember(location)
    db.session.commit()
    if message:
        beside: dict[str, Any] = {"label": link[0], "url": link[1]} if link else {}
        taken_back = {"undo_url": undo[0], "undo_fields": dict(undo[1])} if undo else {}
        told: Any = {"text": message} | beside | taken_back if beside or taken_back else message
        flash(told)
    return redirect(location, 303)
