"""Writes of signs: entered, put right, archived. Never commits."""

from dataclasses import dataclass
from datetime import date

from app.core.access.auth import require_actor
from app.core.records.archiving import Archiving, must_be_live
from app.core.records.versions import archived, claim
from app.core.storage.db import Turn, db, wait_turn
from app.core.values.clock import today
from app.core.values.errors import NotAllowed, RuleBroken
from app.register.accounts.enums import Permission
from app.register.enterprises.models import Enterprise
from app.register.enterprises.services import must_be_live as company_must_be_live
from app.register.signs import policy, queries, rules
from app.register.signs.enums import SignKind
from app.register.signs.models import ExpansionSign

_NOT_THEIRS = "能登记企业的人才可以改、归档和恢复扩张迹象"
KNOWN = "这家企业这一天的这条迹象已经登记过了"


@dataclass(frozen=True, slots=True)
class SignData:
    """What is typed about a sign besides its company; `amount` in 元."""

    kind: SignKind
    happened_on: date
    what: str
    source: str
    amount: int | None = None
    source_url: str = ""


def create_sign(enterprise: Enterprise, data: SignData) -> ExpansionSign:
    """Enters a sign in the name of who acts. Raises NotAllowed, and RuleBroken, also where it is known."""
    actor = require_actor()
    if actor.person_id is None or not actor.may(Permission.ENTERPRISES_WRITE):
        raise NotAllowed
    company_must_be_live(enterprise)
    _check(enterprise.id, data)
    sign = ExpansionSign(enterprise=enterprise, author_id=actor.person_id)
    _write(sign, data)
    db.session.add(sign)
    db.session.flush()
    return sign


def change_sign(sign: ExpansionSign, version: int | None, data: SignData) -> None:
    """Puts a sign right. Raises as `create_sign` does, and Stale when somebody else saved since `version`."""
    if not policy.may_write(require_actor(), sign):
        raise NotAllowed(_NOT_THEIRS)
    claim(sign, version or 0, fixed=lambda: archived(sign))
    must_be_live(sign)
    company_must_be_live(sign.enterprise)
    _check(sign.enterprise_id, data, but=sign)
    _write(sign, data)
    db.session.flush()


def _check(enterprise_id: int, data: SignData, but: ExpansionSign | None = None) -> None:
    problems = rules.problems(
        happened_on=data.happened_on,
        what=data.what,
        amount=data.amount,
        source_url=data.source_url,
        today=today(),
    )
    if problems:
        raise RuleBroken(problems)
    wait_turn(Turn.SIGNS, of=enterprise_id)
    if queries.same_sign(enterprise_id, data.kind, data.happened_on, data.what, but):
        raise RuleBroken({"what": KNOWN})


def _write(sign: ExpansionSign, data: SignData) -> None:
    sign.kind, sign.happened_on, sign.what = data.kind, data.happened_on, data.what
    sign.amount, sign.source, sign.source_url = data.amount, data.source, data.source_url


def _stays_alone(sign: ExpansionSign) -> None:
    """One that comes back must not say what another one says by now."""
    if sign.is_archived:
        return
    company_must_be_live(sign.enterprise)
    wait_turn(Turn.SIGNS, of=sign.enterprise_id)
    if queries.same_sign(sign.enterprise_id, sign.kind, sign.happened_on, sign.what, sign):
        raise RuleBroken(f"{KNOWN}，不用恢复这一条")


ARCHIVING = Archiving(
    right=Permission.ENTERPRISES_WRITE,
    found=queries.get_sign,
    may=policy.may_write,
    refusal=_NOT_THEIRS,
    follow=_stays_alone,
)
