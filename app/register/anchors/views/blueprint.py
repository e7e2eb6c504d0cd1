"""What the parts of these pages share."""

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from app.core.records.archiving import must_be_live
from app.core.values.errors import NotAllowed
from app.core.web import pages
from app.register.chains.models import Chain

bp = Blueprint("anchors", __name__)
Answer = str | Response | tuple[str, int]


def page_of(chain: Chain) -> str:
    return url_for("chains.detail", public_id=chain.public_id)


def must_be_open(chain: Chain, *, may: bool, refusal: str) -> None:
    """Forms are for who may send them; a refusal leads back to the page of the chain."""
    pages.refusal_leads_to(page_of(chain))
    must_be_live(chain)
    if not may:
        raise NotAllowed(refusal)
