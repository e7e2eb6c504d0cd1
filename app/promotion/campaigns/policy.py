"""Who may see and change a campaign: its own and whoever takes part; leaders see all."""

from app.core.access.auth import Actor
from app.core.access.scopes import Access, Members
from app.promotion.campaigns.models import Campaign, CampaignPart
from app.register.accounts.enums import Permission

CAMPAIGN_ACCESS = Access(Campaign, Members(Campaign.parts, CampaignPart.campaign_id, in_teams=True))
visible, may_see = CAMPAIGN_ACCESS.visible, CAMPAIGN_ACCESS.may_see


def may_write(actor: Actor, campaign: Campaign) -> bool:
    """Whoever sees it and may write any: they change, archive and restore it."""
    return actor.may(Permission.CAMPAIGNS_WRITE) and may_see(actor, campaign)


def may_change(actor: Actor, campaign: Campaign) -> bool:
    """An archived one is read-only."""
    return not campaign.is_archived and may_write(actor, campaign)
