"""What the gates of stages look at: contracts, reviews, facts that other features know."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from app.core.records.ledger import Ledger
from app.core.storage.db import db
from app.core.values.registries import GATE_DAYS, GATE_FACTS
from app.core.web.files import StoredFile
from app.promotion.leads import rules
from app.promotion.leads.enums import AgreementKind, Criterion, LeadStage
from app.promotion.leads.models import Agreement, FairReview, Lead, LeadEntry
from app.promotion.leads.queries.agreements import FILE_KIND, REVIEW_KIND
from app.promotion.leads.queries.ledger import ledger_of
from app.promotion.leads.queries.stages import Stages


@dataclass(frozen=True, slots=True)
class Contracts:
    """The contracts of one lead with what gates ask of each, those that lack least first."""

    rows: tuple[tuple[Agreement, rules.ContractFacts], ...] = ()

    @property
    def nearest(self) -> Agreement | None:
        """The one that lacks least for a signing, the first of several."""
        return self.rows[0][0] if self.rows else None

    @property
    def signed(self) -> Agreement | None:
        """The one on which a lead was or can be signed: the nearest with date and amount."""
        dated = (row for row, facts in self.rows if facts.signed_on is not None and facts.amount is not None)
        return next(dated, None)

    @property
    def facts(self) -> tuple[rules.ContractFacts, ...]:
        return tuple(facts for _row, facts in self.rows)


_CONTRACTS = (
    select(Agreement)
    .where(
        Agreement.lead_id.in_(bindparam("lead_ids", expanding=True)), Agreement.kind == AgreementKind.CONTRACT
    )
    .options(joinedload(Agreement.review).joinedload(FairReview.reviewer))
    .order_by(Agreement.id)
)
_PAPERS = select(StoredFile.owner_kind, StoredFile.owner_id).where(
    StoredFile.owner_kind.in_((FILE_KIND, REVIEW_KIND)),
    StoredFile.owner_id.in_(bindparam("agreements", expanding=True)),
)


def contracts_of(lead: Lead) -> Contracts:
    """The contracts of a lead, read afresh."""
    return contracts_by_lead([lead.id]).get(lead.id, Contracts())


def contracts_by_lead(lead_ids: Sequence[int]) -> dict[int, Contracts]:
    """The same of many leads in as many statements as of one; without those that have none."""
    found = list(db.session.scalars(_CONTRACTS, {"lead_ids": list(lead_ids)}))
    papers = _papers_of(found)
    by_lead: dict[int, list[tuple[Agreement, rules.ContractFacts]]] = defaultdict(list)
    for row in found:
        by_lead[row.lead_id].append((row, _contract_facts(row, papers)))
    # they come by their ids, which decide among those that lack as much
    return {
        lead_id: Contracts(tuple(sorted(rows, key=lambda pair: rules.lacking(pair[1]))))
        for lead_id, rows in by_lead.items()
    }


def _papers_of(contracts: Sequence[Agreement]) -> set[tuple[str, str]]:
    """(kind of file, public id of the agreement) of all that hangs on these."""
    if not contracts:
        return set()
    ids = [row.public_id for row in contracts]
    return {(kind, owner) for kind, owner in db.session.execute(_PAPERS, {"agreements": ids})}


def _contract_facts(row: Agreement, papers: Collection[tuple[str, str]]) -> rules.ContractFacts:
    review = _review_facts(row.review, (REVIEW_KIND, row.public_id) in papers) if row.review else None
    return rules.ContractFacts(
        row.signed_on, row.amount, (FILE_KIND, row.public_id) in papers, row.drafter_id, review
    )


def _review_facts(row: FairReview, has_paper: bool) -> rules.ReviewFacts:
    return rules.ReviewFacts(
        number=row.number,
        reviewed_on=row.reviewed_on,
        verdict=row.verdict,
        reviewer_id=row.reviewer_id,
        reviewer=row.reviewer.name,
        recorder_id=row.recorder_id,
        has_paper=has_paper,
    )


_OF_CONTRACT = frozenset({Criterion.AGREEMENT, Criterion.FAIR_REVIEW})


class LeadNow:
    """What is known of one lead in the transaction under way: its ledger, its contracts. Each is read when it
    is first asked for, and then handed on with this to whoever else wants to know; `ledger` grows by what is
    recorded. Whoever begins to change or to show a lead makes one, and it ends with them.
    """

    def __init__(self, lead: Lead) -> None:
        self.lead = lead

    @cached_property
    def ledger(self) -> Ledger[LeadEntry]:
        return ledger_of(self.lead)

    @cached_property
    def contracts(self) -> Contracts:
        return contracts_of(self.lead)

    def facts(self, asked: Collection[Criterion]) -> rules.LeadFacts:
        """What a gate may ask of the lead, as far as these criteria do."""
        contracts = {self.lead.id: self.contracts} if _OF_CONTRACT.intersection(asked) else {}
        return _facts_of([self.lead], asked, contracts)[self.lead.id]


def gate_facts_of(leads: Sequence[Lead], asked: Collection[Criterion]) -> dict[int, rules.LeadFacts]:
    """The same of many leads, by lead id, in as many statements as of one."""
    wanted = _OF_CONTRACT.intersection(asked)
    return _facts_of(leads, asked, contracts_by_lead([lead.id for lead in leads]) if wanted else {})


def _facts_of(
    leads: Sequence[Lead], asked: Collection[Criterion], contracts: Mapping[int, Contracts]
) -> dict[int, rules.LeadFacts]:
    ids = [lead.id for lead in leads]
    answers = {criterion: answer(ids) for criterion, answer in GATE_FACTS.items() if criterion in asked}
    return {lead.id: _facts(lead, contracts.get(lead.id, Contracts()).facts, answers) for lead in leads}


def _facts(
    lead: Lead, contracts: Sequence[rules.ContractFacts], answers: Mapping[str, set[int]]
) -> rules.LeadFacts:
    return rules.LeadFacts(
        assessment=lead.assessment,
        first_negotiator=lead.first_negotiator_id is not None,
        first_talk_on=lead.first_talk_on,
        summary=lead.summary,
        conclusion=lead.conclusion,
        conclusion_on=lead.conclusion_on,
        contracts=tuple(contracts),
        owner=lead.owner.name,
        answered=frozenset(criterion for criterion, met in answers.items() if lead.id in met),
    )


def day_of(criterion: Criterion, lead: Lead) -> date | None:
    """Since when a criterion that a higher feature answers is met; None when nobody knows."""
    answer = GATE_DAYS.get(criterion)
    return answer(lead.id) if answer else None


def missing(now: LeadNow, to: LeadStage, stages: Stages) -> list[rules.Missing]:
    """What a lead lacks to enter a stage under a stage set."""
    asked = stages.criteria.get(to, ())  # a gate that asks nothing reads nothing
    return rules.missing_for(to, stages.criteria, now.facts(asked)) if asked else []


def missing_next(leads: Iterable[Lead], stages: Stages) -> dict[int, list[rules.Missing]]:
    """What each lead still lacks for the stage after its own, by lead id; without those that lack nothing."""
    gates = [(lead, to) for lead in leads if (to := rules.next_stage(lead.stage)) and stages.criteria.get(to)]
    if not gates:
        return {}
    asked = {criterion for _lead, to in gates for criterion in stages.criteria[to]}
    facts = gate_facts_of([lead for lead, _to in gates], asked)
    found = {lead.id: rules.missing_for(to, stages.criteria, facts[lead.id]) for lead, to in gates}
    return {lead_id: missing for lead_id, missing in found.items() if missing}
