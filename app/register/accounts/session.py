"""How a browser stays signed in: a random token in the cookie, its hash in a row that can be ended."""

import hashlib
import logging
import secrets
from datetime import timedelta

from flask import Flask
from flask_login import LoginManager
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from app.core.access.auth import Actor
from app.core.storage.db import db, reading, writing_in_passing
from app.core.values.clock import now
from app.register.accounts.enums import Device
from app.register.accounts.models import UserSession
from app.register.accounts.queries import holder_of, idle_time
from app.register.accounts.rules import is_open

log = logging.getLogger(__name__)
SEEN_EVERY = timedelta(minutes=1)
PATIENCE = 50  # ms that noting the use of a session waits for other writers: its reader waits too


def token_hash(token: str) -> str:
    """What is stored of a token; the token itself stands only in the cookie."""
    return hashlib.sha256(token.encode()).hexdigest()


def init_app(app: Flask) -> None:
    """Lets flask_login find the Actor behind the cookie's token."""
    # Templates know `me`; its own `current_user` would ask the database again on the page of a failure.
    login_manager = LoginManager(app, add_context_processor=False)
    login_manager.session_protection = None
    login_manager.user_loader(load_actor)


def load_actor(token: str) -> Actor | None:
    """Who holds this token now; None once the session ended, idled out or its user was disabled.

    Read in a transaction of its own that is over before the request's begins, so that a POST hashes and
    parses outside the write lock.
    """
    with reading():
        found = holder_of(token, token_hash(token))
        if found is not None:
            idle = idle_time(found.device, found.actor.roles)
            found = found if is_open(found.created_at, found.seen_at, idle, now()) else None
        db.session.rollback()
    if found is None:
        return None
    if now() - found.seen_at >= SEEN_EVERY:
        _mark_seen(found.session_id)
    return found.actor


def _mark_seen(session_id: int) -> None:
    """Notes that a session is in use; a reader does not wait for whoever else writes."""
    try:
        with writing_in_passing(PATIENCE):
            db.session.execute(update(UserSession).where(UserSession.id == session_id).values(seen_at=now()))
            db.session.commit()
    except OperationalError as busy:  # the next click notes it
        log.info("session %s not marked as seen: %s", session_id, busy.orig)


def begin(user_id: int, address: str, agent: str, device: Device = Device.DESK) -> str:
    """A new session in the transaction under way; returns its token."""
    token = secrets.token_urlsafe(32)
    moment = now()
    db.session.add(
        UserSession(
            token_hash=token_hash(token),
            user_id=user_id,
            created_at=moment,
            seen_at=moment,
            address=address[:45],
            agent=agent[:200],
            device=device,
        )
    )
    return token


def renew(token: str) -> str:
    """Another token for a session under way: what somebody may know of it is worth nothing any more."""
    fresh = secrets.token_urlsafe(32)
    mine = UserSession.token_hash == token_hash(token)
    db.session.execute(update(UserSession).where(mine).values(token_hash=token_hash(fresh)))
    return fresh


def end_everybody() -> None:
    """Ends every session there is: a backup that was restored remembers sign-ins that have ended since."""
    db.session.execute(update(UserSession).where(UserSession.ended_at.is_(None)).values(ended_at=now()))


def end_all(user_id: int, *, but: str = "") -> None:
    """Ends every session of a user, save the one with the token `but`."""
    kept = UserSession.token_hash != token_hash(but)
    db.session.execute(
        update(UserSession)
        .where(UserSession.user_id == user_id, UserSession.ended_at.is_(None), kept)
        .values(ended_at=now())
    )
