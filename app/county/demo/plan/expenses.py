"""What the resident teams were given for each year of the history, and what they spent on the road."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from random import Random

from app.core.values.workdays import working_day_after
from app.county.demo import county
from app.county.demo.acts import Deed, EnterExpense, LogVisit, SetBudget
from app.county.demo.calendar import HistorySpan, Story
from app.county.demo.plan.telling import AFTER, SEED, Telling
from app.promotion.expenses.enums import ExpenseKind
from app.promotion.visits.enums import VisitKind

_EACH = 3  # of so many journeys one has its tickets entered by itself
_GIVEN = {  # 元 a year, for each team in turn
    ExpenseKind.TRAVEL: (80_000, 80_000, 60_000, 60_000),
    ExpenseKind.RENT: (48_000, 54_000, 60_000, 36_000),
    ExpenseKind.RECEPTION: (20_000, 20_000, 20_000, 15_000),
    ExpenseKind.MATERIALS: (12_000, 12_000, 12_000, 12_000),
}
_BASIS = "{year} 年度驻点工作经费批复"


def money_spent(telling: Telling, acts: Sequence[Deed]) -> list[Deed]:
    """Their acts; what was spent follows the visits of residents."""
    rng, story = Random(SEED), Story()  # chance of its own, so that the rest of the history stays as it is
    span = telling.span
    for year in range(span.first.year, span.today.year + 1):
        _given(story, span, year)
    journeys = [act for act in acts if _is_journey(span, act)]
    for number, act in enumerate(journeys[::_EACH]):
        assert isinstance(act, LogVisit)
        kind, amount, name = _spent(rng, number, telling.companies[act.company].province)
        day = working_day_after(act.on)
        if day < span.today:
            enter = partial(EnterExpense, kind=kind, on=act.on, amount=amount, name=name)
            story.add(day, AFTER, partial(enter, by=act.by, receipt_no=_receipt(number)))
    for day in _months(span):
        for team, rent in zip(county.TEAMS, _GIVEN[ExpenseKind.RENT], strict=True):
            head, name = span.members(team, day)[0], f"{day.month} 月房租"
            pay = partial(EnterExpense, kind=ExpenseKind.RENT, on=day, amount=rent // 12, name=name)
            story.add(day, AFTER, partial(pay, by=head, receipt_no=""))
    return story.acts(rng, span)


def _given(story: Story, span: HistorySpan, year: int) -> None:
    day = max(working_day_after(date(year, 1, 4)), working_day_after(span.first))
    for kind, amounts in _GIVEN.items():
        for team, amount in zip(county.TEAMS, amounts, strict=True):
            give = partial(SetBudget, unit=team, year=year, kind=kind, amount=amount)
            story.add(day, AFTER, partial(give, by=county.HEAD, reason=_BASIS.format(year=year)))


def _is_journey(span: HistorySpan, act: Deed) -> bool:
    if not isinstance(act, LogVisit) or act.kind is not VisitKind.OUTBOUND:
        return False
    return any(act.by in span.members(team, act.on) for team in county.TEAMS)


def _spent(rng: Random, number: int, where: str) -> tuple[ExpenseKind, int, str]:
    if number % 9 == 0:
        return ExpenseKind.RECEPTION, rng.randint(300, 1_800), f"在{where}拜访时的工作餐"
    if number % 14 == 0:
        return ExpenseKind.MATERIALS, rng.randint(400, 2_600), "印投资指南和地块手册"
    return ExpenseKind.TRAVEL, rng.randint(90, 1_460), f"去{where}拜访的车票和住宿"


def _receipt(number: int) -> str:
    return f"2644{70_000_000 + 137 * number}"


def _months(span: HistorySpan) -> Iterator[date]:
    """The working day on which rent is paid, each month of the history but the present one."""
    day = span.first.replace(day=1)
    while True:
        day = (day + timedelta(days=32)).replace(day=1)
        paid = working_day_after(day.replace(day=6))
        if paid >= span.today:
            return
        yield paid
