"""Reads of leads: one lead, lists, the board, the dated stage tables, what gates look at. All in scope."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, or_, select, union_all
from sqlalchemy.orm import joinedload, selectinload

from app.core.access.auth import Actor, require_actor
from app.core.records.history import Cause, EntryKind, last_entered
from app.core.records.ledger import Ledger, reader
from app.core.records.metrics import Amounted, Rows
from app.core.records.typed import contains, contains_any
from app.core.storage.db import db, entered_before_today, read_once
from app.core.values.clock import today
from app.core.values.errors import NotFound
from app.core.values.ids import looks_like_public_id
from app.core.values.registries import BESIDE, GATE_DAYS, GATE_FACTS, Sought
from app.core.web.files import StoredFile
from app.promotion.leads import policy, rules
from app.promotion.leads.enums import PATH, AgreementKind, Criterion, LeadStage
from app.promotion.leads.models import (
    Agreement,
    FairReview,
    Lead,
    LeadEntry,
    LeadMember,
    StageCriterion,
    StageSet,
    StageSetting,
)
from app.promotion.leads.policy import visible
from app.promotion.steps.enums import StepKind, StepState
from app.promotion.steps.models import Step
from app.register.accounts.models import Person
from app.register.accounts.queries import bureau_heads
from app.register.enterprises.naming import about_company
from app.register.enterprises.policy import Work

FILE_KIND = "agreement"  # owner_kind of an agreement's files
REVIEW_KIND = "agreement_review"  # of the scanned paper of its review; owned by the agreement as well
BOARD_STAGES = PATH[:-1]  # what is still being worked on; signed, held and lost leads are in the list
CARDS_PER_COLUMN = 30


# --- The dated stage tables ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stages:
    """One stage set as values: what each stage is called, how long it may take, what it asks for."""

    id: int
    labels: Mapping[LeadStage, str]
    order: tuple[LeadStage, ...]
    clocks: Mapping[LeadStage, int | None]
    criteria: Mapping[LeadStage, tuple[Criterion, ...]]

    def label(self, stage: LeadStage | None) -> str:
        return "" if stage is None else self.labels[stage]


# Plain columns: every page and every change asks for the stages.
_SETS, _SETTINGS, _CRITERIA = (model.__table__.c for model in (StageSet, StageSetting, StageCriterion))
_STARTED = (
    select(_SETS.id).where(_SETS.valid_from <= bindparam("day")).order_by(_SETS.valid_from.desc()).limit(1)
)
_FIRST = select(_SETS.id).order_by(_SETS.valid_from).limit(1)
_ON = func.coalesce(_STARTED.scalar_subquery(), _FIRST.scalar_subquery())
_STAGE_SET_ID = select(_ON)
_STAGES = (
    select(
        _SETTINGS.stage_set_id,
        _SETTINGS.stage,
        _SETTINGS.label,
        _SETTINGS.clock_days,
        _CRITERIA.criterion,
    )
    .outerjoin_from(
        StageSetting.__table__,
        StageCriterion.__table__,
        and_(_CRITERIA.stage_set_id == _SETTINGS.stage_set_id, _CRITERIA.stage == _SETTINGS.stage),
    )
    .where(_SETTINGS.stage_set_id == _ON)
    .order_by(_SETTINGS.position, _CRITERIA.position, _CRITERIA.id)
)


def stage_set_id_on(day: date) -> int:
    """The stage set that holds on a date: the last that began by then, else the first."""
    return read_once((StageSet, day), lambda: _read_stage_set_id(day))


def _read_stage_set_id(day: date) -> int:
    found: int = db.session.execute(_STAGE_SET_ID, {"day": day}).scalar_one()
    return found


def stages_on(day: date | None = None) -> Stages:
    """The stages as they are set on a date, today unless told."""
    on = day or today()
    return read_once((Stages, on), lambda: _read_stages(on))


def _read_stages(day: date) -> Stages:
    rows = db.session.execute(_STAGES, {"day": day}).all()
    asked: dict[LeadStage, list[Criterion]] = defaultdict(list)
    for row in rows:
        if row.criterion is not None:
            asked[row.stage].append(row.criterion)
    found: int = rows[0].stage_set_id
    return Stages(
        read_once((StageSet, day), lambda: found),
        {row.stage: row.label for row in rows},
        tuple(dict.fromkeys(row.stage for row in rows)),
        {row.stage: row.clock_days for row in rows},
        {stage: tuple(criteria) for stage, criteria in asked.items()},
    )


def stage_labels() -> dict[LeadStage, str]:
    """What each stage is called today."""
    return dict(stages_on().labels)


# --- One lead ------------------------------------------------------------------------------------

_WITH_PEOPLE = (
    joinedload(Lead.enterprise),
    joinedload(Lead.unit),
    joinedload(Lead.team),
    joinedload(Lead.owner),
)


def get_lead(public_id: str, actor: Actor | None = None) -> Lead:
    """The lead, if this person (the one who acts, unless told) may see it; NotFound otherwise."""
    if not looks_like_public_id(public_id):
        raise NotFound()
    query = (
        select(Lead)
        .where(Lead.public_id == public_id, visible(actor or require_actor()))
        .options(*_WITH_PEOPLE, joinedload(Lead.author), joinedload(Lead.first_negotiator))
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound()
    return found


_AT = select(Lead).where(Lead.public_id == bindparam("public_id")).options(joinedload(Lead.owner))


def get_to_change(public_id: str) -> Lead:
    """The same for who is about to change it: alone, since its page is not shown."""
    found = db.session.scalar(_AT, {"public_id": public_id}) if looks_like_public_id(public_id) else None
    if found is None or not policy.may_see(require_actor(), found):
        raise NotFound()
    return found


def get_by_number(number: str) -> Lead:
    """The lead of a 编号, if the one who acts may see it; NotFound otherwise."""
    found = db.session.scalar(select(Lead).where(Lead.number == number.upper(), visible(require_actor())))
    if found is None:
        raise NotFound()
    return found


def lead_of_own_deed(public_id: str) -> Lead:
    """A lead whose last ledger row may be taken back: one that the actor sees, or that their own last row, an
    assignment, took out of their sight; NotFound otherwise.
    """
    found = find_lead(public_id)
    if found is None and looks_like_public_id(public_id):
        hidden = db.session.scalar(select(Lead).where(Lead.public_id == public_id).options(*_WITH_PEOPLE))
        last = last_entered(entries_of(hidden)) if hidden else None
        is_own = last is not None and last.actor_id == require_actor().person_id
        found = hidden if is_own else None
    if found is None:
        raise NotFound()
    return found


def live_beside(lead: Lead, actor: Actor) -> list[Lead]:
    """Other leads of the same company that this person sees, the newest first: one may be the same."""
    query = select(Lead).where(
        Lead.enterprise_id == lead.enterprise_id,
        Lead.id != lead.id,
        Lead.archived_at.is_(None),
        visible(actor),
    )
    return list(db.session.scalars(query.order_by(Lead.id.desc())))


def counts_instead(lead: Lead, actor: Actor) -> Lead | None:
    """Of a lead that was registered twice the one that counts, if this person may see it."""
    other = lead.duplicate_of
    return other if other is not None and policy.may_see(actor, other) else None


def held_by_person(person_id: int) -> list[Lead]:
    """The leads in somebody's name that still want work: all but the lost."""
    return _held(Lead.owner_id == person_id)


