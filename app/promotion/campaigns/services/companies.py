"""Companies join a campaign, are planned, introduced, noted, settled; they leave if nothing was noted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.core.access.auth import require_actor
from app.core.records.archiving import must_be_live
from app.core.records.versions import claim, claim_whole
from app.core.storage import audit
from app.core.storage.db import Turn, db, wait_turn
from app.core.storage.subjects import subject_of
from app.core.values.clock import now, today
from app.core.values.errors import NotAllowed, RuleBroken
from app.core.values.registries import Holdings
from app.promotion.campaigns import policy, queries, rules
from app.promotion.campaigns.enums import CampaignResult, MarkKind
from app.promotion.campaigns.models import (
    Campaign,
    CampaignIntroducer,
    CampaignMark,
    CampaignPart,
    CampaignTarget,
)
from app.promotion.campaigns.rules import IntroducerShare
from app.promotion.campaigns.services.campaigns import CLOSED
from app.promotion.targets.models import TargetEnterprise
from app.promotion.targets.queries import open_target_of
from app.promotion.targets.services import NewTarget, TargetData, create_target
from app.register.accounts.models import Person
from app.register.accounts.queries import why_no_work
from app.register.enterprises.models import Enterprise
from app.register.enterprises.queries import read_enterprise
from app.register.enterprises.services import must_be_live as company_must_be_live

_LEFT = "还有 {} 家没有写结果：{}。在「结果」页勾上它们，一次写好再结束"
_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanData:
    """一企一策, as typed."""

    owner: Person
    why: str = ""
    known: str = ""
    offer: str = ""
    never_offer: str = ""
    next_action: str = ""


def must_be_open(campaign: Campaign) -> None:
    """Raises where nobody may change what a campaign has: not theirs, put away, or ended."""
    must_be_live(campaign)
    if not policy.may_change(require_actor(), campaign):
        raise NotAllowed
    if campaign.closed_at is not None:
        raise RuleBroken(CLOSED)


def add_company(campaign: Campaign, company: Enterprise, owner: Person | None = None) -> CampaignTarget:
    """A company joins a campaign; one that is no target yet becomes one. Raises RuleBroken."""
    must_be_open(campaign)
    company_must_be_live(company)
    if owner is not None and (refusal := why_no_work(owner)):
        raise RuleBroken({"owner": refusal})
    wait_turn(Turn.TARGETS, of=company.id)
    if queries.row_of(campaign, company.id) is not None:
        raise RuleBroken({"enterprise": f"{company.name}已经在《{campaign.name}》里，不用再加"})
    if queries.is_full(campaign):
        raise RuleBroken({"enterprise": f"一场最多 {rules.MOST_COMPANIES} 家，再多请另开一场"})
    me = db.session.get_one(Person, require_actor().person_id)
    target = open_target_of(company.id) or _taken_up(campaign, company, me)
    holder = owner or me
    row = CampaignTarget(
        campaign_id=campaign.id,
        target_id=target.id,
        enterprise_id=company.id,
        owner_id=holder.id,
        author_id=me.id,
        added_on=today(),
    )
    db.session.add(row)
    _let_see(campaign, holder)
    db.session.flush()
    return row


def add_by_names(campaign: Campaign, lines: Sequence[str], owner: Person | None = None) -> tuple[int, int]:
    """Many join at once, each told by its name or code: how many did, how many were there already. Raises
    RuleBroken, which names the lines that tell no company; then none joins.
    """
    must_be_open(campaign)
    told = [line.strip() for line in lines if line.strip() and line.strip() not in rules.HEADINGS]
    if len(told) > rules.MOST_PASTED:
        raise RuleBroken({"names": f"一次最多贴 {rules.MOST_PASTED} 家，现在是 {len(told)} 行，请分几次"})
    found = {line: read_enterprise(line) for line in dict.fromkeys(told)}
    unknown = [line for line, company in found.items() if company is None or company.is_archived]
    if unknown:
        more = f"等 {len(unknown)} 行" if len(unknown) > _SHOWN else ""
        names = "、".join(unknown[:_SHOWN])
        raise RuleBroken({"names": f"库里没有或不止一家：{names}{more}。改成全称或信用代码，或先登记"})
    there = {row.enterprise_id for row in queries.rows_of(campaign)}
    companies = {company.id: company for company in found.values() if company is not None}
    new = [company for company_id, company in companies.items() if company_id not in there]
    for company in new:
        add_company(campaign, company, owner)
    return len(new), len(companies) - len(new)


def _taken_up(campaign: Campaign, company: Enterprise, me: Person) -> TargetEnterprise:
    data = TargetData(method=campaign.method, origin=f"定向招商：{campaign.name}"[:120])
    return create_target(NewTarget(enterprise=company, data=data, owner=me))


def _let_see(campaign: Campaign, person: Person) -> None:
    """Whoever works on a company of it sees the campaign, wherever they go later."""
    named = {row.person_id for row in campaign.parts} | {campaign.owner_id, campaign.author_id}
    if person.id not in named:
        campaign.parts.append(CampaignPart(person_id=person.id))


def change_plan(row: CampaignTarget, version: int | None, data: PlanData) -> None:
    """Changes the plan of a company and whose it is. Raises NotAllowed, RuleBroken, Stale."""
    must_be_open(row.campaign)
    claim(row, version or 0)
    if data.owner.id != row.owner_id:
        if refusal := why_no_work(data.owner):
            raise RuleBroken({"owner": refusal})
        row.owner = data.owner
        _let_see(row.campaign, data.owner)
    row.why, row.known, row.offer = data.why, data.known, data.offer
    row.never_offer, row.next_action = data.never_offer, data.next_action
    db.session.flush()


def set_introducers(
    row: CampaignTarget, version: int | None, first: IntroducerShare, second: IntroducerShare
) -> None:
    """Who introduced a company, one or two, with shares of 100. Raises NotAllowed, RuleBroken, Stale."""
    must_be_open(row.campaign)
    claim(row, version or 0)
    if problems := rules.problems_of_shares(first, second):
        raise RuleBroken(problems)
    before = told_of(row.introducers)
    row.introducers = [
        CampaignIntroducer(person_id=one.person_id, name=one.name, share=one.share or 0)
        for one in (first, second)
        if not one.is_empty
    ]
    row.updated_at = now()  # they are rows of their own: the version must move all the same
    db.session.flush()
    words = [before, told_of(row.introducers)]
    audit.record("campaign_target.update", subject_of(row), "改引荐人和占比", introducers=words)


def told_of(introducers: Sequence[CampaignIntroducer]) -> str:
    return "、".join(f"{one.called} {one.share}%" for one in introducers)


def mark(row: CampaignTarget, kind: MarkKind, day: date, words: str = "") -> CampaignMark:
    """Notes what no visit and no lead tells. Raises NotAllowed, RuleBroken."""
    must_be_open(row.campaign)
    if refusal := rules.problem_of_mark(day, row.campaign.first_on, today()):
        raise RuleBroken({"marked_on": refusal})
    author_id = require_actor().person_id
    assert author_id is not None
    noted = CampaignMark(row_id=row.id, kind=kind, marked_on=day, words=words, author_id=author_id)
    db.session.add(noted)
    db.session.flush()
    return noted


def take_back_mark(noted: CampaignMark) -> None:
    """What was noted by mistake counts no longer; the row stays."""
    must_be_open(noted.row.campaign)
    if noted.void_on is None:
        noted.void_on = today()
        db.session.flush()


def remove_company(row: CampaignTarget, seen: int | None) -> None:
    """A company that was added by mistake leaves. Raises RuleBroken once something was noted of it."""
    must_be_open(row.campaign)
    claim_whole(row, seen, "移出")
    written = (row.why, row.known, row.offer, row.next_action, row.introducers, row.result)
    if any(written) or queries.has_marks(row) or queries.has_stops(row):
        raise RuleBroken(
            "这家已经有方案、联系、路线或结果，不能移出；没有进展就在结束时写「没接触上」或「婉拒」"
        )
    db.session.delete(row)
    db.session.flush()


def settle(
    campaign: Campaign, rows: Sequence[CampaignTarget], result: CampaignResult, note: str = ""
) -> None:
    """Says of some companies what came of them. Raises NotAllowed, RuleBroken."""
    must_be_open(campaign)
    if not rows:
        raise RuleBroken({"ids": "还没有勾企业，请先勾上再写结果"})
    for row in rows:
        row.result, row.result_note, row.result_on = result, note, today()
    db.session.flush()


def close(campaign: Campaign, version: int | None) -> None:
    """Ends a campaign once each of its companies has a result. Raises NotAllowed, RuleBroken, Stale."""
    must_be_open(campaign)
    claim_whole(campaign, version, "结束")
    left = [row.name for row in queries.rows_of(campaign) if row.result is None]
    if left:
        more = "等" if len(left) > _SHOWN else ""
        raise RuleBroken(_LEFT.format(len(left), "、".join(left[:_SHOWN]) + more))
    campaign.closed_at = now()
    db.session.flush()


def reopen(campaign: Campaign, version: int | None) -> None:
    """One that was ended goes on; its results stay. Raises NotAllowed, Stale."""
    must_be_live(campaign)
    if not policy.may_change(require_actor(), campaign):
        raise NotAllowed
    claim_whole(campaign, version, "重新打开")
    campaign.closed_at = None
    db.session.flush()


def _give_rows(person_id: int, to_id: int, _on: date, _reason: str) -> None:
    heir = db.session.get_one(Person, to_id)
    for row in queries.held_rows(person_id):
        row.owner = heir
        _let_see(row.campaign, heir)
    db.session.flush()


HELD_COMPANIES = Holdings(
    "家定向招商的企业",
    lambda person_id: len(queries.held_rows(person_id)),
    _give_rows,
    lambda _unit_id: 0,
    lambda _unit_id, _to_id, _on, _reason: None,
)
