"""Reads of leads: one lead, lists, the board, the dated stage tables, what gates look at. All in scope."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, union_all
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import Person
from app.accounts.queries import bureau_heads
from app.core.auth import Actor, require_actor
from app.core.clock import today
from app.core.db import db, entered_before_today, read_once
from app.core.errors import NotFound
from app.core.files import StoredFile
from app.core.history import Cause, EntryKind, last_entered
from app.core.ids import looks_like_public_id
from app.core.registries import BESIDE, GATE_DAYS, GATE_FACTS, Sought
from app.core.typed import contains, contains_any
from app.enterprises.naming import about_company
from app.enterprises.policy import Work
from app.leads import policy, rules
from app.leads.enums import PATH, AgreementKind, Criterion, LeadStage
from app.leads.models import (
    Agreement,
    FairReview,
    Lead,
    LeadEntry,
    LeadMember,
    StageCriterion,
    StageSet,
    StageSetting,
)
from app.leads.policy import visible
from app.steps.enums import StepKind, StepState
from app.steps.models import Step

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


def stage_set_id_on(day: date) -> int:
    """The stage set that holds on a date: the last that began by then, else the first."""
    return read_once((StageSet, day), lambda: _read_stage_set_id(day))


def _read_stage_set_id(day: date) -> int:
    started = (
        select(StageSet.id).where(StageSet.valid_from <= day).order_by(StageSet.valid_from.desc()).limit(1)
    )
    found = db.session.scalar(started)
    if found is None:
        found = db.session.scalars(select(StageSet.id).order_by(StageSet.valid_from).limit(1)).one()
    return found


def stages_on(day: date | None = None) -> Stages:
    """The stages as they are set on a date, today unless told."""
    on = day or today()
    return read_once((Stages, on), lambda: _read_stages(on))


def _read_stages(day: date) -> Stages:
    found = stage_set_id_on(day)
    of_set = select(StageSetting).where(StageSetting.stage_set_id == found).order_by(StageSetting.position)
    settings = list(db.session.scalars(of_set))
    asked: dict[LeadStage, list[Criterion]] = defaultdict(list)
    of_stage = select(StageCriterion).where(StageCriterion.stage_set_id == found)
    for row in db.session.scalars(of_stage.order_by(StageCriterion.position, StageCriterion.id)):
        asked[row.stage].append(row.criterion)
    return Stages(
        found,
        {row.stage: row.label for row in settings},
        tuple(row.stage for row in settings),
        {row.stage: row.clock_days for row in settings},
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
    """For core.files: raises NotFound unless the current actor may see the agreement's lead."""
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


def nearest_contract(lead: Lead) -> Agreement | None:
    """The contract that lacks least for a signing, the first of several."""
    return next(iter(_contracts(lead)), None)


def contract_of(lead: Lead) -> Agreement | None:
    """The agreement on which a lead was or can be signed: the nearest contract with date and amount."""
    dated = (row for row in _contracts(lead) if row.signed_on is not None and row.amount is not None)
    return next(dated, None)


def _contracts(lead: Lead) -> list[Agreement]:
    """The contracts of a lead, those that lack least first."""
    contracts = [row for row in agreements_of(lead) if row.kind is AgreementKind.CONTRACT]
    lacking = {row.id: rules.lacking(facts) for row, facts in _facts_of(contracts)}
    return sorted(contracts, key=lambda row: (lacking[row.id], row.id))


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


def registration_of(entries: Iterable[LeadEntry]) -> dict[EntryKind, LeadEntry]:
    """The rows of a ledger that tell its registration, by kind: the first move and the first holding, and
    the first amount where it was not corrected since.
    """
    return {entry.kind: entry for entry in _counted(entries) if entry.cause is Cause.REGISTRATION}


def move_into(lead: Lead) -> LeadEntry | None:
    """The move that brought a lead to where its ledger says it stands."""
    moves = [entry for entry in _counted(entries_of(lead)) if entry.kind is EntryKind.MOVE]
    return moves[-1] if moves else None


def amount_as_written(lead: Lead) -> str:
    """The words of the amount that counts; empty where they were not kept."""
    amounts = [entry for entry in _counted(entries_of(lead)) if entry.kind is EntryKind.AMOUNT]
    return (amounts[-1].amount_text or "") if amounts else ""


def next_after_registration(entries: Iterable[LeadEntry]) -> date | None:
    """The day of the first ledger row that counts beside those of the registration."""
    found = list(entries)
    told = set(registration_of(found).values())
    return next((entry.effective_on for entry in _counted(found) if entry not in told), None)


