"""The home page of each role."""

from flask import Blueprint, render_template

from app.core.access.auth import require_actor
from app.core.access.permissions import OURS, SIGNED_IN, called_ours, requires
from app.core.values import clock
from app.core.web.pages import read_choice
from app.figures.chain_figures.queries import chains_charged
from app.finding.saved_searches.queries import list_news
from app.office.home.queries import counts, desk, keeping, kind_of_desk, opens_on_ours, watching, year
from app.promotion.leads.rules import COLD_AFTER
from app.promotion.steps.rules import light_of
from app.promotion.team_reports.queries import to_decide, waiting_for
from app.register.accounts.enums import Permission
from app.register.enterprises.queries import list_erasures

bp = Blueprint("home", __name__)
VIEWS = (("mine", "我的"), ("team", OURS))


@bp.get("/")
@requires(SIGNED_IN)
def index() -> str:
    """工作台."""
    actor, today = require_actor(), clock.today()
    kind = kind_of_desk(actor)
    news = {"news_rows": list_news(actor), "chains_charged": chains_charged(actor)}
    if kind == "desk":
        asked = read_choice("view", "看谁的", VIEWS)
        together = asked == "team" if asked else opens_on_ours(actor)
        found = desk(actor, today, together=together)
        return render_template(
            "home/desk.html",
            desk=found,
            together=together,
            ours=called_ours(actor),
            counts=counts(found.groups),
            cold_after=COLD_AFTER,
            light_of=light_of,
            erasures_asked=list_erasures(actor),
            reports_waiting=waiting_for(actor),
            reports_sent=to_decide(actor),
            **news,
        )
    if kind == "year":
        found_year = year(actor, today)
        return render_template(
            "home/year.html", year=found_year, light_of=light_of, cold_after=COLD_AFTER, **news
        )
    return render_template(
        "home/keeper.html",
        keeping=keeping() if actor.may(Permission.ACCOUNTS_MANAGE) else None,
        watching=watching(today) if actor.may(Permission.AUDIT_READ) else None,
        **news,
    )
