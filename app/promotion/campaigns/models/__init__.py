"""Tables of campaigns."""

from app.promotion.campaigns.models.campaigns import Campaign, CampaignPart
from app.promotion.campaigns.models.companies import (
    CampaignIntroducer,
    CampaignMark,
    CampaignTarget,
    RouteStop,
)

__all__ = ["Campaign", "CampaignIntroducer", "CampaignMark", "CampaignPart", "CampaignTarget", "RouteStop"]
