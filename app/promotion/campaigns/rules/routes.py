"""Decisions about the door-knocking route: on which days it has stops, and in which order. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date

from app.core.values.terms import fallen_out, in_short

MOST_STOPS = 30  # of one day


def problem_of_stop(day: date, first_on: date, last_on: date) -> str | None:
    """Why a route has no stop on a day."""
    if first_on <= day <= last_on:
        return None
    return f"路线的日子要在这场定向招商之内：{first_on} 至 {last_on}"


def moved(ids: Sequence[int], which: int, by: int) -> list[int]:
    """The order of a day's stops once one of them has gone up (-1) or down (1); at the end nothing moves."""
    order = list(ids)
    at = order.index(which)
    to = at + by
    if 0 <= to < len(order):
        order[at], order[to] = order[to], order[at]
    return order


def problems_of_stops(days: Sequence[date], first_on: date, last_on: date) -> dict[str, str]:
    """Why a campaign cannot go from its first to its last day when its route has stops on these days."""
    return {
        field: f"{in_short(lost)}的敲门路线会落在外面，共 {len(lost)} 家，请先在路线上改到别的日子或去掉"
        for field, lost in fallen_out(days, first_on, last_on).items()
    }


def by_city(places: Mapping[int, str | None]) -> list[int]:
    """The order of a day's stops with those of a city together: cities by their first stop, within a city as
    before. `places` has the GB/T 2260 code (or None) of each stop, in order; a city is its first four digits.
    """
    cities = list(dict.fromkeys(_city(code) for code in places.values()))
    return sorted(places, key=lambda stop: cities.index(_city(places[stop])))


def _city(code: str | None) -> str:
    return (code or "")[:4]