def held_by_unit(unit_id: int) -> list[Lead]:
    """The same of a unit or a resident team."""
    return _held(or_(Lead.unit_id == unit_id, Lead.team_id == unit_id))


def _held(whose: ColumnElement[bool]) -> list[Lead]:
    query = select(Lead).where(whose, Lead.archived_at.is_(None), Lead.stage != LeadStage.LOST)
    return list(db.session.scalars(query.order_by(Lead.id)))


def find_lead(public_id: str) -> Lead | None:
    """The same without an error."""
    try:
        return get_lead(public_id)
    except NotFound:
        return None


def naming(sought: Sought, actor: Actor) -> list[Lead]:
    """The leads of a company whose words, or those of their ledger, agreements and files, name somebody, and
    that this person may see; newest first.
    """
    words = sought.words
    entered = exists().where(
        LeadEntry.lead_id == Lead.id, contains_any(words, LeadEntry.reason, LeadEntry.evidence)
    )
    paper = exists().where(
        StoredFile.owner_kind.in_((FILE_KIND, REVIEW_KIND)),
        StoredFile.owner_id == Agreement.public_id,
        contains_any(words, StoredFile.name),
    )
    agreed = (
        select(Agreement.id)
        .outerjoin(FairReview, FairReview.agreement_id == Agreement.id)
        .where(
            Agreement.lead_id == Lead.id,
            or_(contains_any(words, Agreement.title, FairReview.opinion, FairReview.number), paper),
        )
    )
    query = select(Lead).where(
        Lead.enterprise_id == sought.enterprise_id,
        or_(
            contains_any(words, *_TEXTS),
            entered,
            exists(agreed),
            Lead.public_id.in_(sought.known_of("lead")),
        ),
        policy.visible(actor),
    )
    return list(db.session.scalars(query.order_by(Lead.id.desc()).limit(BESIDE)))


