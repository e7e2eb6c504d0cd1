"""The list of visits, and what may be done to many. It shares the blueprint of `views`."""

from app.core.records.bulk import serve_acts
from app.core.records.routes import serve
from app.promotion.visits import services
from app.promotion.visits.listing import VISITS
from app.promotion.visits.views import bp
from app.register.accounts.enums import Permission
from app.register.tags.views import on_many

__all__ = ["bp"]

serve(bp, VISITS, "visits/index.html")
serve_acts(bp, VISITS, on_many("visit", Permission.VISITS_WRITE), *services.ARCHIVING.acts)
