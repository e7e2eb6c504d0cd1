"""Sees a page that is made while its request holds a write transaction, which keeps everybody waiting."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, before_render_template, g, has_request_context, request
from sqlalchemy import Connection, event

from app.core.storage.db import db, may_write


@contextmanager
def lock_watch(app: Flask) -> Iterator[list[str]]:
    """The pages made under a write lock so far. A view mends it by ending with `pages.done`, by refusing
    through `pages.took`, or by `end_writing` before it reads for its page.
    """
    seen: list[str] = []

    def look(_app: Flask, template: object, **_more: object) -> None:
        if has_request_context() and g.get("write_transactions"):
            seen.append(f"{request.method} {request.path} 在写事务里渲染 {getattr(template, 'name', '?')}")

    with app.app_context():
        engine = db.engine
    for name, listener in (("begin", _begun), ("commit", _ended), ("rollback", _ended)):
        event.listen(engine, name, listener)
    with before_render_template.connected_to(look, app):
        yield seen


def _begun(connection: Connection) -> None:
    if has_request_context() and may_write():
        g.setdefault("write_transactions", set()).add(id(connection))


def _ended(connection: Connection) -> None:
    if has_request_context():
        g.get("write_transactions", set()).discard(id(connection))
