"""What the pages of leads share: the blueprint, the address of a lead."""

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from app.promotion.leads.models import Lead

bp = Blueprint("leads", __name__)
Answer = str | Response | tuple[str, int]


def page_of(lead: Lead, tab: str | None = None, anchor: str | None = None) -> str:
    return url_for("leads.detail", public_id=lead.public_id, tab=tab, _anchor=anchor)
