"""Days on duty and spot checks, by team and by person, with the team of that day."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select, true

from app.core.access.auth import Actor
from app.core.records.measures import WHOLE, By, Measure, measured
from app.promotion.residents.models import DutyCheck, DutyEntry
from app.promotion.residents.rules import ON_DUTY
from app.promotion.residents.showing import check_lines, duty_lines
from app.register.accounts.enums import Permission

_HOLDERS = frozenset({By.TEAM, By.PERSON})
_OF_THE_DAY = "按那一天，归那天所在的驻点组，以后换了组也不动"


def _days(by: By, first: date, last: date) -> Select[Any]:
    """A row for each day of each member that was on duty, by what was told of it last. It goes by the first
    row of the day, so that a day that is put right after a closing is no other day. A team's day counts once,
    however many were there: to whoever told of theirs first.
    """
    told = select(func.min(DutyEntry.id).label("first_id"), func.max(DutyEntry.id).label("last_id"))
    told = told.where(DutyEntry.day.between(first, last)).group_by(DutyEntry.person_id, DutyEntry.day)
    of_day, entry = told.subquery().c, DutyEntry
    place = func.row_number().over(partition_by=(entry.team_id, entry.day), order_by=entry.id)
    holder, credit = (
        (entry.team_id, case((place == 1, WHOLE), else_=0)) if by is By.TEAM else (entry.person_id, WHOLE)
    )
    rows = measured(holder, of_day.first_id, entry.day, entry.recorded_at, credit=credit)
    return rows.join(entry, entry.id == of_day.last_id).where(entry.kind.in_(ON_DUTY))


def _absences(by: By, first: date, last: date) -> Select[Any]:
    holder = DutyCheck.team_id if by is By.TEAM else DutyCheck.person_id
    rows = measured(holder, DutyCheck.id, DutyCheck.day, DutyCheck.created_at)
    return rows.where(DutyCheck.found_present.is_(False), DutyCheck.day.between(first, last))


def _anybody(_actor: Actor) -> ColumnElement[bool]:
    """Whoever reads teams reads their calendars."""
    return true()


MEASURED = (
    Measure(
        code="duty.days",
        name="驻点天数",
        of=DutyEntry.__called__,
        words="记为在岗或者出差的日子；更正过的，按最后一次记的",
        formula="一个人一天记一天；一个组一天只记一次，几个人在都算一天",
        unit="天",
        cohort=_OF_THE_DAY,
        cut_off="那一天在所选日期之内",
        reads=Permission.TEAMS_READ,
        model=DutyEntry,
        visible=_anybody,
        counted=_days,
        holders=_HOLDERS,
        lines=duty_lines,
    ),
    Measure(
        code="duty.absent",
        name="查岗离岗",
        of=DutyCheck.__called__,
        words="查岗时不在的",
        formula="次数，一次查岗查一个人算一次",
        unit="次",
        cohort=_OF_THE_DAY,
        cut_off="查岗日期在所选日期之内",
        reads=Permission.TEAMS_READ,
        model=DutyCheck,
        visible=_anybody,
        counted=_absences,
        holders=_HOLDERS,
        lines=check_lines,
    ),
)
