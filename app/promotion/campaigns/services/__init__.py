"""Writes of campaigns. Never commits."""

from app.promotion.campaigns.services.campaigns import (
    ARCHIVING,
    HELD_CAMPAIGNS,
    CampaignData,
    Goals,
    change_campaign,
    create_campaign,
)

__all__ = [
    "ARCHIVING",
    "HELD_CAMPAIGNS",
    "CampaignData",
    "Goals",
    "change_campaign",
    "create_campaign",
]
