"""Campaign -> search document; which changes re-index it."""

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.core.access.auth import Actor
from app.core.index.searching import Document, Shown, Source, join_index
from app.core.storage.db import db
from app.core.storage.outbox import Linked, watch
from app.core.values.labels import label_of
from app.promotion.campaigns import queries, showing
from app.promotion.campaigns.models import Campaign, CampaignPart
from app.promotion.campaigns.policy import CAMPAIGN_ACCESS, visible
from app.register.accounts.enums import Permission
from app.register.accounts.indexing import Holders

KIND = "campaign"


def _live() -> Select[Campaign]:
    return select(Campaign).where(Campaign.is_kept())


def _documents(asked: Select[Campaign]) -> list[Document]:
    campaigns = db.session.scalars(asked.options(*CAMPAIGN_ACCESS.loads())).all()
    holders = Holders.of(campaigns, (row.owner_id for row in campaigns))
    return [_document_of(campaign, holders) for campaign in campaigns]


def _document_of(campaign: Campaign, holders: Holders) -> Document:
    return Document(
        kind=KIND,
        id=campaign.public_id,
        title=campaign.name,
        text="\n".join(filter(None, (campaign.theme, campaign.notes))),
        access=CAMPAIGN_ACCESS.tokens(campaign),
        units=holders.units(campaign.unit_id),
        teams=holders.units(campaign.team_id),
        owners=holders.people(campaign.owner_id),
        day=campaign.first_on.toordinal(),
    )


def _shown(seen: Select[Campaign], _actor: Actor) -> list[Shown]:
    return [
        Shown(
            public_id=campaign.public_id,
            title=campaign.name,
            note=showing.about_cell(campaign),
            fields=((label_of(Campaign.theme), campaign.theme), (label_of(Campaign.notes), campaign.notes)),
            status=campaign.method.label,
            who=campaign.owner.name,
            when=f"{campaign.first_on.isoformat()} 起",
            active_on=campaign.first_on,
        )
        for campaign in db.session.scalars(
            seen.options(joinedload(Campaign.owner), joinedload(Campaign.chain))
        )
    ]


SOURCE = Source(
    kind=KIND,
    label="定向招商",
    place=16,
    icon="clipboard-list",
    endpoint="campaigns.detail",
    right=Permission.CAMPAIGNS_READ,
    key=Campaign.id,
    public_id=Campaign.public_id,
    live=_live,
    documents=_documents,
    seen=visible,
    shown=_shown,
    holds=queries.by_text,
)


def register() -> None:
    """Joins campaigns to the index."""
    join_index(SOURCE)
    of_part = CampaignPart.campaign_id
    watch(CampaignPart, Linked(KIND, SOURCE.public_id, on=Campaign.id, holds=of_part))
