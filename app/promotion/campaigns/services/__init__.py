"""Writes of campaigns. Never commits."""

from app.promotion.campaigns.services.campaigns import (
    ARCHIVING,
    HELD_CAMPAIGNS,
    CampaignData,
    Goals,
    change_campaign,
    create_campaign,
)
from app.promotion.campaigns.services.companies import (
    HELD_COMPANIES,
    PlanData,
    add_by_names,
    add_company,
    change_plan,
    close,
    mark,
    must_be_open,
    remove_company,
    reopen,
    set_introducers,
    settle,
    take_back_mark,
)
from app.promotion.campaigns.services.routes import drop_stop, move_stop, plan_day, put_cities_together

__all__ = [
    "ARCHIVING",
    "HELD_CAMPAIGNS",
    "HELD_COMPANIES",
    "CampaignData",
    "Goals",
    "PlanData",
    "add_by_names",
    "add_company",
    "change_campaign",
    "change_plan",
    "close",
    "create_campaign",
    "drop_stop",
    "mark",
    "move_stop",
    "must_be_open",
    "plan_day",
    "put_cities_together",
    "remove_company",
    "reopen",
    "set_introducers",
    "settle",
    "take_back_mark",
]
