"""Campaigns on the pages of others, and where they name somebody."""

from flask import url_for

from app.core.access.auth import Actor
from app.core.records.kinds import subject_kind
from app.core.values.clock import today
from app.core.values.registries import Naming, Related, RelatedRow, Sought, beside
from app.promotion.campaigns import policy, queries, rules
from app.promotion.campaigns.models import CampaignTarget
from app.register.accounts.enums import Permission as P

_PAGES = {"campaign": "campaigns.detail", "campaign_target": "campaigns.company"}
_WHERE = {
    "campaign": "定向招商：名称、主题、说明、合作方、归档原因",
    "campaign_target": "定向招商：方案、引荐人、联系、路线或结果",
}

KIND = subject_kind(
    policy.CAMPAIGN_ACCESS,
    endpoint="campaigns.detail",
    reads=P.CAMPAIGNS_READ,
    found=queries.get_campaign,
    may_change=policy.may_change,
)


def related_to(enterprise_id: int, actor: Actor) -> Related | None:
    """The campaigns that a company is or was in, for the side of its page."""
    if not actor.may(P.CAMPAIGNS_READ):
        return None
    rows = [
        RelatedRow(row.campaign.name, _page_of_row(row), _words(row))
        for row in queries.rows_of_company(enterprise_id, actor)
    ]
    return beside("定向招商", rows, lambda: url_for("campaigns.index", state="all"))


def _page_of_row(row: CampaignTarget) -> str:
    return url_for("campaigns.company", public_id=row.public_id)


def _words(row: CampaignTarget) -> str:
    campaign = row.campaign
    state = rules.state_of(campaign.first_on, campaign.last_on, campaign.closed_at, today())
    return f"{row.result.label if row.result else state.label}　{row.owner.name}"


def named_in(sought: Sought, actor: Actor) -> list[Naming]:
    """Campaigns that name somebody, and what was written there of their company."""
    if not actor.may(P.CAMPAIGNS_READ):
        return []
    return [
        Naming(
            kind,
            public_id,
            RelatedRow(name, url_for(_PAGES[kind], public_id=public_id), _WHERE[kind]),
        )
        for kind, public_id, name in queries.naming(sought, actor)
    ]
