"""Signing in and out, passwords, users, people, units, memberships. Commits only refused sign-ins."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Row, func, select, update
from sqlalchemy.orm import Session

from app.core.access.auth import Actor, current_actor
from app.core.records.versions import claim, claim_whole
from app.core.storage import audit
from app.core.storage.changes import BULK_ALLOWED
from app.core.storage.db import db, reading
from app.core.storage.subjects import Subject, subject_of
from app.core.values.clock import in_beijing, now, today
from app.core.values.errors import NotFound, RuleBroken
from app.core.values.labels import label_of
from app.core.values.registries import HELD
from app.core.values.registries import Held as Keeping
from app.register.accounts import passwords, second_step, session, tries
from app.register.accounts.enums import Role, UnitKind
from app.register.accounts.models import (
    BROWSER_MARK,
    PUBLIC_PART,
    Person,
    TeamMembership,
    Unit,
    User,
    UserRole,
    UserSession,
)
from app.register.accounts.queries import (
    actor_for_user,
    has_second_step,
    is_still_joined,
    unit_ids_below,
    why_no_work,
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


# --- signing in ------------------------------------------------------------------------------------


def _too_soon(refused: tries.Wait, help_: str) -> SignInRefused:
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
    this is worth nothing once there is another."""

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
        raise _too_soon(refused, FORGOTTEN if mark else ELSEWHERE)
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
        raise _too_soon(refused, NO_PHONE)
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
        raise NotFound()
    if row.ended_at is None:
        row.ended_at = now()
        user = db.session.get_one(User, row.user_id)
        audit.record(
            "account.session_ended",
            subject_of(user),
            f"{actor.name} 结束了 {row.address} 的登录",
        )


# --- passwords and users ---------------------------------------------------------------------------


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
        raise _too_soon(refused, FORGOTTEN)
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
        raise _too_soon(refused, NO_PHONE)
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


# --- people, units, memberships --------------------------------------------------------------------
# `version` is the one that a form was filled from; None stands for who reads and writes in one go. Raises
# Stale when somebody else saved since.


@dataclass(frozen=True, slots=True)
class PersonData:
    """What is kept of a person."""

    name: str
    post: str
    phone: str | None
    unit: Unit


def save_person(person: Person | None, data: PersonData, *, version: int | None = None) -> Person:
    """Adds or changes a person."""
    if person is not None:
        claim(person, version)
    person = person or Person()
    person.name, person.post, person.phone = data.name, data.post, data.phone or None
    person.unit_id = data.unit.id
    db.session.add(person)
    db.session.flush()
    return person


Held = list[tuple[int, str]]  # how many of what


def _held() -> list[Keeping]:
    """Higher features first: a record that goes over takes along what lower ones hold of it."""
    return list(reversed(list(HELD.values())))


def held_of_person(person: Person) -> Held:
    """What is in somebody's name, without what is nothing."""
    return [(number, held.label) for held in _held() if (number := held.of_person(person.id))]


def held_of_unit(unit: Unit) -> Held:
    """The same of a unit or a resident team."""
    return [(number, held.label) for held in _held() if (number := held.of_unit(unit.id))]


def _check_successor(leaving: Person | Unit, held: Held, successor: Person | Unit | None) -> None:
    if successor is not None and successor.id == leaving.id:
        raise RuleBroken({"successor": "接手的不能是自己"})
    if held and successor is None:
        words = "、".join(f" {number} {label}" for number, label in held)
        raise RuleBroken({"successor": f"{leaving.name}名下还有{words}，选由谁接手"})


def archive_person(
    person: Person, reason: str, *, successor: Person | None = None, version: int | None = None
) -> None:
    """A person who left: their user is shut out, their past stays, what is still in their name goes over to
    `successor`. Without one it is refused while there is anything.
    """
    _claim_whole(person, version, f"归档：{reason}")
    _check_successor(person, held_of_person(person), successor)
    if successor is not None:
        if refusal := why_no_work(successor):
            raise RuleBroken({"successor": refusal})
        for held in _held():
            why = f"{person.name}离开，由{successor.name}接手"
            held.from_person(person.id, successor.id, today(), why)
    user = db.session.scalar(select(User).where(User.person_id == person.id))
    if user is not None and user.disabled_at is None:
        disable_user(user)
    person.archived_at, person.archive_reason = now(), reason or "离开"
    db.session.flush()


def restore_person(person: Person, *, version: int | None = None) -> None:
    """Somebody was archived by mistake, or has come back. What was handed over stays with who took it; their
    account stays shut until the administrator opens it.
    """
    if not person.is_archived:
        return
    claim_whole(person, version, "恢复")
    if person.unit.is_archived:
        raise RuleBroken(f"所在单位「{person.unit.name}」已撤销，先恢复单位")
    person.archived_at = person.archive_reason = None
    db.session.flush()


