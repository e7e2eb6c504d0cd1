"""The resident teams are scored each month: five months are closed, one of them issued again after an
objection, the last one waits to be closed. The units have their task of the year.
"""

from datetime import date, datetime, time, timedelta

from app.core.access.auth import acting_as
from app.core.values import clock
from app.core.values.clock import today
from app.core.values.credit import WHOLE
from app.core.values.workdays import working_day_after
from app.promotion.assessments import queries, services
from app.promotion.assessments.models import AssessmentScheme
from app.promotion.assessments.queries import RankLine
from app.promotion.assessments.rules import AssessedSpan, ShippedScheme, span_of
from app.promotion.assessments.rules.shipped import RESIDENT_MONTH, UNIT_GOALS
from app.promotion.assessments.services import EntryData, SchemeData
from app.register.accounts.queries import actor_by_login

CLOSED = 5  # months
_HEAD, _SECOND, _MEMBER = "hanzhixing", "hewenlan", "luomanqing"
_WORDS = "9 日副县长带队见的两家也是我们组约的，只记了一次"
_REPLY = "查了会见安排表，确实是两家，补记一次"


def score_teams() -> None:
    """Does not commit."""
    first = _months_back(CLOSED + 1)
    scheme = _in_force(RESIDENT_MONTH, first.first)
    _in_force(UNIT_GOALS, date(today().year, 1, 1))
    span = first
    while span.last < today():
        _enter_numbers(scheme, span)
        if span.after.last < today():
            with clock.as_if(_morning(span, 3)), acting_as(actor_by_login(_HEAD)):
                services.close(scheme, span.first)
        span = span.after
    _object(scheme, _months_back(2))


def _months_back(number: int) -> AssessedSpan:
    """The month so many before this one."""
    found = span_of(RESIDENT_MONTH.kind, today())
    for _each in range(number):
        found = found.before
    return found


def _morning(span: AssessedSpan, day: int) -> datetime:
    """A working day after the month, but not after now."""
    morning = datetime.combine(working_day_after(span.last + timedelta(days=day)), time(9, 5), clock.BEIJING)
    return min(morning, clock.now())


def _in_force(shipped: ShippedScheme, day: date) -> AssessmentScheme:
    with clock.as_if(datetime.combine(day, time(9, 30), clock.BEIJING)), acting_as(actor_by_login(_HEAD)):
        data = SchemeData(shipped.name, shipped.kind, shipped.by, day, shipped.note)
        scheme = services.create_scheme(data, shipped)
        draft = queries.draft_of(scheme)
        assert draft is not None
        services.put_in_force(draft, draft.version, day, "班子会定的")
    return scheme


def _enter_numbers(scheme: AssessmentScheme, span: AssessedSpan) -> None:
    """What the product does not count, out of what it does: leaders were met where companies came, and of
    three valid leads one was a fine one.
    """
    ranking = queries.ranking_of(scheme, span, moves=False)
    assert ranking is not None
    codes = {item.name: item.code for item in ranking.items}
    for place, line in enumerate(ranking.lines, 1):
        for name, number in (
            ("领导对接", (_number(line, "来访接待") + 1) // 2),
            ("优质项目", (_number(line, "项目（有效线索）") + 1) // 3),
        ):
            if number:
                why = f"{span.first.month} 月{name}登记第 {place} 号"
                data = EntryData(codes[name], line.group.id, span.first, number * WHOLE, why)
                _enter(scheme, span, data)


def _number(line: RankLine, name: str) -> int:
    return next(one.quantity for one in line.of.lines if one.item.name == name) // WHOLE


def _enter(scheme: AssessmentScheme, span: AssessedSpan, data: EntryData) -> None:
    with clock.as_if(_morning(span, 1)):
        with acting_as(actor_by_login(_SECOND)):
            entry = services.enter(scheme, data)
        with acting_as(actor_by_login(_HEAD)):
            services.confirm(entry, entry.version)


def _object(scheme: AssessmentScheme, span: AssessedSpan) -> None:
    """A member of a team objects to a number of a closed month, and is right."""
    member = actor_by_login(_MEMBER)
    ranking = queries.ranking_of(scheme, span, moves=False)
    assert ranking is not None
    item = next(item for item in ranking.items if item.name == "领导对接")
    line = next(line for line in ranking.lines if line.group.id in member.team_ids)
    was = next(one.quantity for one in line.of.lines if one.item == item)
    with clock.as_if(_morning(span, 6)), acting_as(member):
        row = services.object_to(scheme, span.first, line.group.id, item.code, _WORDS)
    with clock.as_if(_morning(span, 9)), acting_as(actor_by_login(_HEAD)):
        services.uphold(row, row.version, _REPLY, was + WHOLE)
