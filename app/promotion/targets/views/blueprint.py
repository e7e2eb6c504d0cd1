"""What the pages of targets share: the blueprint, the address of a target."""

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from app.promotion.targets.models import TargetEnterprise

bp = Blueprint("targets", __name__)
Answer = str | Response | tuple[str, int]


def page_of(target: TargetEnterprise, tab: str | None = None, anchor: str | None = None) -> str:
    return url_for("targets.detail", public_id=target.public_id, tab=tab, _anchor=anchor)
