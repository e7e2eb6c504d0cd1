"""A lead is registered, and who has to know of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from app.core.access.auth import SYSTEM, acting_as, require_actor
from app.core.records.history import Cause, EntryKind
from app.core.records.ledger import Ledger
from app.core.storage import audit
from app.core.storage.db import db
from app.core.storage.numbers import draw
from app.core.storage.subjects import subject_of
from app.core.values.clock import today
from app.core.values.errors import NotFound, RuleBroken
from app.core.values.money import AmountReading
from app.core.values.registries import AFTER_MOVE, Moved, Shelved
from app.promotion.leads import order, projection, queries
from app.promotion.leads.enums import LeadSource, LeadStage
from app.promotion.leads.models import Lead, LeadEntry, LeadMember
from app.promotion.leads.services.fields import check_part
from app.promotion.leads.services.ledger import LEDGER, UNREAD, refuse_if
from app.promotion.leads.services.next_steps import set_next_step
from app.promotion.steps.enums import StepKind
from app.promotion.steps.services import CompanyAlone, open_step
from app.register.accounts.models import Person
from app.register.accounts.queries import team_on, why_no_work
from app.register.enterprises.models import Enterprise
from app.register.enterprises.services import must_be_live


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLead:
    """What it takes to register a lead. Unit and team are the owner's of that day unless given."""

    name: str
    enterprise_id: int
    source: LeadSource
    owner_id: int
    registered_on: date = field(default_factory=today)
    introducer: str = ""
    industry_code: str | None = None
    amount: AmountReading = UNREAD
    fixed_amount: int | None = None  # 元
    land_mu: Decimal | None = None
    jobs_planned: int | None = None
    content: str = ""
    unit_id: int | None = None
    team_id: int | None = None
    confidential: bool = False
    member_ids: tuple[int, ...] = ()
    next_what: str = ""
    next_on: date | None = None
    next_owner_id: int | None = None


def create_lead(data: NewLead) -> Lead:
    """Registers a lead with its first ledger rows: move, assign and amount, all of its registration date.

    Whether other leads of the company were shown to the author is the view's affair (`queries.clashes`);
    that the bureau hears of a confidential one is seen to here, whoever registers.
    """
    enterprise = db.session.get(Enterprise, data.enterprise_id)
    owner = db.session.get(Person, data.owner_id)
    if enterprise is None or owner is None:
        raise NotFound
    must_be_live(enterprise)
    refuse_if("owner", why_no_work(owner))
    _check_registration(data)
    check_part(data.amount.yuan, data.fixed_amount)
    met = queries.clashes(enterprise.id, require_actor())
    lead = _new(data, owner)
    db.session.add(lead)
    db.session.flush()
    ledger = Ledger[LeadEntry](())
    _first_entries(lead, ledger)
    projection.rewrite(lead, ledger)
    _first_step(lead, data)
    _tell_bureau(lead, met.confidential)
    AFTER_MOVE.run(Moved("lead", lead, None, lead.stage, lead.registered_on))
    return lead


def _new(data: NewLead, owner: Person) -> Lead:
    """The row of a lead that is at its first stage since the day of its registration."""
    lead = Lead(
        number=draw("XS", data.registered_on.year),
        name=data.name,
        enterprise_id=data.enterprise_id,
        stage=LeadStage.LEAD,
        stage_since=data.registered_on,
        registered_on=data.registered_on,
        source=data.source,
        introducer=data.introducer,
        industry_code=data.industry_code,
        amount_text=data.amount.raw,
        amount=data.amount.yuan or 0,
        amount_doubtful=data.amount.needs_review,
        fixed_amount=data.fixed_amount,
        land_mu=data.land_mu,
        jobs_planned=data.jobs_planned,
        content=data.content,
        unit_id=data.unit_id or owner.unit_id,
        team_id=data.team_id if data.unit_id else team_on(owner.id, data.registered_on),
        owner_id=owner.id,
        author_id=require_actor().person_id or owner.id,
        confidential=data.confidential,
    )
    lead.members = [LeadMember(person_id=person_id) for person_id in dict.fromkeys(data.member_ids)]
    return lead


def _check_registration(data: NewLead) -> None:
    problems = {}
    refusal = order.why_not_a_day("登记日期", data.registered_on, today())
    if refusal:
        problems["registered_on"] = refusal
    if data.next_what and data.next_on is None:
        problems["next_on"] = "写了下一步，请选日期"
    if data.next_on is not None and data.next_on < data.registered_on:
        problems["next_on"] = f"{data.next_on} 早于登记日期 {data.registered_on}，写那天以后的一天"
    if data.next_on is not None and not data.next_what:
        problems["next_what"] = "选了日期，请写下一步做什么"
    if problems:
        raise RuleBroken(problems)


def _first_entries(lead: Lead, ledger: Ledger[LeadEntry]) -> None:
    on, cause = lead.registered_on, Cause.REGISTRATION
    LEDGER.record(lead, ledger, EntryKind.MOVE, on, cause=cause, stage=LeadStage.LEAD)
    holder = {"unit_id": lead.unit_id, "team_id": lead.team_id, "owner_id": lead.owner_id}
    LEDGER.record(lead, ledger, EntryKind.ASSIGN, on, cause=cause, reason=cause.label, **holder)
    amount = {"amount": lead.amount, "amount_text": lead.amount_text}
    LEDGER.record(lead, ledger, EntryKind.AMOUNT, on, cause=cause, reason=cause.label, **amount)


def _first_step(lead: Lead, data: NewLead) -> None:
    if data.next_on is None:
        return
    set_next_step(lead, data.next_what, data.next_on, data.next_owner_id or lead.owner_id)


def _tell_bureau(lead: Lead, confidential: Iterable[Lead]) -> None:
    """A new lead met confidential ones: its author reads nothing, the bureau gets a step of its own.

    The step hangs on the company, not on the confidential lead, and the system opens it, so that neither
    the author nor anyone else who may see the company's ordinary steps is among the people named on it.
    """
    met = list(confidential)
    if not met:
        return
    audit.record(
        "lead.confidential_clash",
        subject_of(lead),
        "同一企业已有保密线索",
        met=[other.public_id for other in met],
    )
    head = queries.bureau_head(require_actor().person_id)
    if head is None:
        return
    with acting_as(SYSTEM):
        open_step(
            subject_of(lead.enterprise),
            CompanyAlone(lead.enterprise_id, confidential=True),
            kind=StepKind.NEXT,
            what=f"新登记的 {lead.number} 与一条保密线索是同一企业，请核对并协调",
            due_on=today(),
            owner_id=head.id,
        )


def tell_of_archiving(shelved: Shelved) -> None:
    """Companies were archived by somebody who may not know of a confidential lead on them, and must not learn
    of it by a refusal: whoever holds such a lead gets a step of their own, and the lead goes on.
    """
    query = select(Lead).where(
        Lead.enterprise_id.in_(shelved.enterprise_ids), Lead.archived_at.is_(None), Lead.confidential
    )
    for lead in db.session.scalars(query.order_by(Lead.id)).all():
        holder = next((one for one in (lead.owner, lead.author) if why_no_work(one) is None), None)
        if holder is None or holder.id == require_actor().person_id:
            continue
        why = f"「{lead.enterprise.name}」已归档（{shelved.reason}）"
        with acting_as(SYSTEM):
            what = f"{why}，线索照常可以跟进；要用企业资料，请恢复这家企业"
            set_next_step(lead, what, today(), holder.id)