_TEXTS = (
    *(Lead.name, Lead.introducer, Lead.content, Lead.assessment, Lead.summary, Lead.conclusion),
    *(Lead.loss_note, Lead.hold_reason, Lead.archive_reason),
)


def get_agreement(public_id: str, actor: Actor | None = None) -> Agreement:
    """An agreement of a lead that this person may see; NotFound otherwise."""
    query = (
        select(Agreement)
        .join(Lead, Agreement.lead_id == Lead.id)
        .where(Agreement.public_id == public_id, visible(actor or require_actor()))
        .options(joinedload(Agreement.lead), joinedload(Agreement.review), joinedload(Agreement.drafter))
    )
    found = db.session.scalar(query) if looks_like_public_id(public_id) else None
    if found is None:
        raise NotFound()
    return found


def files_may_be_read(agreement_id: str) -> None:
    """For core.web.files: raises NotFound unless the current actor may see the agreement's lead."""
    get_agreement(agreement_id)


def agreements_of(lead: Lead) -> list[Agreement]:
    query = (
        select(Agreement)
        .where(Agreement.lead_id == lead.id)
        .options(
            joinedload(Agreement.drafter),
            *(
                joinedload(Agreement.review).joinedload(person)
                for person in (FairReview.reviewer, FairReview.asker, FairReview.recorder)
            ),
        )
        .order_by(Agreement.id.desc())
    )
    return list(db.session.scalars(query))


_UNDER_WAY = (Lead.archived_at.is_(None), Lead.stage != LeadStage.LOST)


def reviews_awaited_of(person_id: int) -> list[FairReview]:
    """Reviews that somebody was asked for and has not concluded, on leads that are still worked on."""
    query = (
        select(FairReview)
        .join(Agreement, Agreement.id == FairReview.agreement_id)
        .join(Lead, Lead.id == Agreement.lead_id)
        .where(FairReview.reviewer_id == person_id, FairReview.verdict.is_(None), *_UNDER_WAY)
        .options(joinedload(FairReview.agreement).joinedload(Agreement.lead))
        .order_by(FairReview.id)
    )
    return list(db.session.scalars(query))


def review_of_step(step_id: int) -> FairReview | None:
    """The review that a step asks for."""
    query = select(FairReview).where(FairReview.step_id == step_id)
    return db.session.scalar(query.options(joinedload(FairReview.agreement)))


def files_by_agreement(agreements: Iterable[Agreement], kind: str = FILE_KIND) -> dict[str, list[StoredFile]]:
    """Files of one kind by the public id of their agreement, newest first."""
    ids = [agreement.public_id for agreement in agreements]
    found: dict[str, list[StoredFile]] = defaultdict(list)
    if not ids:
        return found
    query = select(StoredFile).where(StoredFile.owner_kind == kind, StoredFile.owner_id.in_(ids))
    for row in db.session.scalars(query.order_by(StoredFile.id.desc())):
        found[row.owner_id].append(row)
    return found


def members_of(lead: Lead) -> list[Person]:
    query = (
        select(Person)
        .join(LeadMember, LeadMember.person_id == Person.id)
        .where(LeadMember.lead_id == lead.id)
    )
    return list(db.session.scalars(query.order_by(Person.name)))


def entries_of(lead: Lead) -> list[LeadEntry]:
    """The ledger rows of a lead, newest first."""
    query = (
        select(LeadEntry)
        .where(LeadEntry.lead_id == lead.id)
        .options(joinedload(LeadEntry.actor))
        .order_by(LeadEntry.id.desc())
    )
    return list(db.session.scalars(query))


ledger_of: Callable[[Lead], Ledger[LeadEntry]] = reader(LeadEntry.lead_id)


