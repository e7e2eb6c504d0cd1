"""Two events of the invented county: one a hundred days ago with who came, what was signed and who was met
since, one in two weeks to which invitations are out.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from app.core.access.auth import SYSTEM, acting_as, require_actor
from app.core.storage.db import db
from app.core.values import clock
from app.core.values.clock import today
from app.promotion.gatherings import services
from app.promotion.gatherings.enums import GatheringKind, GuestReply, SigningKind
from app.promotion.gatherings.models import Gathering, Guest
from app.promotion.leads.enums import LeadStage
from app.promotion.leads.models import Lead, LeadReach
from app.promotion.leads.policy import visible
from app.promotion.visits.models import Visit
from app.register.accounts.models import Person
from app.register.accounts.queries import actor_by_login
from app.register.enterprises.models import Contact, Enterprise

_DAY = timedelta(days=1)
_AGO = 100  # days: thirty and ninety days are over
_GUESTS = 14
_INTENTS = (("储能柜组装", 80_000_000), ("电池回收", 45_000_000))
_AGENDA = "14:00 签到\n14:30 县情和产业链介绍\n15:20 园区和场景\n16:00 签约\n16:30 一对一座谈"
_REPLIES = (GuestReply.COMES, GuestReply.COMES, GuestReply.SENDS, GuestReply.NONE, GuestReply.DECLINES)


def run_gatherings() -> None:
    """Enters both. Does not commit."""
    with acting_as(actor_by_login("heliqun")):
        _past(today() - _AGO * _DAY)
        _coming(today() + 14 * _DAY)


def _at(day: date, hour: int = 9) -> datetime:
    return datetime.combine(day, time(hour, 30), tzinfo=clock.BEIJING)


def _owner() -> Person:
    return db.session.scalars(select(Person).where(Person.name == "何立群")).one()


def _contacts(companies: Sequence[Enterprise]) -> list[Contact]:
    """One of each company that has one."""
    ids = [company.id for company in companies]
    query = select(Contact).where(Contact.enterprise_id.in_(ids), Contact.archived_at.is_(None))
    first: dict[int, Contact] = {}
    for contact in db.session.scalars(query.order_by(Contact.id)):
        first.setdefault(contact.enterprise_id, contact)
    return list(first.values())


def _invite(gathering: Gathering, contacts: Sequence[Contact]) -> list[Guest]:
    return [
        services.add_guest(
            gathering,
            services.GuestData(
                name=contact.personal.name,
                company=contact.enterprise.name,
                post=contact.post,
                phone=contact.personal.phone or "",
            ),
        )
        for contact in contacts
    ]


def _past(day: date) -> None:
    query = select(Enterprise).join(Visit, Visit.enterprise_id == Enterprise.id)
    after = query.where(Visit.held_on.between(day + _DAY, day + 90 * _DAY), Visit.confidential.is_(False))
    followed = list(db.session.scalars(after.distinct().order_by(Enterprise.id).limit(_GUESTS)))
    others = select(Enterprise).where(Enterprise.is_kept()).order_by(Enterprise.id).limit(6)
    companies = list(dict.fromkeys([*followed, *db.session.scalars(others)]))
    with clock.as_if(_at(day - 20 * _DAY)):
        gathering = services.create_gathering(
            services.GatheringData(
                name="长三角新能源产业推介会",
                kind=GatheringKind.PROMOTION,
                first_on=day,
                last_on=day,
                owner=_owner(),
                place="苏州国际会议中心三楼",
                agenda=_AGENDA,
                goal_guests=20,
            )
        )
        guests = _invite(gathering, _contacts(companies))
    with clock.as_if(_at(day, 13)):
        for place, guest in enumerate(guests):
            if place % 4 != 3:  # one in four did not come
                services.mark_came(guest, guest.version)
        with acting_as(SYSTEM):
            typed = services.DoorData(name="顾一鸣", company="远望储能设备商行", phone="13912345678")
            services.check_in(gathering, typed)
    with clock.as_if(_at(day, 16)):
        _signed(gathering, guests)


def _signed(gathering: Gathering, guests: Sequence[Guest]) -> None:
    """A contract of a lead that was signed by then, and two intents."""
    query = select(Lead).join(LeadReach, LeadReach.lead_id == Lead.id).where(visible(require_actor()))
    query = query.where(LeadReach.stage == LeadStage.SIGNED, LeadReach.first_date <= gathering.last_on)
    lead = db.session.scalars(query.order_by(LeadReach.first_date.desc(), Lead.id)).first()
    if lead is not None:
        services.add_signing(
            gathering,
            services.SigningData(
                kind=SigningKind.CONTRACT,
                company=lead.enterprise.name,
                project=lead.name,
                amount=lead.amount,
                lead_number=lead.number,
            ),
        )
    for guest, (project, amount) in zip(guests, _INTENTS, strict=False):
        data = services.SigningData(
            kind=SigningKind.INTENT, company=guest.company, project=project, amount=amount
        )
        services.add_signing(gathering, data)


def _coming(day: date) -> None:
    known = select(Contact.enterprise_id).where(Contact.archived_at.is_(None))
    query = select(Enterprise).where(Enterprise.is_kept(), Enterprise.id.in_(known))
    query = query.order_by(Enterprise.id.desc()).limit(10)
    gathering = services.create_gathering(
        services.GatheringData(
            name="县里的冬季招商周",
            kind=GatheringKind.WEEK,
            first_on=day,
            last_on=day + 4 * _DAY,
            owner=_owner(),
            place="县政务服务中心",
            agenda=_AGENDA,
            goal_guests=30,
        )
    )
    for place, guest in enumerate(_invite(gathering, _contacts(list(db.session.scalars(query))))):
        reply = _REPLIES[place % len(_REPLIES)]
        if reply is not GuestReply.NONE:
            with acting_as(SYSTEM):
                services.answer(guest, reply, "派副总来" if reply is GuestReply.SENDS else "")
