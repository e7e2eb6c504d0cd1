"""Campaigns in the states that matter."""

from datetime import date, timedelta
from typing import Any

from app.core.access.auth import Actor, acting_as
from app.core.storage.db import db
from app.core.values.clock import today
from app.promotion.campaigns import services
from app.promotion.campaigns.models import Campaign, CampaignTarget
from app.promotion.leads.enums import LeadSource
from app.register.enterprises.models import Enterprise
from tests.factories.enterprises import make_enterprise
from tests.factories.visits import person_of


def campaign_data(owner: Actor, **told: Any) -> services.CampaignData:
    """As typed: of thirty days from today."""
    first_on: date = told.pop("first_on", today())
    given: dict[str, Any] = {
        "name": "定向招商一",
        "method": LeadSource.DIRECTED,
        "first_on": first_on,
        "last_on": first_on + timedelta(days=29),
        "owner": person_of(owner),
        "notes": "先看一看",
    }
    return services.CampaignData(**(given | told))


def a_campaign(owner: Actor, **told: Any) -> Campaign:
    """Entered by its owner, committed."""
    with acting_as(owner):
        campaign = services.create_campaign(campaign_data(owner, **told))
        db.session.commit()
    return campaign


def an_archived_campaign(owner: Actor, **told: Any) -> Campaign:
    campaign = a_campaign(owner, **told)
    with acting_as(owner):
        services.ARCHIVING.archive(campaign, campaign.version, "记重了")
        db.session.commit()
    return campaign


def a_company_in(campaign: Campaign, owner: Actor, company: Enterprise | None = None) -> CampaignTarget:
    """A company that joined, committed."""
    with acting_as(owner):
        row = services.add_company(campaign, company or make_enterprise())
        db.session.commit()
    return row