def registration_of(entries: Iterable[LeadEntry]) -> dict[EntryKind, LeadEntry]:
    """The rows of a ledger that tell its registration, by kind: the first move and the first holding, and
    the first amount where it was not corrected since.
    """
    counted = Ledger(_as_entered(entries)).counted()
    return {entry.kind: entry for entry in counted if entry.cause is Cause.REGISTRATION}


def next_after_registration(entries: Iterable[LeadEntry]) -> date | None:
    """The day of the first ledger row that counts beside those of the registration."""
    counted = Ledger(_as_entered(entries)).counted()
    told = set(registration_of(counted).values())
    return next((entry.effective_on for entry in counted if entry not in told), None)


def _as_entered(entries: Iterable[LeadEntry]) -> list[LeadEntry]:
    return sorted(entries, key=lambda entry: entry.id)


# --- What gates look at --------------------------------------------------------------------------


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


# --- Lists ---------------------------------------------------------------------------------------


def overdue(stages: Stages) -> ColumnElement[bool]:
    """In its stage for longer than the stage's clock allows."""
    late = [
        and_(Lead.stage == stage, Lead.stage_since < today() - timedelta(days=days))
        for stage, days in stages.clocks.items()
        if days is not None
    ]
    return or_(*late) if late else Lead.id.is_(None)


def late_step() -> ColumnElement[bool]:
    """Its next step was to be done before today."""
    return exists().where(
        Step.subject_kind == Lead.__tablename__,
        Step.subject_id == Lead.public_id,
        Step.state == StepState.OPEN,
        Step.kind == StepKind.NEXT,
        Step.due_on < today(),
    )


def _last_contact() -> ColumnElement[date]:
    return func.coalesce(Lead.last_contact_on, Lead.registered_on)


def going_cold() -> ColumnElement[bool]:
    """要凉的: still being worked on, and nobody has spoken to the company for longer than may be."""
    long_ago = today() - timedelta(days=rules.COLD_AFTER)
    return and_(Lead.stage.in_(BOARD_STAGES), _last_contact() < long_ago)


def by_text(text: str) -> ColumnElement[bool]:
    return about_company(text, Lead.enterprise_id, lambda term: contains(term, Lead.name, Lead.number))


def load(ids: list[int]) -> Sequence[Lead]:
    """The rows of one page of a list."""
    return list(db.session.scalars(select(Lead).where(Lead.id.in_(ids)).options(*_WITH_PEOPLE)))


def coldest(among: ColumnElement[bool], limit: int) -> list[Lead]:
    """Of these the leads that nobody has spoken to for longest."""
    query = (
        select(Lead)
        .where(among, going_cold())
        .options(*_WITH_PEOPLE)
        .order_by(_last_contact(), Lead.id)
        .limit(limit)
    )
    return list(db.session.scalars(query))


def leads_of(enterprise_id: int, actor: Actor) -> list[Lead]:
    """The leads of a company that this person may see, the latest first; one more than a page shows beside
    the company.
    """
    query = (
        select(Lead)
        .where(Lead.enterprise_id == enterprise_id, Lead.archived_at.is_(None), visible(actor))
        .options(*_WITH_PEOPLE)
        .order_by(Lead.id.desc())
        .limit(BESIDE + 1)
    )
    return list(db.session.scalars(query))


def find_leads(text: str, actor: Actor, enterprise_id: int | None = None, limit: int = 10) -> list[Lead]:
    """Leads by name or number for a picker."""
    asked = [by_text(text)] if text else []
    asked += [Lead.enterprise_id == enterprise_id] if enterprise_id is not None else []
    query = (
        select(Lead)
        .where(visible(actor), Lead.archived_at.is_(None), *asked)
        .options(joinedload(Lead.enterprise))
        .order_by(Lead.updated_at.desc(), Lead.id.desc())
        .limit(limit)
    )
    return list(db.session.scalars(query))


# --- The board -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Column:
    """One stage of the board. `amount` in 元; `leads` holds at most CARDS_PER_COLUMN of `count`."""

    stage: LeadStage
    label: str
    count: int
    amount: int
    leads: tuple[Lead, ...] = field(default_factory=tuple)