def _counted(entries: Iterable[LeadEntry]) -> list[LeadEntry]:
    """The rows that count, in the order in which they do."""
    found = list(entries)
    void = {entry.voids for entry in found}
    counted = [entry for entry in found if entry.kind is not EntryKind.CORRECT and entry.id not in void]
    return sorted(counted, key=lambda entry: (entry.effective_on, entry.id))


def people_in(entries: Iterable[LeadEntry]) -> list[Person]:
    """The owners that ledger rows name."""
    ids = {entry.owner_id for entry in entries if entry.owner_id is not None}
    return list(db.session.scalars(select(Person).where(Person.id.in_(ids))))


# --- What gates look at --------------------------------------------------------------------------


def _facts_of(contracts: Sequence[Agreement]) -> Iterator[tuple[Agreement, rules.ContractFacts]]:
    """Each contract with what gates ask of it."""
    with_file, with_paper = files_by_agreement(contracts), files_by_agreement(contracts, REVIEW_KIND)
    for row in contracts:
        review = _review_facts(row.review, row.public_id in with_paper) if row.review else None
        has_file = row.public_id in with_file
        yield row, rules.ContractFacts(row.signed_on, row.amount, has_file, row.drafter_id, review)


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


def gate_facts(lead: Lead) -> rules.LeadFacts:
    """All that any gate may ask of this lead, read afresh."""
    return gate_facts_of([lead])[lead.id]


def gate_facts_of(leads: Sequence[Lead]) -> dict[int, rules.LeadFacts]:
    """The same of many leads, by lead id, in as many queries as of one."""
    ids = [lead.id for lead in leads]
    agreements = list(
        db.session.scalars(
            select(Agreement)
            .where(Agreement.lead_id.in_(ids), Agreement.kind == AgreementKind.CONTRACT)
            .options(joinedload(Agreement.review).joinedload(FairReview.reviewer))
            .order_by(Agreement.id.desc())
        )
    )
    contracts: dict[int, list[rules.ContractFacts]] = defaultdict(list)
    for row, facts in _facts_of(agreements):
        contracts[row.lead_id].append(facts)
    answers = {criterion: answer(ids) for criterion, answer in GATE_FACTS.items()}
    return {lead.id: _facts(lead, contracts[lead.id], answers) for lead in leads}


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


def missing(lead: Lead, to: LeadStage, stages: Stages) -> list[rules.Missing]:
    """What a lead lacks to enter a stage under a stage set."""
    if not stages.criteria.get(to):
        return []  # a gate that asks nothing reads nothing
    return rules.missing_for(to, stages.criteria, gate_facts(lead))


def missing_next(leads: Iterable[Lead], stages: Stages) -> dict[int, list[rules.Missing]]:
    """What each lead still lacks for the stage after its own, by lead id; without those that lack nothing."""
    asked = [(lead, to) for lead in leads if (to := rules.next_stage(lead.stage)) and stages.criteria.get(to)]
    if not asked:
        return {}
    facts = gate_facts_of([lead for lead, _to in asked])
    found = {lead.id: rules.missing_for(to, stages.criteria, facts[lead.id]) for lead, to in asked}
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


def board(where: ColumnElement[bool], stages: Stages) -> list[Column]:
    """The stages still being worked on, each with count, sum and its most urgent cards of these leads. Two
    queries.
    """
    sums = {
        stage: (count, int(amount))
        for stage, count, amount in db.session.execute(
            select(Lead.stage, func.count(), func.coalesce(func.sum(Lead.amount), 0))
            .where(where, Lead.stage.in_(BOARD_STAGES))
            .group_by(Lead.stage)
        )
    }
    # One short walk of the index per stage: numbering all rows by a window took half a second at 100,000.
    first = union_all(*(_first_of(stage, where) for stage in BOARD_STAGES)).subquery()
    query = (
        select(Lead)
        .where(Lead.id.in_(select(first.c.id)))
        .options(*_WITH_PEOPLE)
        .order_by(Lead.stage_since, Lead.id)
    )
    cards: dict[LeadStage, list[Lead]] = defaultdict(list)
    for lead in db.session.scalars(query):
        cards[lead.stage].append(lead)
    shown = [stage for stage in stages.order if stage in BOARD_STAGES]
    return [
        Column(stage, stages.label(stage), *sums.get(stage, (0, 0)), tuple(cards[stage])) for stage in shown
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
