"""Visits by team, person and unit: who took part, with the team and unit that they had on that day."""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select

from app.core.records.measures import By, Measure, measured
from app.promotion.visits.enums import VisitKind
from app.promotion.visits.models import Visit, VisitParticipant
from app.promotion.visits.policy import visible
from app.promotion.visits.queries import MEETINGS
from app.register.accounts.enums import Permission

_HOLDERS = {
    By.TEAM: VisitParticipant.team_id,
    By.PERSON: VisitParticipant.person_id,
    By.UNIT: VisitParticipant.unit_id,
}
_MET = and_(Visit.archived_at.is_(None), Visit.kind.in_(MEETINGS))
Counted = Callable[[By, date, date], Select[Any]]


def _credited(by: By, first: date, last: date, *conditions: ColumnElement[bool]) -> Select[Any]:
    """Live visits of some days, each once for each team, person or unit of those who took part."""
    rows = measured(_HOLDERS[by], Visit.id, Visit.held_on, Visit.created_at)
    within = (Visit.archived_at.is_(None), Visit.held_on.between(first, last))
    return (
        rows.join(VisitParticipant, VisitParticipant.visit_id == Visit.id)
        .where(*within, *conditions)
        .distinct()
    )


def _of_kind(kind: VisitKind) -> Counted:
    return lambda by, first, last: _credited(by, first, last, Visit.kind == kind)


def _first_meetings(last: date) -> Select[Any]:
    """The first meeting with each company, of all that were held by a day."""
    place = func.row_number().over(partition_by=Visit.enterprise_id, order_by=(Visit.held_on, Visit.id))
    rows = select(Visit.id, place.label("place")).where(_MET, Visit.held_on <= last).subquery()
    return select(rows.c.id).where(rows.c.place == 1)


def _met_first(by: By, first: date, last: date) -> Select[Any]:
    return _credited(by, first, last, _MET, Visit.id.in_(_first_meetings(last)))


def _met_again(by: By, first: date, last: date) -> Select[Any]:
    return _credited(by, first, last, _MET, Visit.id.not_in(_first_meetings(last)))


def _measure(code: str, name: str, words: str, counted: Counted) -> Measure:
    return Measure(
        code=f"visit.{code}",
        name=name,
        of=Visit.__called__,
        words=f"{words}；不含已归档的",
        formula="一次走访一个组（人、单位）只记一次，几个组一起去的各记一次",
        unit="次",
        cohort="按走访日期，归参加的人当天所在的组和单位，以后换了组也不动",
        cut_off="走访日期在所选日期之内",
        reads=Permission.VISITS_READ,
        model=Visit,
        visible=visible,
        counted=counted,
    )


MEASURED = (
    _measure("outbound", "外出拜访", "到企业去的走访", _of_kind(VisitKind.OUTBOUND)),
    _measure("reception", "来访接待", "企业到县里来的走访", _of_kind(VisitKind.RECEPTION)),
    _measure(
        "met_first",
        "首次见面的企业",
        "全县第一次和一家企业见面的那次走访，同一天几次的算先登记的那次，电话视频不算",
        _met_first,
    ),
    _measure("met_again", "再次见面", "全县已经见过的企业，又一次见面的走访，电话视频不算", _met_again),
)