def _first_of(stage: LeadStage, where: ColumnElement[bool]) -> Select[Any]:
    """The ids of the cards of one column: those longest in the stage."""
    found = (
        select(Lead.id.label("id"))
        .where(Lead.stage == stage, where)
        .order_by(Lead.stage_since, Lead.id)
        .limit(CARDS_PER_COLUMN)
        .subquery()
    )
    return select(found.c.id)


def board(rows: Rows, stages: Stages) -> list[Column]:
    """The stages still being worked on, each with count, sum and its most urgent cards of these leads. Two
    queries.
    """
    sums = rows.within(Lead.stage.in_(BOARD_STAGES)).by(Lead.stage)
    # One short walk of the index per stage: numbering all rows by a window took half a second at 100,000.
    first = union_all(*(_first_of(stage, rows.condition) for stage in BOARD_STAGES)).subquery()
    query = (
        select(Lead)
        .where(Lead.id.in_(select(first.c.id)))
        .options(*_WITH_PEOPLE)
        .order_by(Lead.stage_since, Lead.id)
    )
    cards: dict[LeadStage, list[Lead]] = defaultdict(list)
    for lead in db.session.scalars(query):
        cards[lead.stage].append(lead)
    shown = [(stage, sums.get(stage, Amounted())) for stage in stages.order if stage in BOARD_STAGES]
    return [
        Column(stage, stages.label(stage), found.count, found.amount, tuple(cards[stage]))
        for stage, found in shown
    ]


# --- Other leads of the same company, at registration --------------------------------------------


@dataclass(frozen=True, slots=True)
class Clashes:
    """Live leads of a company, by what a new lead's author may be told (the disclosure table)."""

    visible: tuple[Lead, ...] = ()
    hidden: bool = False  # an ordinary one exists: to be said without name, owner, date or count
    confidential: tuple[Lead, ...] = ()  # the author reads nothing; the bureau is told

    @property
    def to_be_said(self) -> bool:
        return bool(self.visible) or self.hidden


def clashes(enterprise_id: int, actor: Actor) -> Clashes:
    """What a new lead for this company would meet. Never show `confidential` to the actor."""
    query = (
        select(Lead)
        .where(Lead.enterprise_id == enterprise_id, Lead.archived_at.is_(None), Lead.stage.in_(rules.LIVE))
        .options(selectinload(Lead.members), *_WITH_PEOPLE)
        .order_by(Lead.id.desc())
    )
    found = list(db.session.scalars(query))
    seen = tuple(lead for lead in found if policy.may_see(actor, lead))
    unseen = [lead for lead in found if not policy.may_see(actor, lead)]
    return Clashes(
        seen,
        any(not lead.confidential for lead in unseen),
        tuple(lead for lead in unseen if lead.confidential),
    )


def bureau_head(other_than: int | None) -> Person | None:
    """A head of the 招商局 who can be told something; `other_than` only when nobody else is there."""
    heads = bureau_heads()
    return next((head for head in heads if head.id != other_than), heads[0] if heads else None)


def may_see_lead(actor: Actor, lead_id: int) -> bool:
    """For rows of lower features that hang on a lead."""
    return db.session.scalar(select(Lead.id).where(Lead.id == lead_id, visible(actor))) is not None


def seen_of(public_ids: Collection[str], actor: Actor) -> list[Lead]:
    """Those of these leads that this person may see."""
    return list(db.session.scalars(select(Lead).where(Lead.public_id.in_(public_ids), visible(actor))))


def opens_lead(actor: Actor, public_id: str) -> bool:
    """For what hangs on a lead: whoever sees it sees that too."""
    return db.session.scalar(select(Lead.id).where(Lead.public_id == public_id, visible(actor))) is not None


def is_work() -> ColumnElement[bool]:
    """A live lead that was not registered today, or whose ledger somebody else than who registered it has
    written: nobody opens the numbers of a company by registering a lead.
    """
    by_others = exists(
        select(LeadEntry.id).where(LeadEntry.lead_id == Lead.id, LeadEntry.actor_id != Lead.author_id)
    )
    return and_(Lead.archived_at.is_(None), or_(entered_before_today(Lead.created_at), by_others))


WORK = Work(
    policy.LEAD_ACCESS,
    Lead.enterprise_id,
    is_work,
    and_(Lead.archived_at.is_(None), Lead.stage.in_(BOARD_STAGES)),
    parts=(LeadMember.lead_id,),
    only=policy.SEEN_BY,
)
