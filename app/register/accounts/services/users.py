"""Accounts: made, given roles, locked out and let in again."""

from collections.abc import Callable, Iterable

from sqlalchemy import select

from app.core.access.auth import current_actor
from app.core.records.versions import claim, claim_whole
from app.core.storage import audit
from app.core.storage.db import db
from app.core.storage.subjects import subject_of
from app.core.values.clock import now
from app.core.values.errors import RuleBroken
from app.core.values.labels import label_of
from app.register.accounts import second_step, session, tries
from app.register.accounts.enums import Role
from app.register.accounts.models import (
    Person,
    User,
    UserRole,
)


def create_user(
    person: Person, login: str, roles: Iterable[Role], stored: str, *, must_change: bool = True
) -> User:
    """A sign-in for a person; its first password was hashed before the transaction began."""
    login = login.lower()
    if not (login.isascii() and login.replace("_", "").replace("-", "").isalnum() and 2 <= len(login) <= 40):
        raise RuleBroken({"login": "账号用 2 到 40 个英文字母、数字、横线，例如 shenruolan"})
    if db.session.scalar(select(User.id).where(User.login == login)):
        raise RuleBroken({"login": f"账号 {login} 已经有人用了，换一个"})
    if db.session.scalar(select(User.id).where(User.person_id == person.id)):
        raise RuleBroken({"person": f"{person.name} 已经有账号"})
    user = User(
        login=login,
        person_id=person.id,
        password_hash=stored,
        must_change_password=must_change,
    )
    user.grants = [UserRole(role=role) for role in _checked_roles(roles)]
    db.session.add(user)
    db.session.flush()
    return user


def _checked_roles(roles: Iterable[Role]) -> list[Role]:
    """At least one; who looks after the system or audits it does no business (三员分立)."""
    held = sorted(set(roles))
    apart = {Role.ADMINISTRATOR, Role.AUDITOR}
    if not held:
        raise RuleBroken({"roles": "至少选一个角色"})
    if len(held) > 1 and apart & set(held):
        raise RuleBroken({"roles": "管理员和审计员不能兼其他角色"})
    return held


def set_roles(user: User, roles: Iterable[Role], *, version: int | None = None) -> None:
    """Replaces the roles of a user; they hold from the next request on."""
    claim(user, version)
    wanted = _checked_roles(roles)
    if Role.ADMINISTRATOR in user.roles and Role.ADMINISTRATOR not in wanted:
        _keep_an_administrator(user)
    before, after = (_in_words(held) for held in (user.roles, wanted))
    if before == after:
        return
    audit.record(
        "account.roles_changed",
        subject_of(user),
        f"改 {user.person.name} 的角色",
        roles=[before, after],
    )
    user.updated_at = now()  # a role is a row of its own: without this the user's version would stand still
    user.grants = [grant for grant in user.grants if grant.role in wanted]
    held = {grant.role for grant in user.grants}
    user.grants += [UserRole(role=role) for role in wanted if role not in held]


def _in_words(roles: Iterable[Role]) -> str:
    return "、".join(role.label for role in sorted(roles))


def _claim_account(
    user: User, version: int | None, decision: str, may_go_on: Callable[[], bool] = lambda: True
) -> None:
    told = {"roles": label_of(UserRole.role)}
    claim_whole(user, version, decision, may_go_on=may_go_on, more=told)


def reset_password(user: User, stored: str, *, version: int | None = None) -> None:
    """Sets a first password, hashed before the transaction began; every session of the user ends."""
    _claim_account(user, version, "重设密码")
    user.password_hash = stored
    user.must_change_password = True
    session.end_all(user.id)
    tries.forget_all(db.session(), user.login)  # whoever is told the new password need not wait
    audit.record("account.password_reset", subject_of(user), f"重设 {user.person.name} 的密码")


def reset_second_step(user: User) -> None:
    """Takes the second step of somebody else away; one's own asks for the password and a code."""
    actor = current_actor()
    if actor is not None and actor.user_id == user.id:
        raise RuleBroken("自己的两步验证在「我的」里换手机或者关；手机和恢复码都丢了，请另一位管理员重置")
    second_step.reset(user)


def release(user: User) -> None:
    """Forgets the failed sign-ins of an account, so that its owner need not wait."""
    if tries.forget_all(db.session(), user.login):
        name = user.person.name
        audit.record("account.released", subject_of(user), f"放行 {name} 的登录，输错的次数清零")


def disable_user(user: User, *, version: int | None = None) -> None:
    """Shuts a user out at once; the last administrator cannot be shut out."""
    _claim_account(user, version, "停用", lambda: user.disabled_at is None)
    if Role.ADMINISTRATOR in user.roles:
        _keep_an_administrator(user)
    user.disabled_at = now()
    session.end_all(user.id)


def _keep_an_administrator(user: User) -> None:
    """Refuses what would leave nobody who can open accounts."""
    others = (
        select(User.id)
        .join(UserRole, UserRole.user_id == User.id)
        .where(UserRole.role == Role.ADMINISTRATOR, User.disabled_at.is_(None), User.id != user.id)
    )
    if db.session.scalar(others.limit(1)) is None:
        raise RuleBroken("这是最后一个管理员，先给别人开管理员账号")


def enable_user(user: User, *, version: int | None = None) -> None:
    """Lets a user in again."""
    _claim_account(user, version, "启用", lambda: user.disabled_at is not None)
    user.disabled_at = None
