"""The second step of signing in: beginning and ending it, codes at the door, recovery codes."""

from sqlalchemy import delete, or_, select, update

from app.core.access.auth import Actor
from app.core.storage import audit
from app.core.storage.audit import AuditEvent
from app.core.storage.db import db
from app.core.storage.settled import number_for
from app.core.storage.subjects import subject_of
from app.core.values.clock import in_beijing, now
from app.core.values.errors import RuleBroken
from app.register.accounts import codes, session, tries
from app.register.accounts.models import RecoveryCode, SecondStep, User
from app.register.accounts.queries import codes_left, second_step_of
from app.register.accounts.rules import SECOND_STEP, SKEW

WRONG = "验证码不对。看一下手机上现在的 6 位数字，手机时间要准"
USED = "这个验证码刚用过，等手机上换了下一个再输"
LOST_KEY = "服务器换过密钥，原来的验证码和恢复码都不能用了。请管理员重置您的两步验证"
GONE = "两步验证刚被关掉或重置，请重新登录"
BEGUN = "这部手机已经开通，恢复码只显示一次。没有抄下来的话，在这里换一批"
_RESET = "account.second_step_reset"


# --- at the door -----------------------------------------------------------------------------------


def why_refused(user: User, typed: str) -> str | None:
    """Takes a code of the phone or from paper, which is good once; the sentence that refuses it."""
    if codes.is_recovery_code(typed):
        return None if _take_recovery_code(user, typed) else "恢复码不对，或者已经用过"
    kept = second_step_of(user.id)
    if kept is None:
        return GONE
    secret = codes.opened(user.public_id, kept.sealed)
    if secret is None:
        return LOST_KEY
    step = codes.step_of(secret, typed, now())
    if step is None:
        return WRONG
    return None if _take_step(user.id, step) else USED


def _take_step(user_id: int, step: int) -> bool:
    """Whether nobody has used a code of this step or a later one; of two at once one has.

    A last step that has not come yet is of a clock that was ahead, which must keep nobody out.
    """
    is_new = or_(SecondStep.last_step < step, SecondStep.last_step > codes.step_at(now()) + SKEW)
    taken = db.session.execute(
        update(SecondStep).where(SecondStep.user_id == user_id, is_new).values(last_step=step)
    )
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def _take_recovery_code(user: User, typed: str) -> bool:
    mine = (RecoveryCode.user_id == user.id, RecoveryCode.digest == codes.digest_of(user.public_id, typed))
    taken = db.session.execute(
        update(RecoveryCode).where(*mine, RecoveryCode.used_at.is_(None)).values(used_at=now())
    )
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def told_at_the_door(user: User, typed: str) -> str:
    """What somebody is told who has signed in with a recovery code; empty for a code of the phone."""
    if not codes.is_recovery_code(typed):
        return ""
    left = codes_left(user.id)
    return f"用掉了一个恢复码，还剩 {left} 个。手机丢了请换一部重新开通，或者在「我的」里换一批"


def told_of_reset(user: User) -> str:
    """Who took the second step away since somebody last signed in; empty when nobody did."""
    of_user = (AuditEvent.subject_kind == "user_account", AuditEvent.subject_id == user.public_id)
    last = (
        select(AuditEvent.action, AuditEvent.at, AuditEvent.actor_name)
        .where(*of_user, AuditEvent.action.in_([_RESET, "account.sign_in"]))
        .order_by(AuditEvent.id.desc())
        .limit(1)
    )
    found = db.session.execute(last).first()
    if found is None or found.action != _RESET:
        return ""
    when = f"{in_beijing(found.at):%m-%d %H:%M}"
    return f"{found.actor_name} {when} 重置了您的两步验证。不是您要求的，请马上改密码并告诉管理员"


# --- one's own -------------------------------------------------------------------------------------


def begin(actor: Actor, secret: str, typed: str) -> list[str]:
    """Begins the second step with the first code of a phone, or goes on with another phone; returns the
    recovery codes, told this once: a form sent twice and a page loaded again are refused, so that the codes
    somebody has read stay good. Every other session ends.
    """
    user = db.session.get_one(User, actor.user_id, with_for_update=True, populate_existing=True)
    if is_begun_with(user, secret):
        raise RuleBroken({"code": BEGUN})
    step = codes.step_of(secret, typed, now())
    if step is None:
        raise RuleBroken({"code": WRONG})
    was_begun = _forget(user)
    row = SecondStep(user_id=user.id, begun_at=now(), last_step=step)
    row.sealed = codes.sealed(user.public_id, secret)
    db.session.add(row)
    session.end_all(user.id, but=actor.session_token)
    made = _new_recovery_codes(user)
    deed = "换了两步验证的手机" if was_begun else "开通了两步验证"
    _note(user, "account.second_step_begun", f"{actor.name} {deed}")
    return made


def is_begun_with(user: User, secret: str) -> bool:
    """Whether this very secret is the one in use."""
    kept = second_step_of(user.id)
    return kept is not None and codes.opened(user.public_id, kept.sealed) == secret


def renew_recovery_codes(actor: Actor) -> list[str]:
    """New recovery codes; the old ones are good no more."""
    user = _own(actor)
    if second_step_of(user.id) is None:
        raise RuleBroken("两步验证还没有开通")
    made = _new_recovery_codes(user)
    _note(user, "account.recovery_codes", f"{actor.name} 换了一批恢复码")
    return made


def end(actor: Actor) -> None:
    """Back to the password alone, where the county does not demand more."""
    user = _own(actor)
    if number_for(SECOND_STEP, user.roles):
        raise RuleBroken("县里要求您的角色必须用两步验证，不能关。换手机请管理员重置")
    if _forget(user):
        session.end_all(user.id, but=actor.session_token)
        _note(user, "account.second_step_ended", f"{actor.name} 关了两步验证")


def _own(actor: Actor) -> User:
    return db.session.get_one(User, actor.user_id)


def _new_recovery_codes(user: User) -> list[str]:
    made = codes.recovery_codes()
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    db.session.add_all(
        RecoveryCode(user_id=user.id, digest=codes.digest_of(user.public_id, code)) for code in made
    )
    db.session.flush()
    return made


# --- somebody else's -------------------------------------------------------------------------------


def reset(user: User) -> None:
    """Takes the second step of somebody away whose phone and paper are lost: every session of theirs ends,
    and they are told at their next sign-in who did it.
    """
    if _forget(user):
        session.end_all(user.id)
        tries.forget_codes(db.session(), user.login)
        _note(user, _RESET, f"重置 {user.person.name} 的两步验证")


def _forget(user: User) -> bool:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    gone = db.session.execute(delete(SecondStep).where(SecondStep.user_id == user.id))
    return bool(gone.rowcount)  # type: ignore[attr-defined]


def _note(user: User, action: str, summary: str) -> None:
    audit.record(action, subject_of(user), summary)
