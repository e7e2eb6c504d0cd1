"""A campaign that is to be changed."""

from app.core.access.auth import require_actor
from app.core.records.archiving import must_be_live
from app.core.values.errors import NotAllowed
from app.core.web import pages
from app.promotion.campaigns import policy, queries
from app.promotion.campaigns.models import Campaign
from app.promotion.campaigns.views.blueprint import page_of


def for_change(public_id: str) -> Campaign:
    """The campaign that is to be changed; a refusal leads back to its page."""
    campaign = queries.get_campaign(public_id)
    pages.refusal_leads_to(page_of(campaign))
    must_be_live(campaign)
    if not policy.may_change(require_actor(), campaign):
        raise NotAllowed
    return campaign
