"""What campaigns give the guards over the whole app."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import func, select

from app.core.storage.db import Record, db
from app.core.values.clock import now, today
from app.promotion.campaigns.enums import MarkKind
from app.promotion.campaigns.models import (
    Campaign,
    CampaignIntroducer,
    CampaignMark,
    CampaignTarget,
    RouteStop,
)
from app.promotion.leads.enums import LeadSource
from app.register.accounts.models import Unit
from app.register.enterprises.models import Enterprise
from tests.factories.leads import person_id
from tests.house.acting import (
    ARCHIVE,
    EVERYBODY,
    HELD,
    HELD_READ,
    REASON,
    REFUSED,
    RESTORE,
    SAME,
    Act,
    Tried,
    colleague,
    in_days,
    many,
    typed,
)
from tests.house.county import Seeding
from tests.house.furnishing import Furnishing
from tests.house.relations import Ties
from tests.targets.house import open_target

FORM = typed(
    name="另一场定向招商",
    method="fund",
    first_on=lambda _tried: in_days(0),
    last_on=lambda _tried: in_days(30),
    owner=colleague,
)
OF_CAMPAIGN = {"kind": "campaign"}


def _campaign(name: str, owner_id: int, unit: Unit, team: Unit | None) -> Campaign:
    held = {"owner_id": owner_id, "author_id": owner_id, "unit_id": unit.id}
    row = Campaign(
        name=name,
        method=LeadSource.FUND,
        first_on=today(),
        last_on=today() + timedelta(days=30),
        region_codes="",
        notes="储能",
        team_id=team.id if team else None,
        **held,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _company(campaign: Campaign, number: int) -> CampaignTarget:
    """A company of its own, an open target, with a plan, an introducer and a mark."""
    name, owner = f"定向企业{number}有限公司", campaign.owner_id
    company = Enterprise(name=name, name_key=name, core_key=name)
    db.session.add(company)
    db.session.flush()
    target = open_target(company, owner, campaign.unit, campaign.team)
    row = CampaignTarget(
        campaign_id=campaign.id,
        target_id=target.id,
        enterprise_id=company.id,
        owner_id=owner,
        author_id=owner,
        added_on=today(),
        why="补隔膜",
        introducers=[CampaignIntroducer(name="许会长", share=100)],
    )
    db.session.add(row)
    db.session.flush()
    db.session.add(
        CampaignMark(row_id=row.id, kind=MarkKind.INVITED, marked_on=today(), words="请柬", author_id=owner)
    )
    db.session.flush()
    return row


def _stop(row: CampaignTarget, position: int = 1) -> RouteStop:
    stop = RouteStop(campaign_id=row.campaign_id, row_id=row.id, stop_on=today(), position=position)
    db.session.add(stop)
    db.session.flush()
    return stop


def _number() -> int:
    return 100 + (db.session.scalar(select(func.count()).select_from(CampaignTarget)) or 0)


def _filled(at: Seeding, number: int) -> Record:
    campaign = _campaign(f"定向招商{number}", at.person.id, at.bureau, at.team)
    first = db.session.scalars(select(Campaign).order_by(Campaign.id)).first()
    for each in {campaign.id: campaign, first.id: first}.values() if first else (campaign,):
        _stop(_company(each, _number()), number)
    return campaign


def _marks(row: CampaignTarget) -> CampaignMark:
    return db.session.scalars(select(CampaignMark).where(CampaignMark.row_id == row.id)).one()


def _ended(maker: int, ties: Ties) -> Campaign:
    row = _campaign("结束了的定向招商", maker, ties.unit, ties.team)
    row.closed_at = now()
    db.session.flush()
    return row


def _shared(ties: Ties) -> Mapping[str, Record]:
    maker = person_id(ties.maker)
    row, old = (_campaign(name, maker, ties.unit, ties.team) for name in ("定向招商", "旧定向招商"))
    old.archived_at = now()
    db.session.flush()
    company, bare = _company(row, _number()), _company(row, _number() + 1)
    bare.why, bare.introducers = "", []
    db.session.delete(_marks(bare))
    db.session.flush()
    return {
        "campaign": row,
        "old campaign": old,
        "company of a campaign": company,
        "company by mistake": bare,
        "mark of a campaign": _marks(company),
        "stop of a campaign": _stop(company),
        "ended campaign": _ended(maker, ties),
    }


def _company_of(campaign: Campaign) -> str:
    rows = select(CampaignTarget).where(CampaignTarget.campaign_id == campaign.id)
    return db.session.scalars(rows).first().public_id  # type: ignore[union-attr]


def _mark_of(campaign: Campaign) -> str:
    query = select(CampaignMark).join(CampaignMark.row).where(CampaignTarget.campaign_id == campaign.id)
    return db.session.scalars(query).first().public_id  # type: ignore[union-attr]


def _stop_of(campaign: Campaign) -> str:
    query = select(RouteStop).where(RouteStop.campaign_id == campaign.id)
    return db.session.scalars(query).first().public_id  # type: ignore[union-attr]


def _company_there(tried: Tried) -> str:
    return tried.records["company of a campaign"].public_id


def _campaign_of(tried: Tried) -> str:
    return tried.records["campaign"].public_id


def _company_name(tried: Tried) -> str:
    return tried.records["company to win"].public_id


def _written_name(tried: Tried) -> str:
    company_id = tried.records["company to win"].public_id
    return db.session.scalars(select(Enterprise).where(Enterprise.public_id == company_id)).one().name


FURNISHING = Furnishing(
    at="/campaigns/",
    filled=_filled,
    shared=_shared,
    fills={
        "campaigns.CampaignForm": (Campaign,),
        "campaigns.AddCompanyForm": (CampaignTarget,),
        "campaigns.PasteForm": (CampaignTarget,),
        "campaigns.JoinForm": (CampaignTarget,),
        "campaigns.PlanForm": (CampaignTarget,),
        "campaigns.IntroducersForm": (CampaignTarget, CampaignIntroducer),
        "campaigns.MarkForm": (CampaignMark,),
        "campaigns.SettleForm": (CampaignTarget,),
        "campaigns.RouteForm": (RouteStop,),
    },
    below={
        "/campaigns/companies/": _company_of,
        "/campaigns/marks/": _mark_of,
        "/campaigns/stops/": _stop_of,
    },
    costly={
        "campaigns.printed_plan": ("prints",),
        "campaigns.printed_plans": ("prints",),
        "campaigns.printed_route": ("prints",),
    },
    by_another_name={
        "campaigns.CampaignForm.region": Campaign.region_codes,
        "campaigns.RouteForm.companies": RouteStop.row_id,
        **{
            f"campaigns.IntroducersForm.{place}_{name}": column
            for place in ("first", "second")
            for name, column in {
                "person": CampaignIntroducer.person_id,
                "name": CampaignIntroducer.name,
                "share": CampaignIntroducer.share,
            }.items()
        },
    },
    questions=frozenset(
        {"campaigns.CampaignForm.parts", "campaigns.PasteForm.names", "campaigns.PasteForm.file"}
    ),
    edited="notes",
    acts={
        "campaigns.create": Act("", EVERYBODY, FORM),
        "campaigns.update": Act("campaign", HELD, FORM),
        "campaigns.archive": Act("campaign", HELD, REASON),
        "campaigns.restore": Act("old campaign", HELD),
        "campaigns.create_company": Act("campaign", HELD, typed(enterprise=_company_name)),
        "campaigns.save_paste": Act("campaign", HELD, typed(names=_written_name)),
        "campaigns.update_plan": Act("company of a campaign", HELD, typed(owner=colleague, why="补链")),
        "campaigns.save_introducers": Act(
            "company of a campaign", HELD, typed(first_name="商会", first_share="100")
        ),
        "campaigns.create_mark": Act(
            "company of a campaign", HELD, typed(kind="contacted", marked_on=lambda _tried: in_days(0))
        ),
        "campaigns.take_back_mark": Act("mark of a campaign", HELD),
        "campaigns.settle": Act("campaign", HELD, typed(ids=_company_there, result="declined")),
        "campaigns.close": Act("campaign", HELD, outcome=REFUSED),  # its companies have no result
        "campaigns.reopen": Act("ended campaign", HELD),
        "campaigns.plan_day": Act(
            "campaign", HELD, typed(stop_on=lambda _tried: in_days(1), companies=_company_there)
        ),
        "campaigns.move_earlier": Act("stop of a campaign", HELD, outcome=SAME),
        "campaigns.move_later": Act("stop of a campaign", HELD, outcome=SAME),
        "campaigns.put_cities_together": Act("campaign", HELD, outcome=SAME),
        "campaigns.drop_stop": Act("stop of a campaign", HELD),
        "campaigns.remove_company": Act("company by mistake", HELD),
        "enterprises.done_to_many#campaign": Act(
            "",
            HELD,
            many("company to win", campaign=_campaign_of),
            otherwise=REFUSED,
            arguments={"act": "campaign"},
        ),
        "targets.done_to_many#campaign": Act(
            "", HELD, many("target", campaign=_campaign_of), otherwise=REFUSED, arguments={"act": "campaign"}
        ),
        "campaigns.exported": Act(
            "",
            EVERYBODY,
            typed(format="csv", purpose="调度会"),
            but={"* OFF none": REFUSED, "* OFF named": REFUSED},  # who sees none has nothing to take along
            arguments={"view": "all"},
        ),
        "campaigns.done_to_many": Act(
            "", HELD, many("campaign", reason="核实过"), otherwise=SAME, arguments=ARCHIVE
        ),
        "campaigns.done_to_many#restore": Act(
            "", HELD, many("old campaign"), otherwise=SAME, arguments=RESTORE
        ),
        "attachments.create#of a campaign": Act("campaign", HELD, outcome=REFUSED, arguments=OF_CAMPAIGN),
        "comments.create#of a campaign": Act(
            "campaign", HELD_READ, typed(text="请盯紧"), arguments=OF_CAMPAIGN
        ),
        "steps.create#of a campaign": Act(
            "campaign",
            HELD,
            typed(what="发通知", due_on=lambda _tried: in_days(5), owner=colleague),
            arguments=OF_CAMPAIGN,
        ),
        "tags.choose#on a campaign": Act("campaign", HELD, outcome=SAME, arguments=OF_CAMPAIGN),
    },
)
