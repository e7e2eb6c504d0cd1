"""The blueprint of events, their list, and what their pages have in common."""

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from app.core.records.bulk import serve_acts
from app.core.records.routes import serve
from app.core.web import pages
from app.promotion.gatherings import queries, services
from app.promotion.gatherings.listing import GATHERINGS
from app.promotion.gatherings.models import Gathering
from app.register.accounts.enums import Permission as P
from app.register.tags.views import on_many

bp = Blueprint("gatherings", __name__)
Answer = str | Response | tuple[str, int]

serve(bp, GATHERINGS, "gatherings/index.html")
serve_acts(bp, GATHERINGS, on_many("gathering", P.GATHERINGS_WRITE), *services.ARCHIVING.acts)


def page_of(gathering: Gathering, anchor: str | None = None) -> str:
    return url_for("gatherings.detail", public_id=gathering.public_id, _anchor=anchor)


def for_change(public_id: str) -> Gathering:
    """The event that is to be changed; a refusal leads back to its page."""
    gathering = queries.get_gathering(public_id)
    pages.refusal_leads_to(page_of(gathering))
    services.must_be_theirs(gathering)
    return gathering
