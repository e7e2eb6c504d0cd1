"""The blueprint of outings, their list, and what their pages have in common."""

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from app.core.records.bulk import serve_acts
from app.core.records.routes import serve
from app.core.web import pages
from app.promotion.outings import queries, services
from app.promotion.outings.listing import OUTINGS
from app.promotion.outings.models import Outing
from app.register.accounts.enums import Permission as P
from app.register.tags.views import on_many

bp = Blueprint("outings", __name__)
Answer = str | Response | tuple[str, int]

serve(bp, OUTINGS, "outings/index.html")
serve_acts(bp, OUTINGS, on_many("outing", P.OUTINGS_WRITE), *services.ARCHIVING.acts)


def page_of(outing: Outing, anchor: str | None = None) -> str:
    return url_for("outings.detail", public_id=outing.public_id, _anchor=anchor)


def for_change(public_id: str) -> Outing:
    """The outing that is to be changed; a refusal leads back to its page."""
    outing = queries.get_outing(public_id)
    pages.refusal_leads_to(page_of(outing))
    services.must_be_theirs(outing)
    return outing
