"""What somebody does with their own password and code."""

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from app.core.access.auth import Actor
from app.core.storage import audit
from app.core.storage.db import db, reading
from app.core.storage.subjects import subject_of
from app.core.values.errors import RuleBroken
from app.register.accounts import passwords, second_step, session, tries
from app.register.accounts.models import (
    BROWSER_MARK,
    User,
)
from app.register.accounts.services.signing_in import FORGOTTEN, NO_PHONE, too_soon


def check_password(actor: Actor, typed: str, address: str, field: str = "password") -> Row[str, str]:
    """Somebody's own password, asked for again: (login, hash) when it is right, else RuleBroken on the field.

    Guesses count as failed sign-ins. Hashes before the transaction begins.
    """
    query = select(User.login, User.password_hash).where(User.id == actor.user_id)
    with reading(), Session(db.engine) as own:
        known = own.execute(query).one()
    # The open session stands for a known browser: nobody elsewhere uses up its tries.
    origin = tries.origin(known.login, address, session.token_hash(actor.session_token)[:BROWSER_MARK])
    if refused := tries.take(origin):
        raise too_soon(refused, FORGOTTEN)
    if not passwords.is_right(known.password_hash, typed):
        raise RuleBroken({field: "原密码不对" if field == "old_password" else "密码不对"})
    with Session(db.engine) as own:  # whatever else is refused, this was no guess
        tries.forget(own, origin)
        own.commit()
    return known


def check_code(actor: Actor, typed: str, address: str) -> None:
    """The same of a code, which is good once."""
    with reading(), Session(db.engine) as own:
        login = own.execute(select(User.login).where(User.id == actor.user_id)).scalar_one()
    if refused := tries.take_code(login, address):
        raise too_soon(refused, NO_PHONE)
    if sentence := second_step.why_refused(db.session.get_one(User, actor.user_id), typed):
        raise RuleBroken({"code": sentence})
    tries.forget_codes(db.session(), login)


def change_password(actor: Actor, old: str, new: str, address: str) -> None:
    """Sets a new password after the old one was given, and ends every other session.

    Guesses at the old one count as failed sign-ins. Both hashes are computed before the transaction begins.
    """
    user_id = actor.user_id or 0
    known = check_password(actor, old, address, "old_password")
    if old == new:
        raise RuleBroken({"new_password": "新密码不能和原来一样"})
    sentence = passwords.why_not(new, known.login)
    if sentence:
        raise RuleBroken({"new_password": sentence})
    made = passwords.hashed(new)
    user = db.session.get_one(User, user_id)
    if user.password_hash != known.password_hash:
        raise RuleBroken({"old_password": "密码刚在别处改过，请用新的密码"})
    user.password_hash = made
    user.must_change_password = False
    session.end_all(user_id, but=actor.session_token)
    audit.record("account.password_changed", subject_of(user), f"{user.person.name} 改了密码")
