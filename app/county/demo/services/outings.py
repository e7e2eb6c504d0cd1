"""Outings of the invented county: a leader who went out, a delegation that came, one for next week."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from app.core.access.auth import acting_as
from app.core.storage.db import db
from app.core.storage.subjects import subject_of
from app.core.values import clock
from app.core.values.clock import today
from app.promotion.outings import services
from app.promotion.outings.enums import OutingDirection
from app.promotion.outings.models import Outing
from app.promotion.steps.enums import StepKind
from app.promotion.steps.services import open_step
from app.promotion.targets.enums import TargetStage
from app.promotion.targets.models import TargetEnterprise
from app.promotion.visits.enums import VisitKind
from app.promotion.visits.models import Visit
from app.register.accounts.models import Person
from app.register.accounts.queries import actor_by_login
from app.register.enterprises.models import Enterprise

_DAY = timedelta(days=1)
_TIMES = ("09:30", "14:00", "16:30")
_POST = "副县长"
_MINUTES = (
    "一、愿意来看的两家，月底前发邀请；\n二、要用能清单的，由经开区三天内给；\n三、其余每季度回访一次。"
)


def run_outings() -> None:
    """Enters all three. Does not commit."""
    _went_out()
    _came()
    _goes_out()


def _person(name: str) -> Person:
    return db.session.scalars(select(Person).where(Person.name == name)).one()


def _at(day: date) -> datetime:
    return datetime.combine(day, time(9, 30), tzinfo=clock.BEIJING)


def _busiest(kind: VisitKind, length: int) -> tuple[date, list[Visit]]:
    """The days of the last half year on which most companies were met that way; a visit of each."""
    query = select(Visit).where(
        Visit.kind == kind,
        Visit.held_on.between(today() - 180 * _DAY, today() - 20 * _DAY),
        Visit.confidential.is_(False),
        Visit.archived_at.is_(None),
    )
    visits = db.session.scalars(query.order_by(Visit.held_on, Visit.id)).all()
    begun = {visit.held_on for visit in visits}
    weeks = {
        day: {visit.enterprise_id: visit for visit in visits if day <= visit.held_on < day + length * _DAY}
        for day in sorted(begun)
    }
    first = max(weeks, key=lambda day: len(weeks[day]))
    met = sorted(weeks[first].values(), key=lambda visit: (visit.held_on, visit.id))
    return first, met[: length * len(_TIMES)]


def _schedule(outing: Outing, when: Sequence[tuple[date, Enterprise]]) -> None:
    placed: dict[date, int] = {}
    for day, company in when:
        number = placed.setdefault(day, 0)
        placed[day] = number + 1
        services.add_stop(
            outing,
            services.StopData(
                stop_on=day,
                starts_at=_TIMES[number % len(_TIMES)],
                enterprise=company,
                place=f"{company.name}会议室",
                receiver="分管投资的副总",
            ),
        )


def _went_out() -> None:
    first, met = _busiest(VisitKind.OUTBOUND, 3)
    soon = today() + 4 * _DAY
    with acting_as(actor_by_login("heliqun")):
        with clock.as_if(_at(first - 6 * _DAY)):
            outing = services.create_outing(
                services.OutingData(
                    name="副县长带队外出敲门",
                    direction=OutingDirection.OUT,
                    first_on=first,
                    last_on=first + 2 * _DAY,
                    leader=_person("梁思源"),
                    leader_post=_POST,
                    companions=[_person("何立群"), _person("罗曼青")],
                    owner=_person("何立群"),
                    place="苏州、宁波、合肥",
                    notes="补缺的环节，一天两到三家；不谈税收返还和地价。",
                )
            )
            _schedule(outing, [(visit.held_on, visit.enterprise) for visit in met])
            services.add_stop(
                outing, services.StopData(stop_on=first + 2 * _DAY, starts_at="19:00", what="和商会座谈")
            )
        with clock.as_if(_at(first + 4 * _DAY)):
            services.write_minutes(outing, outing.version, _MINUTES)
            open_step(
                subject_of(outing),
                outing,
                kind=StepKind.NEXT,
                what="给愿意来的两家发邀请函",
                due_on=soon,
                owner_id=_person("何立群").id,
            )


def _came() -> None:
    first, met = _busiest(VisitKind.RECEPTION, 1)
    with acting_as(actor_by_login("heliqun")), clock.as_if(_at(first - 2 * _DAY)):
        outing = services.create_outing(
            services.OutingData(
                name="储能企业考察团来访",
                direction=OutingDirection.IN,
                first_on=first,
                last_on=first,
                leader=_person("韩知行"),
                leader_post="招商局局长",
                companions=[_person("何立群")],
                owner=_person("何立群"),
                place="标准厂房、冷链园、政务服务中心",
                letter=f"青招函〔{first.year}〕18 号",
                heads=9,
            )
        )
        _schedule(outing, [(visit.held_on, visit.enterprise) for visit in met])


def _goes_out() -> None:
    query = select(TargetEnterprise).where(
        TargetEnterprise.open_enterprise_id.is_not(None),
        TargetEnterprise.stage.in_((TargetStage.PLANNED, TargetStage.CONTACTED)),
    )
    targets = db.session.scalars(query.order_by(TargetEnterprise.id).limit(4)).all()
    first = today() + 6 * _DAY
    with acting_as(actor_by_login("heliqun")):
        outing = services.create_outing(
            services.OutingData(
                name="县领导带队赴长三角招商",
                direction=OutingDirection.OUT,
                first_on=first,
                last_on=first + _DAY,
                leader=_person("梁思源"),
                leader_post=_POST,
                companions=[_person("韩知行"), _person("何立群"), _person("罗曼青")],
                owner=_person("何立群"),
                place="苏州、无锡",
                notes="会前要点出发前一天印好，每人一份。",
            )
        )
        days = (first, first, first + _DAY, first + _DAY)
        _schedule(outing, [(day, target.enterprise) for day, target in zip(days, targets, strict=False)])
