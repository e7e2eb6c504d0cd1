"""Budgets: how much of what is costly or sensitive one person may have in a while, each limit declared once.

What was spent stands in the database, so that both processes of the web and a restart count together. A
budget is spent and checked under the turn of its person: requests sent at once cannot pass together.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import wraps
from math import ceil
from typing import ParamSpec, TypeVar

from flask import request
from sqlalchemy import Index, String, delete, insert, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.access.auth import Actor, current_actor
from app.core.storage.db import BUSY_TIMEOUT, Base, BigId, Turn, apart, db, reading_apart, wait_turn
from app.core.storage.settled import number_for
from app.core.values.clock import in_beijing, now, start_of, today
from app.core.values.errors import OverBudget
from app.core.values.registries import Registry
from app.core.values.settings import Setting
from app.core.web import leases
from app.core.web.unsaved import shown_only

log = logging.getLogger(__name__)
P = ParamSpec("P")
R = TypeVar("R")

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WINDOWS = {MINUTE: "每分钟", HOUR: "每小时", DAY: "每天"}
PARTS = 12  # of a sliding window: what was spent falls out of it part by part
KEPT = timedelta(days=31)  # how long the days of a person can be looked up
PATIENCE = 200  # ms that a budget which stays open waits for other writers
_COSTS = "__costs__"


@dataclass(frozen=True, slots=True)
class Budget:
    """One limit. `window` slides, save a day, which is one of Beijing's. `amount` is a Setting where the
    county sets it, for all or by role.

    `is_open_when_busy`: what happens while the count cannot be written. Open where a limit only spares the
    machine, since a look must not fail for its count; closed where it guards what must not get out or in.
    Open is not free: the process remembers what it let pass, so that nobody has more by asking so much at
    once that their own asks keep each other from being counted.
    `at_once`: how much a process takes in advance, so that what comes with every key is seldom written.
    """

    name: str
    label: str  # what it is a budget of, as people call it
    unit: str
    window: timedelta
    amount: int | Setting
    is_open_when_busy: bool = False
    at_once: int = 1
    advice: str = ""  # what one can do until then


@dataclass(frozen=True, slots=True)
class TakenOfBudget:
    """What somebody has spent by now, how much they just got, and when more can be had if it was too much."""

    spent: int
    got: int
    again: datetime | None = None


class Spending(Base):
    """What one person spent of a budget in one part of its window."""

    __tablename__ = "spending"
    __audited__ = False
    __table_args__ = (Index("ix_spending_since", "since"),)

    user_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    budget: Mapped[str] = mapped_column(String(40), primary_key=True)
    since: Mapped[datetime] = mapped_column(primary_key=True)
    spent: Mapped[int]


BUDGETS: Registry[Budget] = Registry("budgets")


def declare(budget: Budget) -> Budget:
    """Enters a limit into the one list of them."""
    BUDGETS.add(budget.name, budget)
    return budget


def amount_of(budget: Budget, roles: Iterable[str]) -> int:
    """How much of it somebody with these roles has."""
    if isinstance(budget.amount, Setting):
        return number_for(budget.amount, roles)
    return budget.amount


def _amount_apart(budget: Budget, actor: Actor) -> int:
    """The same before the transaction that counts, in which nothing else may be asked."""
    if not isinstance(budget.amount, Setting):
        return amount_of(budget, actor.roles)
    with reading_apart():
        return amount_of(budget, actor.roles)


# --- windows, pure ---------------------------------------------------------------------------------


def part_of(window: timedelta, moment: datetime) -> datetime:
    """When the part of a window began that a moment lies in; of a day, the day itself."""
    if window == DAY:
        return start_of(in_beijing(moment).date())
    size = int(window.total_seconds()) // PARTS
    return moment - timedelta(seconds=moment.timestamp() % size)


def opens_again(
    window: timedelta, spent: Sequence[tuple[datetime, int]], most: int, wanted: int, moment: datetime
) -> datetime:
    """From when so much can be had again, by what was spent in which parts, the oldest first."""
    if window == DAY:
        return start_of(in_beijing(moment).date() + DAY)
    left = most - sum(number for _since, number in spent)
    for since, number in spent:
        left += number
        if left >= wanted:
            return since + window
    return moment + window


# --- spending --------------------------------------------------------------------------------------


def spend(budget: Budget, cost: int = 1) -> None:
    """Counts what is about to be done; raises OverBudget when it is more than is left. In a transaction of
    its own, so that it stays counted whatever becomes of the request, which holds no write lock yet.
    """
    actor = current_actor()
    if actor is None or actor.user_id is None:
        return
    key = (budget.name, actor.user_id)
    if cost < budget.at_once and leases.take(key, budget.window, cost):
        return
    amount = _amount_apart(budget, actor)
    try:
        with apart(PATIENCE if budget.is_open_when_busy else BUSY_TIMEOUT) as own:
            taken = _take(own, budget, actor.user_id, amount, cost, max(cost, budget.at_once))
            own.commit()
    except (OperationalError, NoConnectionFree) as busy:
        if not budget.is_open_when_busy:
            raise
        log.info("%s of user %s was not counted: %s", budget.name, actor.user_id, busy)
        _let_pass(budget, actor.user_id, amount, cost)
        return
    _refuse_if_over(budget, amount, taken, cost)
    if budget.at_once > 1:
        leases.keep(key, budget.window, taken.got - cost)


def _let_pass(budget: Budget, user_id: int, amount: int, cost: int) -> None:
    """Uncounted for now, unless it is too much together with what was counted, which can still be read."""
    moment = now()
    try:
        with reading_apart():
            spent = _spent(db.session(), budget, user_id, moment)
    except (OperationalError, NoConnectionFree):
        spent = []
    key = (budget.name, user_id)
    before = leases.owe(key, budget.window, cost)
    total = before + sum(number for _since, number in spent)
    if total + cost > amount:
        leases.owe(key, budget.window, -cost)
        again = opens_again(budget.window, [*spent, (moment, before)], amount, cost, moment)
        _refuse_if_over(budget, amount, TakenOfBudget(total, 0, again), cost)


def spend_within(budget: Budget, cost: int = 1) -> None:
    """The same in the transaction under way: what is not done in the end is not counted either."""
    actor = current_actor()
    if actor is None or actor.user_id is None:
        return
    amount = amount_of(budget, actor.roles)
    _refuse_if_over(budget, amount, _take(db.session(), budget, actor.user_id, amount, cost, cost), cost)


def _take(own: Session, budget: Budget, user_id: int, amount: int, least: int, most: int) -> TakenOfBudget:
    """As much as is left, between `least` and `most`; nothing when it is less."""
    wait_turn(Turn.BUDGETS, own, of=user_id)
    moment, key = now(), (budget.name, user_id)
    part, spent = part_of(budget.window, moment), _spent(own, budget, user_id, moment)
    owed = leases.owe(key, budget.window, 0)
    total = owed + sum(number for _since, number in spent)
    if total + least > amount:
        return TakenOfBudget(total, 0, opens_again(budget.window, spent, amount, least, moment))
    got = min(most, amount - total)
    row = {"user_id": user_id, "budget": budget.name, "since": part}
    if any(since == part for since, _number in spent):
        of_part = (Spending.__table__.c[name] == value for name, value in row.items())
        own.execute(update(Spending).where(*of_part).values(spent=Spending.spent + got + owed))
    else:
        own.execute(insert(Spending).values(spent=got + owed, **row))
    leases.owe(key, budget.window, -owed)
    return TakenOfBudget(total + got, got)


def _spent(own: Session, budget: Budget, user_id: int, moment: datetime) -> list[tuple[datetime, int]]:
    """What counts at a moment. What was spent while the clock was ahead does not, or it would for ever."""
    begin = part_of(DAY, moment) if budget.window == DAY else moment - budget.window
    begun = Spending.since >= begin if budget.window == DAY else Spending.since > begin
    query = select(Spending.since, Spending.spent).where(
        Spending.user_id == user_id, Spending.budget == budget.name, begun, Spending.since <= moment
    )
    return [(since, spent) for since, spent in own.execute(query.order_by(Spending.since))]


def spent_by_day(budget: Budget, first: date) -> dict[int, dict[date, int]]:
    """Who spent how much of a budget of the day since a day, by user and day."""
    query = select(Spending.user_id, Spending.since, Spending.spent).where(
        Spending.budget == budget.name, Spending.since >= start_of(first)
    )
    found: dict[int, dict[date, int]] = {}
    for user_id, since, spent in db.session.execute(query):
        found.setdefault(user_id, {})[in_beijing(since).date()] = spent
    return found


def prune() -> None:
    """By night: what counts no more and is no longer looked up."""
    db.session.execute(delete(Spending).where(Spending.since < now() - KEPT))
    sliding = [budget.name for budget in BUDGETS.values() if budget.window != DAY]
    over = Spending.since < now() - max(WINDOWS)
    db.session.execute(delete(Spending).where(Spending.budget.in_(sliding), over))


# --- refusals --------------------------------------------------------------------------------------


def _refuse_if_over(budget: Budget, amount: int, taken: TakenOfBudget, cost: int) -> None:
    if taken.again is None:
        return
    most = f"{WINDOWS[budget.window]}最多 {amount:,} {budget.unit}"
    this_time = f"，这一次要 {cost:,} {budget.unit}" if cost > 1 else ""
    what = f"{budget.label}到了上限：{most}，已经用了 {taken.spent:,} {budget.unit}{this_time}"
    todo = "。".join(filter(None, (f"{again_in_words(taken.again)}可以再试", budget.advice)))
    raise OverBudget(what, todo, max(1, ceil((taken.again - now()).total_seconds())))


def again_in_words(again: datetime) -> str:
    """`14:35:20 以后`, or `明天（11月30日）0 点以后`."""
    at = in_beijing(again)
    if at.date() != today():
        return f"明天（{at.month}月{at.day}日）0 点以后"
    at += timedelta(seconds=1) if at.microsecond else timedelta(0)
    return f"{at:%H:%M:%S} 以后"


# --- routes ----------------------------------------------------------------------------------------


def costs(
    budget: Budget, *, when: Callable[[], bool] | None = None
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declares what a route costs, each time or `when` what is asked for is costly. Stands below `requires`:
    who may not, spends nothing.
    """

    def declare_costs(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            # A form that comes again filled has asked for nothing new.
            if not shown_only() and (when is None or when()):
                spend(budget)
            return view(*args, **kwargs)

        setattr(guarded, _COSTS, (*costs_of(view), budget.name))
        return guarded

    return declare_costs


def costs_of(view: Callable[..., object]) -> tuple[str, ...]:
    """The budgets that a route declares."""
    found: tuple[str, ...] = getattr(view, _COSTS, ())
    return found


def asks(*names: str) -> Callable[[], bool]:
    """Whether the address asks for one of these, or for anything when none is named."""
    return lambda: any(request.args.get(name, "").strip() for name in names or request.args)
