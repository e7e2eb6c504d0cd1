"""What the parts of these pages share."""

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from app.core.access.auth import require_actor
from app.core.values.errors import NotAllowed
from app.core.web import pages
from app.register.placements import policy, queries
from app.register.placements.models import NodePlacement

bp = Blueprint("placements", __name__)
Answer = str | Response | tuple[str, int]


def page_of(row: NodePlacement) -> str:
    return url_for("placements.detail", public_id=row.public_id)


def placement_for_change(public_id: str) -> NodePlacement:
    """The placement that is to be decided on; a refusal leads back to its page."""
    row = queries.get_placement(public_id)
    pages.refusal_leads_to(page_of(row))
    if not policy.may_change(require_actor(), row):
        raise NotAllowed
    return row
