"""Campaigns on the pages of others, and where they name somebody."""

from app.core.records.kinds import naming, subject_kind
from app.promotion.campaigns import policy, queries
from app.promotion.campaigns.models import Campaign
from app.register.accounts.enums import Permission as P

KIND = subject_kind(
    policy.CAMPAIGN_ACCESS,
    endpoint="campaigns.detail",
    reads=P.CAMPAIGNS_READ,
    found=queries.get_campaign,
    may_change=policy.may_change,
)
NAMED_IN = naming(
    policy.CAMPAIGN_ACCESS,
    *(Campaign.name, Campaign.theme, Campaign.notes, Campaign.archive_reason),
    *(Campaign.fund_manager, Campaign.agency),
    endpoint="campaigns.detail",
    reads=P.CAMPAIGNS_READ,
    where="定向招商：名称、主题、说明、合作方、归档原因",
)
