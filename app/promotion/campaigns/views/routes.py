"""The door-knocking route of a campaign: one day on the phone and on paper, its stops put there and moved."""

from datetime import date
from typing import Any

from flask import render_template, url_for

from app.core.access.auth import require_actor
from app.core.access.permissions import requires
from app.core.storage import audit
from app.core.storage.db import db
from app.core.storage.subjects import subject_of
from app.core.values.clock import today
from app.core.web import pages, sheets
from app.core.web.budgets import costs
from app.core.web.idempotency import once
from app.promotion.campaigns import queries, services
from app.promotion.campaigns.forms import RouteForm
from app.promotion.campaigns.models import Campaign, RouteStop
from app.promotion.campaigns.views.blueprint import Answer, bp
from app.promotion.campaigns.views.changing import for_change
from app.promotion.campaigns.views.companies import may_work
from app.register.accounts.enums import Permission as P
from app.register.enterprises.rules import masked_phone
from app.register.reference.queries import division_names


def route_of(campaign: Campaign, day: date) -> str:
    return url_for("campaigns.route", public_id=campaign.public_id, on=day.isoformat())


def _day(campaign: Campaign) -> date:
    """The day that is asked for; else today, or the next one that has stops."""
    asked = pages.read_date("on", "哪天")
    if asked is not None:
        return asked
    days = [day for day, _count in queries.days_of(campaign)]
    coming = [day for day in days if day >= today()]
    return coming[0] if coming else (days[-1] if days else max(campaign.first_on, today()))


def _shown(campaign: Campaign, day: date) -> dict[str, Any]:
    """What the phone and the paper show of a day: cities in the order of their first stop."""
    doors = queries.doors_on(campaign, day, require_actor())
    places = division_names({door.stop.row.enterprise.region_code for door in doors})
    return {
        "campaign": campaign,
        "day": day,
        "doors": doors,
        "places": places,
        "masked": masked_phone,
    }


def _form(campaign: Campaign, **given: Any) -> RouteForm:
    form = RouteForm(**given)
    rows = queries.rows_of(campaign)
    names = division_names({row.enterprise.region_code for row in rows})
    rows = sorted(rows, key=lambda row: (row.enterprise.region_code or "~", row.id))
    form.companies.choices = [
        (row.public_id, f"{row.name}　{names.get(row.enterprise.region_code or '', '')}") for row in rows
    ]
    return form


def _page(campaign: Campaign, day: date, form: RouteForm | None = None, status: int = 200) -> Answer:
    shown = _shown(campaign, day)
    page = render_template(
        "campaigns/route.html",
        **shown,
        days=queries.days_of(campaign),
        may_change=may_work(campaign),
        is_scattered=queries.is_scattered(shown["doors"]),
        form=(form or _form(campaign, formdata=None, stop_on=day)).ready(),
    )
    return page, status


@bp.get("/campaigns/<public_id>/route")
@requires(P.CAMPAIGNS_READ)
def route(public_id: str) -> Answer:
    """敲门路线，一天；?on= 哪天."""
    campaign = queries.get_campaign(public_id)
    return _page(campaign, _day(campaign))


@bp.post("/campaigns/<public_id>/route")
@requires(P.CAMPAIGNS_WRITE)
@once
def plan_day(public_id: str) -> Answer:
    """敲门路线加几家."""
    campaign = for_change(public_id)
    services.must_be_open(campaign)
    form = _form(campaign)

    def act() -> None:
        rows = {row.public_id: row for row in queries.rows_of(campaign)}
        chosen = [rows[one] for one in form.companies.data or () if one in rows]
        services.plan_day(campaign, form.stop_on.data, chosen, form.note.data or "")

    if not pages.took(form, act):
        return _page(campaign, _day(campaign), form, 422)
    return pages.done(route_of(campaign, form.stop_on.data), "已排上")


@bp.post("/campaigns/<public_id>/route/cities")
@requires(P.CAMPAIGNS_WRITE)
def put_cities_together(public_id: str) -> Answer:
    """敲门路线：同城的排在一起；?on= 哪天."""
    campaign = for_change(public_id)
    day = _day(campaign)
    pages.refusal_leads_to(route_of(campaign, day))
    services.put_cities_together(campaign, day)
    return pages.done(route_of(campaign, day), "同城的已排在一起")


@bp.get("/campaigns/<public_id>/route/print")
@requires(P.CAMPAIGNS_READ)
@costs(sheets.PRINTS)
def printed_route(public_id: str) -> str:
    """敲门路线，印在 A4 上；号码不印."""
    campaign = queries.get_campaign(public_id)
    day, me = _day(campaign), require_actor()
    page = render_template(
        "campaigns/route_paper.html",
        **_shown(campaign, day),
        watermark=f"{me.name} {today():%Y-%m-%d}",
    )
    subject, summary = subject_of(campaign), f"打印「{campaign.name}」{day} 的敲门路线"
    db.session.rollback()  # what was read is in words by now
    audit.record_look(f"{subject.kind}.print", subject, summary)
    return page


def _stop_for_change(public_id: str) -> RouteStop:
    stop = queries.get_stop(public_id, require_actor())
    pages.refusal_leads_to(route_of(stop.campaign, stop.stop_on))
    services.must_be_open(stop.campaign)
    return stop


@bp.post("/campaigns/stops/<public_id>/earlier")
@requires(P.CAMPAIGNS_WRITE)
def move_earlier(public_id: str) -> Answer:
    """敲门路线：提前一站."""
    stop = _stop_for_change(public_id)
    services.move_stop(stop, -1)
    return pages.done(route_of(stop.campaign, stop.stop_on))


@bp.post("/campaigns/stops/<public_id>/later")
@requires(P.CAMPAIGNS_WRITE)
def move_later(public_id: str) -> Answer:
    """敲门路线：推后一站."""
    stop = _stop_for_change(public_id)
    services.move_stop(stop, 1)
    return pages.done(route_of(stop.campaign, stop.stop_on))


@bp.post("/campaigns/stops/<public_id>/drop")
@requires(P.CAMPAIGNS_WRITE)
def drop_stop(public_id: str) -> Answer:
    """敲门路线：这天不去了."""
    stop = _stop_for_change(public_id)
    campaign, day = stop.campaign, stop.stop_on
    services.drop_stop(stop)
    return pages.done(route_of(campaign, day), "已从这天去掉")
