"""The list of campaigns, declared."""

from app.core.records.columns import day, holder, leading, lit, of
from app.core.records.filters import Archived, Text, choice, days
from app.core.records.listing import Listing
from app.core.records.tabs import State, whose
from app.promotion.campaigns import policy, queries, showing
from app.promotion.campaigns.enums import CampaignState
from app.promotion.campaigns.models import Campaign
from app.promotion.leads.enums import LeadSource
from app.register.accounts.enums import Permission
from app.register.accounts.filters import ByPerson, ByTeam, ByUnit
from app.register.tags.filters import ByTag


def _state(of_days: CampaignState) -> State:
    return State(of_days.label, lambda: queries.in_state(of_days))


CAMPAIGNS = Listing(
    model=Campaign,
    title="定向招商",
    counter="场",
    reads=Permission.CAMPAIGNS_READ,
    takes=Permission.LISTS_EXPORT,
    visible=policy.visible,
    load=queries.load,
    filters=(
        Text(name="q", label="名称", holds=queries.by_text, hint="名称、主题或说明里的字"),
        choice(Campaign.method, LeadSource),
        ByPerson(column=Campaign.owner_id),
        ByUnit(column=Campaign.unit_id),
        ByTeam(column=Campaign.team_id),
        *days(Campaign.first_on, "第一天不早于", "第一天不晚于"),
        ByTag(column=Campaign.public_id),
        Archived(column=Campaign.archived_at),
    ),
    views=whose(Campaign.owner_id, Campaign.unit_id, Campaign.team_id),
    states={"all": State("所有状态"), **{one.value: _state(one) for one in CampaignState}},
    sorted_by="-first",
    columns=(
        leading(Campaign.name, width="name"),
        of(Campaign.chain_id, showing.about_cell, phone="note"),
        of(Campaign.method, kind="nowrap", phone="more"),
        lit("state", "状态", showing.light_cell, kind="nowrap"),
        day(Campaign.first_on, key="first", phone="sum", sorts=True),
        day(Campaign.last_on, key="last", sorts=True),
        of(Campaign.owner_id, phone="owner", kind="nowrap"),
        holder(Campaign.unit_id),
    ),
)
