"""Tries to sign in: counted before any password is looked at, made to wait as `rules` says. Counted in
transactions of their own: a count stays when the request that it refused is undone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from app.core.access.address import counted_as
from app.core.storage import audit
from app.core.storage.db import Turn, db, lapsed, wait_turn
from app.core.values.clock import AHEAD, now
from app.register.accounts.models import LoginFailure
from app.register.accounts.rules import (
    KEPT,
    MOST_OF_ACCOUNT,
    WINDOW,
    Tries,
    code_may_be_tried_at,
    is_news,
    may_try_at,
)

OF_CODES = "code"  # in the place of a browser's mark, which is longer: codes are counted apart


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a try comes from: an account as it is counted, an address, the mark of a browser that is known
    for this account (app/register/accounts/browsers), empty for any other.
    """

    account: str
    address: str
    browser: str = ""

    def own(self) -> list[ColumnElement[bool]]:
        """What is counted together with it: all from its known browser, else all from its address."""
        mine = [LoginFailure.account == self.account, LoginFailure.browser == self.browser]
        return mine if self.browser else [*mine, LoginFailure.address == self.address]


@dataclass(frozen=True, slots=True)
class Wait:
    """Of a try that was not made: how long it must wait, and whether that is worth a line in the ledger."""

    seconds: int
    until: datetime
    is_news: bool


def account_of(login: str) -> str:
    """Under what the tries of an account are counted, whether or not there is one."""
    return audit.digest_of(login.lower())


def origin(login: str, address: str, browser: str) -> Origin:
    return Origin(account_of(login), counted_as(address), browser)


def take(tried: Origin) -> Wait | None:
    """Counts a try as failed before any hashing, so that tries sent at once cannot pass together; None when
    it may be made. Hammering does not lengthen a wait, since what was not made is not counted.
    """
    with Session(db.engine) as own:
        wait_turn(Turn.SIGN_INS, own)
        moment = now()
        seen = _seen(own, tried, moment)
        until = may_try_at(seen, moment, is_known=bool(tried.browser))
        is_due = until <= moment
        told_anew = not is_due and is_news(seen, moment)
        # A wait that runs from the first ask is kept, so that it ends.
        runs = seen.of_account >= MOST_OF_ACCOUNT and seen.waiting_since is None
        row = LoginFailure(
            account=tried.account, address=tried.address, browser=tried.browser, tried=is_due, at=moment
        )
        if is_due or told_anew or runs:
            own.add(row)
        own.commit()
    return None if is_due else Wait(ceil((until - moment).total_seconds()), until, told_anew)


def _seen(own: Session, tried: Origin, moment: datetime) -> Tries:
    """What counts against a try. A wait that was told before the last failure is over; so is whatever a clock
    that was ahead has written down, or it would count anew at each try until the clock has come there.
    """
    recent = LoginFailure.at.between(moment - WINDOW, moment + AHEAD)
    was_tried = LoginFailure.tried
    failures, last = own.execute(
        select(func.count(), func.max(LoginFailure.at)).where(*tried.own(), recent, was_tried)
    ).one()
    since = LoginFailure.at >= (last or moment - WINDOW)
    waits = select(func.min(LoginFailure.at)).where(*tried.own(), recent, since, ~was_tried)
    waiting_since = own.execute(waits).scalar_one()
    if tried.browser:
        return Tries(failures, last, waiting_since)
    others = (recent, LoginFailure.browser == "")
    of_account = own.execute(
        select(func.count()).where(LoginFailure.account == tried.account, was_tried, *others)
    ).scalar_one()
    last_at = func.max(LoginFailure.at)
    of_address = own.execute(
        select(func.count().filter(was_tried), last_at.filter(was_tried), last_at.filter(~was_tried)).where(
            LoginFailure.address == tried.address, *others
        )
    ).one()
    return Tries(failures, last, waiting_since, of_account, *of_address)


def take_code(login: str, address: str) -> Wait | None:
    """The same of a code after the right password, counted by account wherever it is typed."""
    with Session(db.engine) as own:
        wait_turn(Turn.SIGN_INS, own)
        moment = now()
        mine = (LoginFailure.account == account_of(login), LoginFailure.browser == OF_CODES)
        failures = own.scalars(select(LoginFailure.at).where(*mine, LoginFailure.at > moment - KEPT)).all()
        until = code_may_be_tried_at(failures, moment)
        if is_due := until <= moment:
            row = LoginFailure(account=account_of(login), address=counted_as(address), browser=OF_CODES)
            row.tried, row.at = True, moment
            own.add(row)
        own.commit()
    return None if is_due else Wait(ceil((until - moment).total_seconds()), until, is_news=False)


def forget_codes(own: Session, login: str) -> None:
    """After a right code."""
    mine = (LoginFailure.account == account_of(login), LoginFailure.browser == OF_CODES)
    own.execute(delete(LoginFailure).where(*mine))


def forget(own: Session, tried: Origin) -> None:
    """After a right password: its browser begins afresh. What others failed at stays counted."""
    own.execute(delete(LoginFailure).where(*tried.own()))


def forget_all(own: Session, login: str) -> int:
    """All that is counted against an account, from wherever; how many rows that were."""
    removed = own.execute(delete(LoginFailure).where(LoginFailure.account == account_of(login)))
    return int(removed.rowcount)  # type: ignore[attr-defined]


def failures_of(login: str, most: int) -> tuple[Sequence[LoginFailure], int]:
    """The failed tries of the last day at an account, the latest first, and how many there were."""
    of_late = LoginFailure.at > now() - KEPT
    mine = (LoginFailure.account == account_of(login), LoginFailure.tried, of_late)
    query = select(LoginFailure).where(*mine).order_by(LoginFailure.at.desc(), LoginFailure.id.desc())
    number = db.session.scalar(select(func.count()).select_from(LoginFailure).where(*mine)) or 0
    return db.session.scalars(query.limit(most)).all(), number


def prune() -> None:
    """By night: failures of which nobody asks any more."""
    db.session.execute(delete(LoginFailure).where(lapsed(LoginFailure.at, KEPT)))
