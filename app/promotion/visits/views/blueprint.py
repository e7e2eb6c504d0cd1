"""What the pages of visits share: the blueprint, the visit that is to be changed."""

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from app.core.web.pages import refusal_leads_to
from app.promotion.visits import queries
from app.promotion.visits.models import Visit

bp = Blueprint("visits", __name__)
Page = str | tuple[str, int] | Response


def visit_for_change(public_id: str) -> Visit:
    """The visit that is to be changed; a refusal leads back to its page."""
    visit = queries.get_visit(public_id)
    refusal_leads_to(url_for("visits.detail", public_id=public_id))
    return visit
