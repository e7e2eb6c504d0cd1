"""What the credit for contracts is made of: contracts, first meetings, introductions; names."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import func, select

from app.core.access.auth import Actor
from app.core.records.measures import MEASURES
from app.core.storage.db import db
from app.figures.outcomes.enums import ComparedBy
from app.figures.outcomes.queries.counting import rows_of
from app.figures.outcomes.queries.groups import Compared
from app.figures.outcomes.rules import OUTSIDE, UNTEAMED, FirstMeeting, Introduction, OutcomeDays, SignedLead
from app.promotion.campaigns.models import Campaign, CampaignIntroducer, CampaignTarget
from app.promotion.leads.models import Lead, LeadReach
from app.promotion.leads.policy import visible
from app.promotion.visits.models import Visit, VisitParticipant
from app.promotion.visits.queries import MEETINGS
from app.register.accounts.models import Person, TeamMembership, Unit


def signings(by: ComparedBy, days: OutcomeDays) -> list[SignedLead]:
    """The contracts of these days, with who owned the lead or which team held it on the day of signing."""
    rows = rows_of(MEASURES["lead.signed"], ComparedBy.UNIT, days)
    holder = LeadReach.team_id if by is ComparedBy.TEAM else LeadReach.owner_id
    columns = (Lead.id, Lead.enterprise_id, rows.source.c.day, rows.source.c.amount, holder, Lead.introducer)
    reached = (LeadReach.lead_id == Lead.id) & (LeadReach.first_date == rows.source.c.day)
    query = select(*columns).select_from(rows.source).join(Lead, Lead.id == rows.source.c.key)
    query = query.join(LeadReach, reached & (LeadReach.stage == "signed")).where(rows.condition)
    return [
        SignedLead(lead, company, day, amount, _or_unteamed(by, whose), introducer)
        for lead, company, day, amount, whose, introducer in db.session.execute(query.distinct())
    ]


def _or_unteamed(by: ComparedBy, holder: int | None) -> int | None:
    return UNTEAMED if holder is None and by is ComparedBy.TEAM else holder


def first_meetings(enterprise_ids: Collection[int], by: ComparedBy, days: OutcomeDays) -> list[FirstMeeting]:
    """The first meeting with each of these companies, as it was known then."""
    known = [Visit.created_at <= days.known_at] if days.known_at is not None else []
    place = func.row_number().over(partition_by=Visit.enterprise_id, order_by=(Visit.held_on, Visit.id))
    ranked = select(Visit.id, Visit.enterprise_id, Visit.held_on, place.label("place")).where(
        Visit.enterprise_id.in_(sorted(enterprise_ids)),
        Visit.archived_at.is_(None),
        Visit.kind.in_(MEETINGS),
        *known,
    )
    first = ranked.subquery()
    holder = VisitParticipant.team_id if by is ComparedBy.TEAM else VisitParticipant.person_id
    query = select(first.c.id, first.c.enterprise_id, first.c.held_on, holder)
    query = query.join(VisitParticipant, VisitParticipant.visit_id == first.c.id).where(first.c.place == 1)
    found: dict[tuple[int, int, date], list[int]] = {}
    for number, company, day, whose in db.session.execute(query.order_by(first.c.id)):
        found.setdefault((number, company, day), []).append(UNTEAMED if whose is None else whose)
    return [FirstMeeting(company, day, number, tuple(who)) for (number, company, day), who in found.items()]


def introductions(enterprise_ids: Collection[int], by: ComparedBy) -> list[Introduction]:
    """Who introduced these companies to campaigns; of a team, that of the introducer on the day on which the
    company joined.
    """
    of, row = CampaignIntroducer, CampaignTarget
    query = (
        select(of.id, of.person_id, of.share, row.enterprise_id, row.added_on, Campaign.id, Campaign.first_on)
        .join(row, row.id == of.row_id)
        .join(Campaign, Campaign.id == row.campaign_id)
        .where(row.enterprise_id.in_(sorted(enterprise_ids)), Campaign.archived_at.is_(None))
    )
    rows = db.session.execute(query).all()
    teams = _terms({one.person_id for one in rows if one.person_id}) if by is ComparedBy.TEAM else {}
    found = []
    for number, person, share, company, added_on, campaign, first_on in rows:
        holder = OUTSIDE if person is None else person
        if person is not None and by is ComparedBy.TEAM:
            holder = _team_on(teams.get(person, []), added_on)
        found.append(Introduction(company, first_on, number, holder, share, campaign))
    return found


def _terms(people: Collection[int]) -> dict[int, list[Any]]:
    term = TeamMembership
    query = select(term.person_id, term.team_id, term.starts_on, term.ends_on)
    found: dict[int, list[Any]] = {}
    for one in db.session.execute(query.where(term.person_id.in_(sorted(people))).order_by(term.starts_on)):
        found.setdefault(one.person_id, []).append(one)
    return found


def _team_on(terms: list[Any], day: date) -> int:
    """The one joined last when there were two."""
    of_day = [one.team_id for one in terms if one.starts_on <= day and (one.ends_on or day) >= day]
    return of_day[-1] if of_day else UNTEAMED


def named(by: ComparedBy, ids: Collection[int]) -> dict[int, Compared]:
    """Teams or people by their inner ids, in the order in which they stand elsewhere."""
    model: Any = Unit if by is ComparedBy.TEAM else Person
    order = (Unit.position, Unit.id) if by is ComparedBy.TEAM else (Person.unit_id, Person.id)
    query = select(model.id, model.public_id, model.name).where(model.id.in_(sorted(ids))).order_by(*order)
    return {row.id: Compared(*row) for row in db.session.execute(query)}


def leads_open_to(actor: Actor, lead_ids: Collection[int]) -> dict[int, Lead]:
    """Those of these leads that somebody may open."""
    query = select(Lead).where(Lead.id.in_(sorted(lead_ids)), visible(actor))
    return {lead.id: lead for lead in db.session.scalars(query)}
