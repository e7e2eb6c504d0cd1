"""The list of signs, and what may be done to many. It shares the blueprint of `views`."""

from app.core.records.bulk import serve_acts
from app.core.records.routes import serve
from app.register.signs import services
from app.register.signs.listing import SIGNS
from app.register.signs.views import bp

__all__ = ["bp"]

serve(bp, SIGNS, "signs/index.html")
serve_acts(bp, SIGNS, *services.ARCHIVING.acts)
