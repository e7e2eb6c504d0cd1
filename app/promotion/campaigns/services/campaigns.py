"""A campaign is entered, changed, archived, and goes over when somebody leaves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.core.access.auth import require_actor
from app.core.records.archiving import Archiving, must_be_live
from app.core.records.holding import held
from app.core.records.versions import archived, claim
from app.core.storage import audit
from app.core.storage.db import db
from app.core.storage.subjects import subject_of
from app.core.values.clock import now
from app.core.values.errors import NotAllowed, RuleBroken
from app.promotion.campaigns import policy, queries, rules
from app.promotion.campaigns.models import Campaign, CampaignPart
from app.promotion.leads.enums import LeadSource
from app.promotion.steps.services import drop_if_archived, give, hand_over
from app.register.accounts.enums import Permission, UnitKind
from app.register.accounts.models import Person, Unit
from app.register.chains.models import Chain

CLOSED = "这场定向招商已经结束，内容、企业、路线和结果都不能再改；要改先由负责人重新打开"
_NOT_THEIRS = "只有看得到这场定向招商、又能登记定向招商的人可以改、归档和恢复"


@dataclass(frozen=True, slots=True, kw_only=True)
class Goals:
    """What a campaign is to come to; what was not set is None. The amount in 元."""

    visits: int | None = None
    leads: int | None = None
    talks: int | None = None
    signed: int | None = None
    amount: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignData:
    """What is typed about a campaign; `region` as people write places, `details` by their columns."""

    name: str
    method: LeadSource
    first_on: date
    last_on: date
    owner: Person
    chain: Chain | None = None
    theme: str = ""
    region: str = ""
    parts: Sequence[Unit] = ()
    goals: Goals = Goals()
    details: Mapping[str, str | date | None] = field(default_factory=dict)
    notes: str = ""


def create_campaign(data: CampaignData) -> Campaign:
    """Enters a campaign in the name of who acts."""
    actor = require_actor()
    if actor.person_id is None or not actor.may(Permission.CAMPAIGNS_WRITE):
        raise NotAllowed
    campaign = Campaign(author_id=actor.person_id)
    _write(campaign, data)
    db.session.add(campaign)
    db.session.flush()
    return campaign


def change_campaign(campaign: Campaign, version: int | None, data: CampaignData) -> None:
    """Changes a campaign; its steps go with it to a new owner. Raises NotAllowed, RuleBroken, and Stale when
    somebody else saved since `version`.
    """
    if not policy.may_write(require_actor(), campaign):
        raise NotAllowed(_NOT_THEIRS)
    claim(campaign, version or 0, fixed=lambda: archived(campaign))
    must_be_live(campaign)
    if campaign.closed_at is not None:
        raise RuleBroken(CLOSED)
    stops = [day for day, count in queries.days_of(campaign) for _each in range(count)]
    if problems := rules.problems_of_stops(stops, data.first_on, data.last_on):
        raise RuleBroken(problems)
    _write(campaign, data)
    campaign.updated_at = now()  # who takes part are rows of their own: its version must move all the same
    db.session.flush()


def _write(campaign: Campaign, data: CampaignData) -> None:
    codes = _checked(data)
    campaign.name, campaign.method, campaign.notes = data.name, data.method, data.notes
    campaign.chain_id, campaign.theme = data.chain.id if data.chain else None, data.theme
    campaign.region_codes = ",".join(codes)
    campaign.first_on, campaign.last_on = data.first_on, data.last_on
    goals = data.goals
    campaign.goal_visits, campaign.goal_leads, campaign.goal_talks = goals.visits, goals.leads, goals.talks
    campaign.goal_signed, campaign.goal_amount = goals.signed, goals.amount
    for name, value in data.details.items():
        setattr(campaign, name, value)
    give(campaign, data.owner)
    _take_part(campaign, data.parts)


def _checked(data: CampaignData) -> list[str]:
    """The codes of the places that were written. Raises RuleBroken."""
    problems = rules.problems_of_days(data.first_on, data.last_on)
    problems |= rules.problems_of_details(data.method, data.details)
    codes, unknown = queries.read_places(data.region)
    if unknown:
        problems["region"] = f"没有认出「{unknown[0]}」，请写全称或 6 位代码，例如：江苏省苏州市"
    elif len(codes) > rules.MOST_REGIONS:
        problems["region"] = f"最多写 {rules.MOST_REGIONS} 个地方；地方多就写上一级"
    if problems:
        raise RuleBroken(problems)
    return codes


def _take_part(campaign: Campaign, units: Sequence[Unit]) -> None:
    """These units and teams, and the people who were given companies."""
    before = {row.unit_id or row.team_id: row for row in campaign.parts if row.person_id is None}
    wanted = {unit.id: unit for unit in units}
    if before.keys() == wanted.keys():
        return
    people = [row for row in campaign.parts if row.person_id is not None]
    kept = [row for unit_id, row in before.items() if unit_id in wanted]
    new = [_part(unit) for unit_id, unit in wanted.items() if unit_id not in before]
    told = ["、".join(row.called for row in before.values())]
    told.append("、".join(unit.name for unit in wanted.values()))
    campaign.parts = people + kept + new
    if campaign.id is not None:
        audit.record("campaign.update", subject_of(campaign), "改定向招商：参加的单位和驻点组", parts=told)


def _part(unit: Unit) -> CampaignPart:
    in_team = unit.kind is UnitKind.RESIDENT_TEAM
    return CampaignPart(unit_id=None if in_team else unit.id, team_id=unit.id if in_team else None)


ARCHIVING = Archiving(
    right=Permission.CAMPAIGNS_WRITE,
    found=queries.get_campaign,
    may=policy.may_write,
    refusal=_NOT_THEIRS,
    follow=drop_if_archived,
)
HELD_CAMPAIGNS = held(Campaign, "场定向招商", hand_over)
