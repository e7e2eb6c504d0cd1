"""The companies of a campaign: the rows, what was logged of them within its days, where else they are."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, String, cast, literal, or_, select, union_all
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from app.core.access.auth import Actor
from app.core.records.typed import contains_any
from app.core.storage.db import db
from app.core.values.errors import NotFound
from app.core.values.ids import looks_like_public_id
from app.core.values.registries import BESIDE, Sought
from app.promotion.campaigns import rules
from app.promotion.campaigns.enums import CompanyStage, MarkKind
from app.promotion.campaigns.models import (
    Campaign,
    CampaignIntroducer,
    CampaignMark,
    CampaignTarget,
    RouteStop,
)
from app.promotion.campaigns.policy import visible
from app.promotion.campaigns.rules import Log, LogKind, Reached
from app.promotion.leads.enums import LeadStage
from app.promotion.leads.models import Lead, LeadReach
from app.promotion.visits.enums import VisitKind
from app.promotion.visits.models import Visit

_OF_VISIT = {
    VisitKind.CALL: LogKind.CALL,
    VisitKind.OUTBOUND: LogKind.VISIT,
    VisitKind.RECEPTION: LogKind.RECEPTION,
}
_OF_MARK = {MarkKind.CONTACTED: LogKind.CONTACT, MarkKind.INVITED: LogKind.INVITATION}
_OF_LEAD = {LeadStage.FIRST_TALK: LogKind.TALK, LeadStage.SIGNED: LogKind.CONTRACT}
_WITH_ALL = (
    joinedload(CampaignTarget.enterprise),
    joinedload(CampaignTarget.owner),
    joinedload(CampaignTarget.target),
    selectinload(CampaignTarget.introducers).joinedload(CampaignIntroducer.person),
)


@dataclass(frozen=True, slots=True)
class CompanyLine:
    """A company of a campaign, how far it is, and the other campaigns under way that it is in."""

    row: CampaignTarget
    reached: Reached
    also: tuple[str, ...] = ()


def get_row(public_id: str, actor: Actor) -> CampaignTarget:
    """A company of a campaign that this person may see; NotFound otherwise."""
    query = select(CampaignTarget).join(CampaignTarget.campaign)
    query = query.where(CampaignTarget.public_id == public_id, visible(actor))
    query = query.options(*_WITH_ALL, contains_eager(CampaignTarget.campaign))
    found = db.session.scalar(query) if looks_like_public_id(public_id) else None
    if found is None:
        raise NotFound
    return found


def rows_of(campaign: Campaign) -> Sequence[CampaignTarget]:
    """Its companies, as they were added."""
    query = select(CampaignTarget).where(CampaignTarget.campaign_id == campaign.id)
    return db.session.scalars(query.options(*_WITH_ALL).order_by(CampaignTarget.id)).all()


def rows_named(campaign: Campaign, public_ids: Collection[str]) -> list[CampaignTarget]:
    """Some of them."""
    return [row for row in rows_of(campaign) if row.public_id in public_ids]


def is_full(campaign: Campaign) -> bool:
    """Whether it has as many companies as it may."""
    query = select(CampaignTarget.id).where(CampaignTarget.campaign_id == campaign.id)
    return len(db.session.scalars(query.limit(rules.MOST_COMPANIES)).all()) == rules.MOST_COMPANIES


def row_of(campaign: Campaign, enterprise_id: int) -> CampaignTarget | None:
    """The row that a company has in a campaign."""
    query = select(CampaignTarget).where(
        CampaignTarget.campaign_id == campaign.id, CampaignTarget.enterprise_id == enterprise_id
    )
    return db.session.scalar(query)


def lines_of(campaign: Campaign, actor: Actor) -> list[CompanyLine]:
    """All companies of a campaign, the furthest first."""
    rows = rows_of(campaign)
    logs, also = logs_of(campaign, rows), also_in([row.enterprise_id for row in rows], campaign, actor)
    lines = [
        CompanyLine(row, reached_by(campaign, logs.get(row.id, ())), also.get(row.enterprise_id, ()))
        for row in rows
    ]
    order = list(CompanyStage)
    return sorted(lines, key=lambda line: (-order.index(line.reached.stage), line.row.id))


def reached_by(campaign: Campaign, logs: Iterable[Log]) -> Reached:
    return rules.reached(logs, campaign.first_on, campaign.last_on)


def logs_of(campaign: Campaign, rows: Sequence[CampaignTarget]) -> Mapping[int, list[Log]]:
    """What was logged of some companies within the days of their campaign, by inner id of the row, in one
    statement: ordinary visits and leads whoever sees them, since they tell the stage alone.
    """
    if not rows:
        return {}
    by_company = {row.enterprise_id: row.id for row in rows}
    days = (campaign.first_on, campaign.last_on)
    every = union_all(_visits(by_company, *days), _leads(by_company, *days), _marks(by_company.values()))
    kinds: Mapping[str, LogKind] = {
        **{f"visit {kind.value}": log for kind, log in _OF_VISIT.items()},
        **{f"lead {stage.value}": log for stage, log in _OF_LEAD.items()},
        **{f"mark {kind.value}": log for kind, log in _OF_MARK.items()},
    }
    found: dict[int, list[Log]] = defaultdict(list)
    for source, what, key, day in db.session.execute(every):
        row_id = key if source == "mark" else by_company[key]
        found[row_id].append(Log(kinds[f"{source} {what}"], day))
    return found


def _plain(source: str, what: Any, key: Any, day: Any) -> Select[Any]:
    """Codes as plain text, so that a visit and a lead stand in one column."""
    return select(literal(source).label("source"), cast(what, String(30)).label("what"), key, day)


def _visits(companies: Collection[int], first: date, last: date) -> Select[Any]:
    return _plain("visit", Visit.kind, Visit.enterprise_id, Visit.held_on).where(
        Visit.enterprise_id.in_(companies),
        Visit.archived_at.is_(None),
        ~Visit.confidential,
        Visit.held_on.between(first, last),
    )


def _leads(companies: Collection[int], first: date, last: date) -> Select[Any]:
    rows = _plain("lead", LeadReach.stage, Lead.enterprise_id, LeadReach.first_date)
    return rows.join(Lead, Lead.id == LeadReach.lead_id).where(
        Lead.enterprise_id.in_(companies),
        ~Lead.confidential,
        LeadReach.stage.in_(_OF_LEAD),
        LeadReach.first_date.between(first, last),
    )


def _marks(row_ids: Collection[int]) -> Select[Any]:
    rows = _plain("mark", CampaignMark.kind, CampaignMark.row_id, CampaignMark.marked_on)
    return rows.where(CampaignMark.row_id.in_(row_ids), CampaignMark.void_on.is_(None))


def also_in(enterprise_ids: Collection[int], but: Campaign, actor: Actor) -> Mapping[int, tuple[str, ...]]:
    """The other campaigns that go on and that this person sees, by the inner id of the company."""
    if not enterprise_ids:
        return {}
    query = (
        select(CampaignTarget.enterprise_id, Campaign.name)
        .join(CampaignTarget.campaign)
        .where(CampaignTarget.enterprise_id.in_(enterprise_ids), Campaign.id != but.id, visible(actor))
        .where(Campaign.archived_at.is_(None), Campaign.closed_at.is_(None))
        .order_by(Campaign.id)
    )
    found: dict[int, tuple[str, ...]] = {}
    for enterprise_id, name in db.session.execute(query):
        found[enterprise_id] = (*found.get(enterprise_id, ()), name)
    return found


def rows_of_company(enterprise_id: int, actor: Actor) -> Sequence[CampaignTarget]:
    """The campaigns that a company is or was in, newest first; one more than a page shows."""
    query = (
        select(CampaignTarget)
        .join(CampaignTarget.campaign)
        .where(CampaignTarget.enterprise_id == enterprise_id, Campaign.archived_at.is_(None), visible(actor))
        .options(contains_eager(CampaignTarget.campaign), joinedload(CampaignTarget.owner))
    )
    return db.session.scalars(query.order_by(CampaignTarget.id.desc()).limit(BESIDE + 1)).all()


def open_campaigns(actor: Actor) -> Sequence[Campaign]:
    """Those that take companies: planned or under way, as far as somebody sees them; newest first."""
    query = select(Campaign).where(
        Campaign.archived_at.is_(None), Campaign.closed_at.is_(None), visible(actor)
    )
    return db.session.scalars(query.order_by(Campaign.first_on.desc(), Campaign.id.desc())).all()


def marks_of(row: CampaignTarget) -> Sequence[CampaignMark]:
    """What people have noted of a company, the latest first."""
    query = select(CampaignMark).where(CampaignMark.row_id == row.id, CampaignMark.void_on.is_(None))
    query = query.options(joinedload(CampaignMark.author))
    return db.session.scalars(query.order_by(CampaignMark.marked_on.desc(), CampaignMark.id.desc())).all()


def get_mark(public_id: str, actor: Actor) -> CampaignMark:
    """Something noted of a company of a campaign that this person may see; NotFound otherwise."""
    query = select(CampaignMark).join(CampaignMark.row).join(CampaignTarget.campaign)
    query = query.where(CampaignMark.public_id == public_id, visible(actor))
    found = db.session.scalar(query) if looks_like_public_id(public_id) else None
    if found is None:
        raise NotFound
    return found


def has_marks(row: CampaignTarget) -> bool:
    query = select(CampaignMark.id).where(CampaignMark.row_id == row.id).limit(1)
    return db.session.scalar(query) is not None


def held_rows(person_id: int) -> Sequence[CampaignTarget]:
    """What somebody works on in campaigns that go on."""
    query = (
        select(CampaignTarget)
        .join(CampaignTarget.campaign)
        .where(CampaignTarget.owner_id == person_id)
        .where(Campaign.archived_at.is_(None), Campaign.closed_at.is_(None))
    )
    return db.session.scalars(query.order_by(CampaignTarget.id)).all()


def naming(sought: Sought, actor: Actor) -> list[tuple[str, str, str]]:
    """Where campaigns name somebody, as far as this person sees: the kind of record, its public id, the name
    of the campaign; of its own words, and of what was written of the company in question. One statement.
    """
    own = (Campaign.name, Campaign.theme, Campaign.notes, Campaign.archive_reason, Campaign.fund_manager)
    of_campaign = or_(
        contains_any(sought.words, *own, Campaign.agency),
        Campaign.public_id.in_(sought.known_of("campaign")),
    )
    row = CampaignTarget
    plan = (row.why, row.known, row.offer, row.never_offer, row.next_action, row.result_note)
    marks = select(CampaignMark.row_id).where(contains_any(sought.words, CampaignMark.words))
    names = select(CampaignIntroducer.row_id).where(contains_any(sought.words, CampaignIntroducer.name))
    stops = select(RouteStop.row_id).where(contains_any(sought.words, RouteStop.note))
    of_row = or_(
        contains_any(sought.words, *plan),
        *(row.id.in_(each) for each in (marks, names, stops)),
        row.public_id.in_(sought.known_of("campaign_target")),
    )
    campaigns = select(literal("campaign"), Campaign.public_id, Campaign.name).where(
        of_campaign, visible(actor)
    )
    rows = (
        select(literal("campaign_target"), row.public_id, Campaign.name)
        .join(row.campaign)
        .where(row.enterprise_id == sought.enterprise_id, of_row, visible(actor))
    )
    every = union_all(campaigns, rows).limit(BESIDE)
    return [(kind, public_id, name) for kind, public_id, name in db.session.execute(every)]
