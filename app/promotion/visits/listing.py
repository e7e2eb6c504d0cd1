"""The list of visits, declared."""

from datetime import timedelta

from sqlalchemy import exists, or_, select, union_all

from app.core.access.auth import Actor
from app.core.access.permissions import OURS, of_ours
from app.core.records.columns import Cell, of
from app.core.records.filters import Archived, Condition, Text, choice, days
from app.core.records.listing import Listing, View
from app.core.records.typed import contains
from app.core.values.clock import today
from app.promotion.steps.models import Step
from app.promotion.visits import policy, queries
from app.promotion.visits.enums import VisitKind
from app.promotion.visits.models import Visit, VisitContact, VisitParticipant
from app.register.accounts.enums import Permission
from app.register.accounts.filters import ByPerson, ByTeam, ByUnit
from app.register.accounts.naming import is_person
from app.register.enterprises.filters import ByCompany
from app.register.enterprises.models import ContactPersonal
from app.register.enterprises.naming import about_company
from app.register.tags.filters import ByTag

_SHOWN = 50  # characters of what was said


def _took_part(condition: Condition) -> Condition:
    return exists(select(VisitParticipant.id).where(VisitParticipant.visit_id == Visit.id, condition))


def _mine(actor: Actor) -> list[Condition]:
    took_part = _took_part(VisitParticipant.person_id == actor.person_id)
    return [or_(Visit.author_id == actor.person_id, took_part)]


def _ours(actor: Actor) -> list[Condition]:
    return [_took_part(of_ours(actor, VisitParticipant.unit_id, VisitParticipant.team_id))]


def _this_week(_actor: Actor) -> list[Condition]:
    day = today()
    return [Visit.held_on >= day - timedelta(days=day.weekday())]


def _by_text(text: str) -> Condition:
    return about_company(text, Visit.enterprise_id, _told)


def _told(term: str) -> Condition:
    """That a visit's own words hold a term: what was said, asked for and promised, where, who was there."""
    ours = select(VisitParticipant.visit_id).where(is_person(term, VisitParticipant.person_id))
    theirs = (
        select(VisitContact.visit_id)
        .join(ContactPersonal, ContactPersonal.contact_id == VisitContact.contact_id)
        .where(contains(term, ContactPersonal.name))
    )
    promised = select(Step.visit_id).where(Step.visit_id.is_not(None), contains(term, Step.what))
    return or_(
        contains(term, Visit.summary, Visit.needs, Visit.place, Visit.met),
        Visit.id.in_(union_all(ours, theirs, promised)),
    )


def _company(visit: Visit) -> Cell:
    tags = ("保密",) if visit.confidential else ()
    return Cell(visit.enterprise.name, page=("visits.detail", visit.public_id), tags=tags)


def _said(visit: Visit) -> str:
    return visit.summary if len(visit.summary) <= _SHOWN else f"{visit.summary[: _SHOWN - 1]}…"


def _people(visit: Visit) -> str:
    return "、".join(row.person.name for row in visit.participants)


VISITS = Listing(
    kind="visit",
    title="走访接待",
    noun="走访",
    counter="次",
    endpoint="visits.index",
    reads=Permission.VISITS_READ,
    takes=Permission.LISTS_EXPORT,
    key=Visit.id,
    visible=policy.visible,
    load=queries.load,
    filters=(
        Text(name="q", label="企业或内容", holds=_by_text),
        choice(Visit.kind, VisitKind),
        *days(Visit.held_on, "日期不早于", "日期不晚于", folded=False),
        ByUnit(column=VisitParticipant.unit_id, within=_took_part, folded=True),
        ByTeam(column=VisitParticipant.team_id, within=_took_part),
        ByPerson(name="person", column=VisitParticipant.person_id, within=_took_part, folded=True),
        ByCompany(column=Visit.enterprise_id, folded=True),
        ByTag(column=Visit.public_id),
        Archived(column=Visit.archived_at),
    ),
    views={
        "all": View("全部"),
        "mine": View("我的", _mine),
        "team": View(OURS, _ours),
        "week": View("本周", _this_week),
    },
    sorts={"held": Visit.held_on},
    sorted_by="-held",
    size="tall",
    columns=(
        of(Visit.enterprise_id, _company, width="name"),
        of(Visit.held_on, key="held", kind="date", width="date", phone="light", sorts=True, tells=True),
        of(Visit.kind, kind="nowrap", phone="sum"),
        of(Visit.summary, _said, paper=lambda visit: visit.summary, width="wide", phone="next"),
        of(VisitParticipant.person_id, _people, phone="note"),
    ),
)
