"""Decisions about campaigns: how one stands, what is wrong with what was typed. Pure."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from app.core.values import terms
from app.core.values.clock import days_between
from app.core.values.lights import Light
from app.promotion.campaigns.enums import CampaignState
from app.promotion.leads.enums import LeadSource

LONGEST = timedelta(days=3 * 366)
MOST_REGIONS = 10
# What only campaigns of one method have: the names of the columns.
DETAILS: Mapping[LeadSource, tuple[str, ...]] = {
    LeadSource.FUND: ("fund_name", "fund_manager"),
    LeadSource.SCENARIO: ("scenario", "scenario_unit"),
    LeadSource.AGENCY: ("agency", "agency_until"),
}


def state_of(first_on: date, last_on: date, closed_at: datetime | None, today: date) -> CampaignState:
    """How a campaign stands on a day."""
    if closed_at is not None:
        return CampaignState.ENDED
    if today < first_on:
        return CampaignState.PLANNED
    return CampaignState.RUNNING if today <= last_on else CampaignState.OVERDUE


def light_of(first_on: date, last_on: date, closed_at: datetime | None, today: date) -> Light:
    """The same in words, with how many days are left; red once it should have been ended."""
    state = state_of(first_on, last_on, closed_at, today)
    if state is CampaignState.PLANNED:
        return Light(None, f"{days_between(today, first_on)} 天后开始")
    if state is CampaignState.RUNNING:
        left = days_between(today, last_on)
        return Light("yellow" if left <= 7 else "green", f"还有 {left} 天" if left else "今天到期")
    if state is CampaignState.OVERDUE:
        return Light("red", f"到期 {days_between(last_on, today)} 天，还没有结束")
    return Light(None, state.label)


def problems_of_days(first_on: date, last_on: date) -> dict[str, str]:
    """What is wrong with a period: {field: sentence}."""
    return terms.problems_of_days(first_on, last_on, LONGEST, "一场定向招商最长三年，请核对年份")


def problems_of_details(method: LeadSource, filled: Mapping[str, object]) -> dict[str, str]:
    """What was filled in that campaigns of another method have."""
    return {
        name: f"只有{of.label}填这一项；招商方式选的是{method.label}，请清空，或改招商方式"
        for of, names in DETAILS.items()
        if of is not method
        for name in names
        if filled.get(name)
    }
