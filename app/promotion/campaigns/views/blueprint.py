"""The blueprint of campaigns, and the address of one."""

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from app.promotion.campaigns.models import Campaign

bp = Blueprint("campaigns", __name__)
Answer = str | Response | tuple[str, int]


def page_of(campaign: Campaign, anchor: str | None = None) -> str:
    return url_for("campaigns.detail", public_id=campaign.public_id, _anchor=anchor)
