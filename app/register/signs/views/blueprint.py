"""What the pages of signs share: the blueprint, the address of a sign."""

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from app.register.signs.models import ExpansionSign

bp = Blueprint("signs", __name__)
Answer = str | Response | tuple[str, int]


def page_of(sign: ExpansionSign) -> str:
    return url_for("signs.detail", public_id=sign.public_id)