def _claim_whole(row: Person | Unit, version: int | None, decision: str) -> None:
    """For archiving; what is archived already cannot be archived once more."""
    claim_whole(row, version, decision, may_go_on=lambda: not row.is_archived)


def save_unit(
    unit: Unit | None,
    name: str,
    kind: UnitKind,
    parent: Unit | None,
    position: int,
    *,
    version: int | None = None,
) -> Unit:
    """Adds or changes a unit; a tree stays a tree. The name of an archived one may be given again."""
    if unit is not None:
        claim(unit, version)
    if unit is None or not unit.is_archived:
        _refuse_taken_name(unit, name)
    if unit is not None and parent is not None and parent.id in unit_ids_below(unit.id):
        raise RuleBroken({"parent": "上级单位不能是它自己或它的下级"})
    unit = unit or Unit()
    unit.name, unit.kind, unit.position = name, kind, position
    unit.live_name = None if unit.is_archived else name
    unit.parent_id = parent.id if parent else None
    db.session.add(unit)
    db.session.flush()
    return unit


def _refuse_taken_name(unit: Unit | None, name: str) -> None:
    taken = db.session.scalar(select(Unit.id).where(Unit.live_name == name))
    if taken is not None and (unit is None or taken != unit.id):
        raise RuleBroken({"name": f"已经有叫「{name}」的单位"})


def archive_unit(
    unit: Unit, reason: str, *, successor: Unit | None = None, version: int | None = None
) -> None:
    """A unit that is no more; it must have nobody in it and nothing under it. What is still in its name goes
    over to `successor`, another resident team where it is one.
    """
    _claim_whole(unit, version, f"撤销：{reason}")
    people = db.session.scalar(
        select(func.count())
        .select_from(Person)
        .where(Person.unit_id == unit.id, Person.archived_at.is_(None))
    )
    below = db.session.scalar(
        select(func.count()).select_from(Unit).where(Unit.parent_id == unit.id, Unit.archived_at.is_(None))
    )
    if people or below:
        raise RuleBroken(f"「{unit.name}」还有 {people} 人、{below} 个下级单位，先移走再撤销")
    if is_still_joined(unit.id, today()):
        raise RuleBroken(f"「{unit.name}」还有没离组的队员，先写上他们的最后一天再撤销")
    _check_successor(unit, held_of_unit(unit), successor)
    if successor is not None:
        _give_to_unit(unit, successor)
    unit.archived_at, unit.archive_reason, unit.live_name = now(), reason or "撤销", None
    db.session.flush()


def restore_unit(unit: Unit, *, version: int | None = None) -> None:
    """A unit was archived by mistake. What was handed over stays with who took it."""
    if not unit.is_archived:
        return
    claim_whole(unit, version, "恢复")
    _refuse_taken_name(unit, unit.name)
    if unit.parent is not None and unit.parent.is_archived:
        raise RuleBroken(f"上级单位「{unit.parent.name}」已撤销，先恢复上级")
    unit.archived_at = unit.archive_reason = None
    unit.live_name = unit.name
    db.session.flush()


def _give_to_unit(unit: Unit, successor: Unit) -> None:
    if (unit.kind is UnitKind.RESIDENT_TEAM) is not (successor.kind is UnitKind.RESIDENT_TEAM):
        raise RuleBroken({"successor": "驻点组的要交给另一个驻点组，单位的要交给另一个单位"})
    for held in _held():
        held.from_unit(unit.id, successor.id, today(), f"{unit.name}撤销，由{successor.name}接手")


def join_team(
    person: Person, team: Unit, starts_on: date, ends_on: date | None = None, *, is_head: bool = False
) -> TeamMembership:
    """Puts a person into a resident team from a date on; both dates count."""
    if team.kind is not UnitKind.RESIDENT_TEAM:
        raise RuleBroken({"team": "只有驻点组有轮换的队员"})
    if ends_on is not None and ends_on < starts_on:
        raise RuleBroken({"ends_on": "最后一天在第一天之前，请对调"})
    overlapping = db.session.scalars(
        select(TeamMembership).where(TeamMembership.person_id == person.id, TeamMembership.team_id == team.id)
    )
    for other in overlapping:
        if other.starts_on <= (ends_on or date.max) and starts_on <= (other.ends_on or date.max):
            raise RuleBroken({"starts_on": f"{person.name} 这段时间已经在「{team.name}」"})
    membership = TeamMembership(
        person_id=person.id, team_id=team.id, starts_on=starts_on, ends_on=ends_on, is_head=is_head
    )
    db.session.add(membership)
    db.session.flush()
    return membership


def leave_team(membership: TeamMembership, ends_on: date, *, version: int | None = None) -> None:
    """The last day of a membership."""
    claim(membership, version)
    if ends_on < membership.starts_on:
        raise RuleBroken({"ends_on": "最后一天在第一天之前"})
    membership.ends_on = ends_on
