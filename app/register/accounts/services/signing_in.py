"""Somebody signs in, with a second step where there is one, and out."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.core.access.auth import Actor
from app.core.storage import audit
from app.core.storage.changes import BULK_ALLOWED
from app.core.storage.db import db, reading
from app.core.storage.subjects import Subject, subject_of
from app.core.values.clock import in_beijing, now
from app.core.values.errors import NotFound, RuleBroken
from app.register.accounts import passwords, second_step, session, tries
from app.register.accounts.models import (
    PUBLIC_PART,
    User,
    UserSession,
)
from app.register.accounts.queries import (
    actor_for_user,
    has_second_step,
)
from app.register.accounts.rules import device_of, wait_in_words

WRONG = "账号或密码不对"
CHANGED = "账号刚停用或改了密码，请重新登录"
# What else somebody may do than wait.
NO_PHONE = "手机不在身边，可以用恢复码；都没有，请管理员重置两步验证"
FORGOTTEN = "忘记密码，请管理员重设"
ELSEWHERE = "急着用，请换平时登录这个账号的电脑或手机，不受影响；也可以请管理员放行"


class SignInRefused(RuleBroken):
    """The sign-in was refused; `wait` says after how many seconds it may be tried, 0 if it was. With
    `starts_anew` a code does not help: the password is asked for again.
    """

    def __init__(self, sentence: str, *, wait: int = 0, starts_anew: bool = False) -> None:
        super().__init__(sentence)
        self.wait = wait
        self.starts_anew = starts_anew


def too_soon(refused: tries.Wait, help_: str) -> SignInRefused:
    at = in_beijing(refused.until + timedelta(seconds=1) - timedelta.resolution)  # never shown too early
    when = f"请等 {wait_in_words(refused.seconds)}，{at:%H:%M:%S} 以后再试"
    return SignInRefused(f"输错的次数太多，{when}。{help_}", wait=refused.seconds)


@dataclass(frozen=True, slots=True)
class Browser:
    """Where somebody signs in: the address, and what the browser says of itself."""

    address: str
    agent: str
    mobile: str = ""


@dataclass(frozen=True, slots=True)
class Halfway:
    """The right password was given and a code is asked for. `checked` is a mark of that password, so that
    this is worth nothing once there is another.
    """

    user_id: int
    checked: str


def sign_in(login: str, password: str, at: Browser, mark: str = "") -> Actor | Halfway:
    """Checks a sign-in and begins a session; returns its actor, who holds the token, or asks for a code.
    Raises SignInRefused.

    `mark` is that of a browser which is known for this account. The hash is computed between two
    transactions, never inside one. An unknown account takes as long and reads the same as a wrong password.
    """
    origin = tries.origin(login, at.address, mark)
    refused = tries.take(origin)
    with reading(), Session(db.engine) as own:
        known = own.execute(
            select(User.id, User.public_id, User.password_hash, User.disabled_at).where(
                User.login == login.lower()
            )
        ).first()
    # An unknown login may be a password typed into the wrong field: only its digest is kept.
    subject = known.public_id if known else audit.digest_of(login)
    if refused is not None:
        if refused.is_news:  # once for each wait: hammering must not fill the ledger
            _note_refusal("account.slowed", subject, "登录被拒：输错次数太多，要等一会儿")
        raise too_soon(refused, FORGOTTEN if mark else ELSEWHERE)
    right = passwords.is_right(known.password_hash if known else passwords.DUMMY, password)
    if known is None or not right or known.disabled_at is not None:
        _note_refusal("account.sign_in_failed", subject, "登录被拒：账号或密码不对")
        raise SignInRefused(WRONG)
    rehashed = passwords.hashed(password) if passwords.needs_rehash(known.password_hash) else ""
    if not _note_sign_in(known.id, known.password_hash, rehashed):
        _note_refusal("account.sign_in_failed", subject, "登录被拒：核对密码时账号停用或改了密码")
        raise SignInRefused(WRONG)
    tries.forget(db.session(), origin)
    if has_second_step(known.id):
        return Halfway(known.id, _mark_of(rehashed or known.password_hash))
    return _begin_session(known.id, at, "登录")


def _mark_of(password_hash: str) -> str:
    return audit.digest_of(password_hash)


def finish_sign_in(half: Halfway, typed: str, at: Browser) -> tuple[Actor, str]:
    """The code after the password; begins the session and returns its actor, and what they are to be told.
    Raises SignInRefused.
    """
    with reading(), Session(db.engine) as own:
        query = select(User.login, User.public_id, User.password_hash).where(User.id == half.user_id)
        known = own.execute(query).one()
    if _mark_of(known.password_hash) != half.checked:
        raise SignInRefused(CHANGED, starts_anew=True)
    if refused := tries.take_code(known.login, at.address):
        raise too_soon(refused, NO_PHONE)
    user = db.session.get_one(User, half.user_id)
    sentence = second_step.why_refused(user, typed)
    if not sentence and not _note_sign_in(user.id, known.password_hash, ""):
        sentence = CHANGED
    if sentence:
        db.session.rollback()
        _note_refusal("account.code_refused", known.public_id, "登录被拒：密码对，验证码不对")
        raise SignInRefused(sentence, starts_anew=sentence in {CHANGED, second_step.GONE})
    tries.forget_codes(db.session(), known.login)
    told = second_step.told_at_the_door(user, typed)
    return _begin_session(user.id, at, "用恢复码登录" if told else "两步登录"), told


def told_of_reset(actor: Actor) -> str:
    """What somebody who has just signed in is told of their second step, if somebody has taken it away."""
    return second_step.told_of_reset(db.session.get_one(User, actor.user_id))


def _begin_session(user_id: int, at: Browser, deed: str) -> Actor:
    device = device_of(at.agent, at.mobile)
    actor = actor_for_user(user_id, session.begin(user_id, at.address, at.agent, device))
    assert actor is not None  # not disabled: our own update of the row has just found it so
    public_id = db.session.scalar(select(User.public_id).where(User.id == user_id)) or ""
    audit.record("account.sign_in", Subject("user_account", public_id), f"{actor.name} {deed}")
    return actor


def _note_sign_in(user_id: int, checked: str, rehashed: str) -> bool:
    """Whether the account may still be signed in to with the hash that was checked; if so it is noted, and
    nobody shuts it out before our commit.

    Past the hooks: the sign-in is an event of its own, and nobody's open form becomes stale by it.
    """
    values: dict[str, object] = {"last_login_at": now(), "updated_at": User.updated_at}
    if rehashed:
        values["password_hash"] = rehashed
    same = (User.id == user_id, User.password_hash == checked, User.disabled_at.is_(None))
    noted = db.session.execute(
        update(User).where(*same).values(values).returning(User.id),
        execution_options={BULK_ALLOWED: "sign-in is recorded by hand", "synchronize_session": False},
    )
    return noted.first() is not None


def _note_refusal(action: str, subject: str, summary: str) -> None:
    """A refused sign-in is recorded in a transaction of its own; the caller's is empty."""
    audit.record(action, Subject("user_account", subject), summary)
    db.session.commit()


def sign_out(token: str) -> None:
    """Ends the session of a token for good."""
    row = db.session.scalar(select(UserSession).where(UserSession.token_hash == session.token_hash(token)))
    if row is not None and row.ended_at is None:
        row.ended_at = now()
        user = db.session.get_one(User, row.user_id)
        audit.record("account.sign_out", subject_of(user), f"{user.person.name} 退出登录")


def end_session(actor: Actor, public_id: str) -> None:
    """Ends one of the actor's own sessions; NotFound for anybody else's."""
    named = func.substr(UserSession.token_hash, 1, PUBLIC_PART) == public_id
    row = db.session.scalar(select(UserSession).where(UserSession.user_id == actor.user_id, named))
    if row is None:
        raise NotFound
    if row.ended_at is None:
        row.ended_at = now()
        user = db.session.get_one(User, row.user_id)
        audit.record(
            "account.session_ended",
            subject_of(user),
            f"{actor.name} 结束了 {row.address} 的登录",
        )
