"""Writes of projects: made by a signing, moved on the ledger, kept in step with their lead. Never commits."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.core.access.auth import require_actor
from app.core.records.history import Cause, EntryKind
from app.core.records.keeping import Keeping, checked_move
from app.core.records.ledger import Ledger, take
from app.core.storage import outbox
from app.core.storage.db import db
from app.core.storage.numbers import draw
from app.core.storage.subjects import subject_of
from app.core.values.clock import now, today
from app.core.values.errors import RuleBroken
from app.core.values.registries import AFTER_MOVE, Moved, Reseen
from app.delivery.projects import policy, queries, rules
from app.delivery.projects.enums import ProjectKind, ProjectStage
from app.delivery.projects.models import Project, ProjectEntry
from app.promotion.leads.enums import LeadStage
from app.promotion.leads.models import Lead
from app.promotion.leads.queries import contracts_of
from app.promotion.leads.queries import ledger_of as lead_ledger_of
from app.promotion.steps.queries import all_open_about, dropped_about
from app.promotion.steps.services import drop_work, follow, reopen_step

OWN_FIELDS = ("name", "project_code")  # not its lead's
ARCHIVED = "这个项目已归档，只能查看"
ENDED = "项目已终止"
UNSIGNED = "签约已更正，项目随之归档；重新签约后自动恢复"


# --- From the lead -------------------------------------------------------------------------------


def after_lead_move(moved: Moved) -> None:
    """Hook: signing a lead makes its project or brings it back; a voided signing archives it."""
    if moved.kind != "lead":
        return
    if moved.after == LeadStage.SIGNED:
        create_from_lead(moved)
    elif moved.before == LeadStage.SIGNED:
        _unsign(moved.subject)


def create_from_lead(moved: Moved) -> Project:
    """The project of a lead that has just been signed: name, holding and confidentiality are the lead's,
    amount and date the contract's. A project that an earlier, voided signing made comes back.
    """
    lead: Lead = moved.subject
    contract = contracts_of(lead).signed
    known = queries.project_of_lead(lead.id)
    ledger = queries.ledger_of(known) if known is not None else Ledger[ProjectEntry](())
    project = known if known is not None else _new(lead, moved.effective_on)
    project.archived_at = project.archive_reason = None
    project.agreement_id = contract.id if contract else None
    project.signed_on = (contract.signed_on if contract else None) or moved.effective_on
    if known is None:
        project.amount = (contract.amount if contract else None) or lead.amount
        db.session.add(project)
    db.session.flush()
    for kind, values in (
        (EntryKind.MOVE, {"stage": ProjectStage.SIGNED}),
        (EntryKind.ASSIGN, _holding_of(lead)),
        (EntryKind.AMOUNT, {"amount": (contract.amount if contract else None) or lead.amount}),
    ):
        cause = Cause.SIGNING
        LEDGER.record(project, ledger, kind, moved.effective_on, cause=cause, reason=cause.label, **values)
    _settle(project, ledger)
    return project


def _new(lead: Lead, signed_on: date) -> Project:
    return Project(
        number=draw("QY", signed_on.year),
        name=lead.name,
        kind=ProjectKind.SIGNED,
        enterprise_id=lead.enterprise_id,
        lead_id=lead.id,
        stage=ProjectStage.SIGNED,
        stage_since=signed_on,
        industry_code=lead.industry_code,
        author_id=require_actor().person_id or lead.owner_id,
        confidential=lead.confidential,
        **_holding_of(lead),
    )


def _holding_of(row: Lead | Project) -> dict[str, Any]:
    return {"unit_id": row.unit_id, "team_id": row.team_id, "owner_id": row.owner_id}


def _unsign(lead: Lead) -> None:
    """The signing never was: what it wrote counts no more, the project leaves the lists."""
    project = queries.project_of_lead(lead.id)
    if project is None or project.is_archived:
        return
    ledger = queries.ledger_of(project)
    for row in ledger.counted():
        if row.cause is Cause.SIGNING:
            made = {"voids": row.id, "reason": UNSIGNED}
            LEDGER.record(project, ledger, EntryKind.CORRECT, row.effective_on, cause=Cause.UNSIGNED, **made)
    project.archived_at, project.archive_reason = now(), UNSIGNED
    for step in all_open_about(subject_of(project)):
        step.about = subject_of(lead)  # which goes on, and what is to be done with it
    db.session.flush()
    follow(subject_of(lead), lead)


def follow_lead(event: Reseen) -> None:
    """Hook: who holds and may see a signed lead holds and may see its project."""
    if event.kind != "lead":
        return
    lead: Lead = event.subject
    project = queries.project_of_lead(lead.id)
    if project is None:
        return
    project.confidential = lead.confidential
    follow(subject_of(project), project)
    outbox.touch("project", project.public_id)
    if not project.is_archived and _holding_of(project) != _holding_of(lead):
        holding, cause, ledger = _holding_of(lead), Cause.FOLLOWED, queries.ledger_of(project)
        since = _held_since(lead, ledger)
        LEDGER.record(project, ledger, EntryKind.ASSIGN, since, cause=cause, reason=cause.label, **holding)
        _settle(project, ledger)
    db.session.flush()


def _held_since(lead: Lead, ledger: Ledger[ProjectEntry]) -> date:
    """From when the lead is held as now, but not before the last holder whom the project's ledger names."""
    rows = [*lead_ledger_of(lead).entries(), *ledger.entries()]
    return max(row.effective_on for row in rows if row.kind is EntryKind.ASSIGN)


