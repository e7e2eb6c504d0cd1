"""What people of the county and its companies did, as values."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.delivery.projects.enums import ProjectStage
from app.promotion.expenses.enums import ExpenseKind
from app.promotion.leads.enums import AgreementKind, LeadSource, LeadStage, LossReason, ReviewVerdict
from app.promotion.targets.enums import FactKind, TargetStage
from app.promotion.visits.enums import VisitKind
from app.register.chains.enums import NodeAction, NodeState
from app.register.posts.enums import PostKind

StepKey = tuple[str, int, int]  # ("visit" | "lead", its number, 0 = next step, 1 = promise)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something one person does at one instant. People go by login, companies and leads by number."""

    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterCompany(Deed):
    company: int
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddContact(Deed):
    company: int
    name: str
    post: str
    phone: str
    is_decider: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterLead(Deed):
    lead: int
    company: int
    name: str
    on: date
    source: LeadSource
    introducer: str
    owner: str
    amount: str
    land: int
    jobs: int
    content: str
    confidential: bool
    members: tuple[str, ...]
    step: str = ""
    step_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FillLead(Deed):
    """Fields of a lead; a value that begins with @ under a key ending in _id is a person's login."""

    lead: int
    values: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveLead(Deed):
    lead: int
    to: LeadStage
    on: date
    reason: str = ""
    evidence: str = ""
    reason_code: LossReason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectLead(Deed):
    """Voids the last move of a lead."""

    lead: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignLead(Deed):
    lead: int
    owner: str
    on: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeAmount(Deed):
    lead: int
    amount: str
    on: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStep(Deed):
    lead: int
    what: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LogVisit(Deed):
    visit: int
    kind: VisitKind
    on: date
    company: int
    lead: int | None
    place: str
    people: tuple[str, ...]
    contacts: tuple[int, ...]
    summary: str
    needs: str
    promises: tuple[tuple[str, date], ...]  # one at most
    step: str
    step_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseStep(Deed):
    step: StepKey
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftAgreement(Deed):
    lead: int
    kind: AgreementKind
    title: str
    amount: str
    signed_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskReview(Deed):
    """Somebody of the market regulator is asked for the 公平竞争审查 of the lead's contract."""

    lead: int
    reviewer: str
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewAgreement(Deed):
    """The conclusion: of the reviewer, or, of one who does not sign in here, entered from their paper."""

    lead: int
    number: str
    reviewer: str
    on: date
    verdict: ReviewVerdict
    opinion: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignAgreement(Deed):
    """The contract gets its date and its file."""

    lead: int
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveProject(Deed):
    lead: int
    to: ProjectStage
    on: date
    evidence: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadChains(Deed):
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanNode(Deed):
    """How important a link of a chain is, and what is to be done about it; links go by their codes."""

    node: str
    importance: int
    action: NodeAction | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeNode(Deed):
    node: str
    state: NodeState
    local_rate: int | None
    on: date
    reason: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GivePost(Deed):
    """Somebody is charged with a chain from a day on."""

    chain: str
    person: str
    post: PostKind
    on: date
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeUpTarget(Deed):
    """A company is wanted for a link, in somebody's name or, without one, in that of the unit of who acts."""

    company: int
    node: str
    owner: str
    on: date
    method: LeadSource
    origin: str
    note: str
    step: str
    step_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveTarget(Deed):
    company: int
    to: TargetStage
    on: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterTargetFact(Deed):
    """Something that the score of a target goes by."""

    company: int
    kind: FactKind
    what: str
    source: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SetBudget(Deed):
    """What a unit or team is given for one kind in a year, in 元."""

    unit: str
    year: int
    kind: ExpenseKind
    amount: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterExpense(Deed):
    """What who acts has spent, in 元."""

    kind: ExpenseKind
    on: date
    amount: int
    name: str
    receipt_no: str


@dataclass(frozen=True, slots=True)
class Company:
    """A row of the packaged companies, as far as stories need it."""

    name: str
    code: str
    region: str
    province: str
    industry: str
    chain: str
    node: str
    capital: str  # 万元
    founded: date
    scope: str

    @property
    def short_name(self) -> str:
        """The name without its legal form, for titles."""
        for ending in ("股份有限公司", "有限责任公司", "集团有限公司", "有限公司"):
            if self.name.endswith(ending):
                return self.name.removesuffix(ending)
        return self.name
