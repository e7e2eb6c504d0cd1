"""The index brought up to date, and searches as one actor."""

import shutil
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from app.core.access.auth import Actor
from app.core.index import relay, searching
from app.finding.finder.queries import Asked, Results
from app.finding.finder.queries import search as ask


def indexed(session: "scoped_session[Session]") -> None:
    """All that was written so far is in the index."""
    session.commit()
    backend = searching.writer()
    while relay.drain(backend):
        pass
    backend.close()


def search(text: str, actor: Actor, **asked: object) -> Results:
    return ask(Asked(text, **asked), actor)  # type: ignore[arg-type]


def titles(found: Results) -> list[str]:
    return [hit.shown.title for hit in found.hits]


def lose_the_index(app: Flask, session: "scoped_session[Session]") -> None:
    """As after a lost disk: what the index was is known, its files are not there."""
    indexed(session)
    for folder in (Path(app.config["INSTANCE_PATH"]) / "index").glob("gen-*"):
        shutil.rmtree(folder)
