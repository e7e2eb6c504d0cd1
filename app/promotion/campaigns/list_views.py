"""The list of campaigns, and what may be done to many. It shares the blueprint of `views`."""

from app.core.records.bulk import serve_acts
from app.core.records.routes import serve
from app.promotion.campaigns import services
from app.promotion.campaigns.listing import CAMPAIGNS
from app.promotion.campaigns.views import bp
from app.register.accounts.enums import Permission as P
from app.register.tags.views import on_many

__all__ = ["bp"]

serve(bp, CAMPAIGNS, "campaigns/index.html")
serve_acts(bp, CAMPAIGNS, on_many("campaign", P.CAMPAIGNS_WRITE), *services.ARCHIVING.acts)