# --- The ledger ----------------------------------------------------------------------------------


def _settle(project: Project, ledger: Ledger[ProjectEntry]) -> None:
    """Makes the current columns say what the ledger says, and tells whoever listens."""
    stage, holder, holding = project.stage, project.owner_id, _holding_of(project)
    stands = ledger.standing()
    assert stands is not None, f"project {project.id} has no move in its ledger"
    take(project, stands)
    db.session.flush()
    db.session.expire(project, ["owner", "unit", "team", "entries"])
    if _holding_of(project) != holding:
        follow(subject_of(project), project, (holder, project.owner_id))
    if project.stage is not stage:
        _settle_steps(project, before=stage)
        AFTER_MOVE.run(Moved("project", project, stage, project.stage, stands.since))


def _settle_steps(project: Project, before: ProjectStage) -> None:
    """An ended project has no next step; when the end never was, what it dropped is to be done again."""
    about = subject_of(project)
    if project.stage is ProjectStage.TERMINATED:
        drop_work(about, ENDED)
    elif before is ProjectStage.TERMINATED:
        for step in dropped_about(about, ENDED):
            reopen_step(step)


def advance_project(
    project: Project,
    to: ProjectStage,
    effective_on: date,
    reason: str = "",
    evidence: str = "",
    *,
    version: int | None = None,
) -> int:
    """The one way in which a project changes its stage: forward, jump, back, termination. Answers the place
    of the new row in the ledger.

    Raises RuleBroken ({field: sentence}) when the move, its date or what it has to show says no, NotAllowed
    for a jump or a step back without the right to correct.
    """
    may_correct = policy.may_correct(require_actor(), project)
    LEDGER.decide_move(
        project,
        version,
        to,
        may_go_on=lambda: rules.why_not_move(project.stage, to, may_correct=may_correct) is None,
    )
    kind = checked_move(rules.STAGES, project.stage, to, may_correct=may_correct)
    problems = rules.missing_words(kind, to, reason, evidence)
    ledger = queries.ledger_of(project)
    stands = ledger.standing()
    late = rules.why_not_on(effective_on, today=today(), moved_on=stands.moved_on if stands else None)
    if late:
        problems["effective_on"] = late
    if problems:
        raise RuleBroken(problems)
    return LEDGER.move(project, ledger, to, effective_on, reason=reason, evidence=evidence)


class _ProjectLedger(Keeping[Project, ProjectEntry]):
    """How the ledger of projects is kept. What the signing wrote is corrected on the lead, which the project
    then follows.
    """

    row, of, read = ProjectEntry, "project_id", staticmethod(queries.ledger_of)
    may_change, may_correct = staticmethod(policy.may_change), staticmethod(policy.may_correct)
    called = "项目"
    archived = ARCHIVED
    no_right = "撤销要有推进项目的权限"
    example = "点错了，还没有开工"

    def settle(self, record: Project, ledger: Ledger[ProjectEntry]) -> None:
        _settle(record, ledger)

    def why_fixed(self, _ledger: Ledger[ProjectEntry], row: ProjectEntry) -> str | None:
        return why_fixed(row)

    def why_kept(self, _ledger: Ledger[ProjectEntry], row: ProjectEntry) -> str | None:
        return why_fixed(row)


LEDGER = _ProjectLedger()
correct_entry, take_back = LEDGER.correct_entry, LEDGER.take_back


def why_signing_stands(lead_id: int) -> str | None:
    """What people have done to the project of a lead since the signing: not to be undone with one press."""
    project = queries.project_of_lead(lead_id)
    if project is None or project.is_archived:
        return None
    own = [row for row in queries.ledger_of(project).counted() if row.cause is not Cause.SIGNING]
    if any(row.kind is EntryKind.MOVE for row in own):
        return f"签约的项目已经到「{project.stage.label}」，请先在项目里撤销那一步"
    if queries.was_changed(project, OWN_FIELDS):
        return "签约的项目已经改过资料，请招商局在阶段台账里更正签约"
    return None


def why_fixed(row: ProjectEntry) -> str | None:
    """Why a ledger row cannot be corrected here."""
    if row.kind is not EntryKind.MOVE or row.cause is Cause.SIGNING:
        return "签约、分派和金额随线索；记错了请在线索的阶段台账里更正"
    return None


# --- Fields --------------------------------------------------------------------------------------


def update_project(project: Project, version: int | None, values: Mapping[str, str]) -> None:
    """Changes fields that are a project's own. Raises Stale when somebody else saved since `version`."""
    wanted: dict[str, str | None] = {name: text or None for name, text in values.items()}
    LEDGER.begin(project, version or 0)
    problem = rules.code_problem(wanted.get("project_code") or "")
    if problem:
        raise RuleBroken({"project_code": problem})
    for name, value in wanted.items():
        if getattr(project, name) != value:
            setattr(project, name, value)
    db.session.flush()
