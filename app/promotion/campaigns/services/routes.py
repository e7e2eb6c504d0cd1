"""The stops of a door-knocking route: put on a day, moved, noted, taken off."""

from collections.abc import Sequence
from datetime import date

from app.core.storage.db import db
from app.core.values.errors import RuleBroken
from app.promotion.campaigns import queries, rules
from app.promotion.campaigns.models import Campaign, CampaignTarget, RouteStop
from app.promotion.campaigns.services.companies import must_be_open


def plan_day(campaign: Campaign, day: date, rows: Sequence[CampaignTarget], note: str = "") -> int:
    """Puts companies on a day, behind those that are there; how many are new. Raises RuleBroken."""
    must_be_open(campaign)
    if refusal := rules.problem_of_stop(day, campaign.first_on, campaign.last_on):
        raise RuleBroken({"stop_on": refusal})
    if not rows:
        raise RuleBroken({"companies": "选要去的企业，可以选几家"})
    stops = queries.stops_on(campaign, day)
    there = {stop.row_id for stop in stops}
    new = [row for row in rows if row.id not in there]
    if not new:
        raise RuleBroken({"companies": "选的企业这一天都已经在路线上，请换一天或换几家"})
    if len(stops) + len(new) > rules.MOST_STOPS:
        raise RuleBroken({"companies": f"一天最多 {rules.MOST_STOPS} 家，请分到几天"})
    last = max((stop.position for stop in stops), default=0)
    db.session.add_all(
        RouteStop(campaign_id=campaign.id, row_id=row.id, stop_on=day, position=last + place, note=note)
        for place, row in enumerate(new, 1)
    )
    db.session.flush()
    return len(new)


def put_cities_together(campaign: Campaign, day: date) -> None:
    """The stops of a day lie city by city. Raises RuleBroken."""
    must_be_open(campaign)
    stops = {stop.id: stop for stop in queries.stops_on(campaign, day)}
    order = rules.by_city({key: stop.row.enterprise.region_code for key, stop in stops.items()})
    for place, stop_id in enumerate(order, 1):
        stops[stop_id].position = place
    db.session.flush()


def move_stop(stop: RouteStop, by: int) -> None:
    """One place earlier (-1) or later (1) on its day."""
    must_be_open(stop.campaign)
    stops = {each.id: each for each in queries.stops_on(stop.campaign, stop.stop_on)}
    for place, stop_id in enumerate(rules.moved(list(stops), stop.id, by), 1):
        stops[stop_id].position = place
    db.session.flush()


def drop_stop(stop: RouteStop) -> None:
    """Takes a company off a day."""
    must_be_open(stop.campaign)
    db.session.delete(stop)
    db.session.flush()
