"""The rows of the numbers of campaigns, as far as somebody may see them: (campaign_id, id, day, amount).

A visit or a lead is one of a campaign when its company is in it and its day lies within the campaign's days.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, FromClause, Select, cast, exists, func, null, select
from sqlalchemy.orm import aliased, joinedload

from app.core.access.auth import Actor
from app.core.storage.db import db
from app.promotion.campaigns.models import Campaign, CampaignTarget
from app.promotion.leads.enums import LeadStage
from app.promotion.leads.models import Lead, LeadReach
from app.promotion.leads.policy import visible as lead_visible
from app.promotion.visits.enums import VisitKind
from app.promotion.visits.models import Visit
from app.promotion.visits.policy import visible as visit_visible
from app.promotion.visits.queries import MEETINGS


@dataclass(frozen=True, slots=True)
class CampaignsAsked:
    """Some campaigns, by inner id, as of a day."""

    campaign_ids: tuple[int, ...]
    until: date


Source = Callable[[Actor, CampaignsAsked], FromClause]
_NO_AMOUNT = cast(null(), BigInteger).label("amount")


def _rows(key: Any, day: Any, amount: Any = None) -> Select[Any]:
    return select(
        CampaignTarget.campaign_id.label("campaign_id"),
        key.label("id"),
        day.label("day"),
        _NO_AMOUNT if amount is None else amount.label("amount"),
    )


def _within(day: Any, asked: CampaignsAsked) -> tuple[ColumnElement[bool], ...]:
    return (
        Campaign.id.in_(asked.campaign_ids),
        day >= Campaign.first_on,
        day <= Campaign.last_on,
        day <= asked.until,
    )


def visits(*kinds: VisitKind) -> Source:
    """Visits of these kinds."""

    def source(actor: Actor, asked: CampaignsAsked) -> FromClause:
        query = _rows(Visit.id, Visit.held_on).select_from(Visit)
        query = query.join(CampaignTarget, CampaignTarget.enterprise_id == Visit.enterprise_id)
        query = query.join(Campaign, Campaign.id == CampaignTarget.campaign_id)
        return query.where(
            Visit.archived_at.is_(None),
            Visit.kind.in_(kinds),
            visit_visible(actor),
            *_within(Visit.held_on, asked),
        ).subquery()

    return source


def met(before: bool | None = None) -> Source:
    """Companies that were met in person; `before`: those that had been met before the campaign began, or had
    not.
    """

    def source(actor: Actor, asked: CampaignsAsked) -> FromClause:
        first = func.min(Visit.held_on)
        query = _rows(CampaignTarget.id, first).select_from(CampaignTarget)
        query = query.join(Campaign, Campaign.id == CampaignTarget.campaign_id)
        query = query.join(Visit, Visit.enterprise_id == CampaignTarget.enterprise_id)
        query = query.where(
            Visit.archived_at.is_(None),
            Visit.kind.in_(MEETINGS),
            visit_visible(actor),
            *_within(Visit.held_on, asked),
        )
        if before is not None:
            query = query.where(_met_earlier() if before else ~_met_earlier())
        return query.group_by(CampaignTarget.campaign_id, CampaignTarget.id).subquery()

    return source


def _met_earlier() -> ColumnElement[bool]:
    """Ordinary visits alone tell it, as a target tells when its company was met."""
    earlier = aliased(Visit)
    return exists().where(
        earlier.enterprise_id == CampaignTarget.enterprise_id,
        earlier.archived_at.is_(None),
        ~earlier.confidential,
        earlier.kind.in_(MEETINGS),
        earlier.held_on < Campaign.first_on,
    )


def leads(stage: LeadStage) -> Source:
    """Leads that came to a stage for the first time, with the amount of that day."""

    def source(actor: Actor, asked: CampaignsAsked) -> FromClause:
        query = _rows(Lead.id, LeadReach.first_date, LeadReach.amount).select_from(LeadReach)
        query = query.join(Lead, Lead.id == LeadReach.lead_id)
        query = query.join(CampaignTarget, CampaignTarget.enterprise_id == Lead.enterprise_id)
        query = query.join(Campaign, Campaign.id == CampaignTarget.campaign_id)
        return query.where(
            LeadReach.stage == stage, lead_visible(actor), *_within(LeadReach.first_date, asked)
        ).subquery()

    return source


# --- the records behind the rows -----------------------------------------------------------------------


def visits_by_id(ids: Collection[int]) -> Sequence[Visit]:
    query = select(Visit).where(Visit.id.in_(ids))
    return db.session.scalars(query.options(joinedload(Visit.enterprise), joinedload(Visit.author))).all()


def companies_by_id(ids: Collection[int]) -> Sequence[CampaignTarget]:
    query = select(CampaignTarget).where(CampaignTarget.id.in_(ids))
    return db.session.scalars(
        query.options(joinedload(CampaignTarget.enterprise), joinedload(CampaignTarget.owner))
    ).all()


def leads_by_id(ids: Collection[int]) -> Sequence[Lead]:
    query = select(Lead).where(Lead.id.in_(ids))
    return db.session.scalars(query.options(joinedload(Lead.enterprise), joinedload(Lead.owner))).all()


def keys_of(source: FromClause, most: int, skipped: int) -> dict[int, tuple[date, int | None]]:
    """The rows of one campaign, the latest first: their inner ids, each with its day and amount."""
    columns = source.c
    query = select(columns.id, columns.day, columns.amount).order_by(columns.day.desc(), columns.id.desc())
    found = db.session.execute(query.limit(most).offset(skipped))
    return {key: (day, amount) for key, day, amount in found}
