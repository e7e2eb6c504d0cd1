"""What the pages of teams share."""

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from app.core.records.archiving import must_be_live
from app.core.web import pages
from app.promotion.residents import queries, services
from app.register.accounts.models import Unit

bp = Blueprint("residents", __name__)
Answer = str | Response | tuple[str, int]


def page_of(team: Unit) -> str:
    return url_for("residents.detail", public_id=team.public_id)


def kept_by_us(team: Unit) -> Unit:
    """A team that whoever asks may change as the 招商局 does; a refusal leads back to its page."""
    pages.refusal_leads_to(page_of(team))
    must_be_live(team)
    services.must_keep()
    return team


def team_to_keep(public_id: str) -> Unit:
    return kept_by_us(queries.get_team(public_id))
