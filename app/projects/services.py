"""Writes of projects: made by a signing, moved on the ledger, kept in step with their lead. Never commits."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from app.core import audit, history, outbox
from app.core.auth import require_actor
from app.core.clock import now, today
from app.core.db import db
from app.core.errors import NotAllowed, NotFound, RuleBroken
from app.core.history import Cause, EntryKind, effective
from app.core.numbers import draw
from app.core.registries import AFTER_MOVE, Moved, Reseen
from app.core.subjects import subject_of
from app.core.versions import Differ, claim
from app.leads.enums import LeadStage
from app.leads.models import Lead
from app.leads.projection import entries_of as lead_ledgers
from app.leads.queries import contract_of
from app.projects import differences, policy, queries, rules
from app.projects.enums import ProjectKind, ProjectStage
from app.projects.models import Project, ProjectEntry
from app.steps.queries import all_open_about, dropped_about
from app.steps.services import drop_work, follow, reopen_step

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
    known = queries.project_of_lead(lead.id)
    project = known or _new(lead, moved.effective_on)
    project.archived_at = project.archive_reason = None
    amount = _take_contract(project, lead, moved.effective_on)
    db.session.flush()
    for kind, values in (
        (EntryKind.MOVE, {"stage": ProjectStage.SIGNED}),
        (EntryKind.ASSIGN, _holding_of(lead)),
        (EntryKind.AMOUNT, {"amount": amount}),
    ):
        cause = Cause.SIGNING
        _record(project, kind, moved.effective_on, cause=cause, reason=cause.label, **values)
    _settle(project)
    return project


def _new(lead: Lead, signed_on: date) -> Project:
    project = Project(
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
    db.session.add(project)
    return project


def _take_contract(project: Project, lead: Lead, moved_on: date) -> int:
    """Which contract it is and when it was signed; answers its amount in 元."""
    contract = contract_of(lead)
    project.agreement_id = contract.id if contract else None
    project.signed_on = (contract.signed_on if contract else None) or moved_on
    return (contract.amount if contract else None) or lead.amount


def _holding_of(row: Lead | Project) -> dict[str, Any]:
    return {"unit_id": row.unit_id, "team_id": row.team_id, "owner_id": row.owner_id}


def _unsign(lead: Lead) -> None:
    """The signing never was: what it wrote counts no more, the project leaves the lists."""
    project = queries.project_of_lead(lead.id)
    if project is None or project.is_archived:
        return
    for row in queries.live_entries(project):
        if row.cause is Cause.SIGNING:
            made = {"voids": row.id, "reason": UNSIGNED}
            _record(project, EntryKind.CORRECT, row.effective_on, cause=Cause.UNSIGNED, **made)
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
        holding, cause = _holding_of(lead), Cause.FOLLOWED
        since = _held_since(lead, project)
        _record(project, EntryKind.ASSIGN, since, cause=cause, reason=cause.label, **holding)
        _settle(project)
    db.session.flush()


def _held_since(lead: Lead, project: Project) -> date:
    """From when the lead is held as now, but not before the last holder whom the project's ledger names."""
    ledger = queries.counted(queries.entries_of(project))
    rows = [*effective(lead_ledgers([lead.id])[lead.id]), *ledger]
    return max(row.effective_on for row in rows if row.kind is EntryKind.ASSIGN)


# --- The ledger ----------------------------------------------------------------------------------


def _record(
    project: Project, kind: EntryKind, effective_on: date, *, cause: Cause, **values: Any
) -> ProjectEntry:
    """Adds one ledger row; `_settle` must follow."""
    entry = ProjectEntry(
        project_id=project.id,
        kind=kind,
        cause=cause,
        effective_on=effective_on,
        actor_id=require_actor().person_id,
        **values,
    )
    db.session.add(entry)
    db.session.flush()
    return entry


def _begin(project: Project, version: int | None, differ: Differ, **more: Any) -> None:
    """Before any change: nobody else has saved since (and nobody can until our commit), not archived."""
    claim(project, version, differ, **more)
    if project.is_archived:
        raise RuleBroken(ARCHIVED)


def _settle(project: Project) -> None:
    """Makes the current columns say what the ledger says, and tells whoever listens."""
    stage, holder, holding = project.stage, project.owner_id, _holding_of(project)
    stands = queries.standing_of(project)
    assert stands is not None, f"project {project.id} has no move in its ledger"
    held = stands.holding
    current = {
        "stage": rules.stage_of(stands.stage),
        "stage_since": stands.since,
        "unit_id": held.unit_id,
        "team_id": held.team_id,
        "owner_id": held.owner_id,
        "amount": held.amount,
    }
    for name, value in current.items():
        if getattr(project, name) != value:
            setattr(project, name, value)
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


def why_steps_fixed(public_id: str) -> str | None:
    """For steps: an archived project is read, and so is what was done for it."""
    project = db.session.scalars(select(Project).where(Project.public_id == public_id)).one()
    return ARCHIVED if project.is_archived else None


def advance_project(
    project: Project,
    to: ProjectStage,
    effective_on: date,
    reason: str = "",
    evidence: str = "",
    *,
    version: int | None = None,
) -> None:
    """The one way in which a project changes its stage: forward, jump, back, termination.

    Raises RuleBroken ({field: sentence}) when the move, its date or what it has to show says no, NotAllowed
    for a jump or a step back without the right to correct.
    """
    _begin(
        project,
        version,
        lambda: differences.of_move(project, to),
        may_go_on=lambda: differences.may_still_move(project, to),
    )
    kind = _checked_move(project, to)
    problems = rules.missing_words(kind, to, reason, evidence)
    stands = queries.standing_of(project)
    late = rules.why_not_on(effective_on, today=today(), moved_on=stands.moved_on if stands else None)
    if late:
        problems["effective_on"] = late
    if problems:
        raise RuleBroken(problems)
    _record(
        project,
        EntryKind.MOVE,
        effective_on,
        cause=Cause.BY_HAND,
        stage_from=project.stage,
        stage=to,
        reason=reason,
        evidence=evidence,
    )
    _settle(project)


def _checked_move(project: Project, to: ProjectStage) -> rules.MoveKind:
    may_correct = policy.may_correct(require_actor(), project)
    refusal = rules.why_not_move(project.stage, to, may_correct=may_correct)
    kind = rules.kind_of_move(project.stage, to)
    if refusal and kind in rules.BY_CORRECTORS:
        raise NotAllowed(refusal)
    if refusal or kind is None:
        raise RuleBroken({"to": refusal or "不能这样变动"})
    return kind


def correct_entry(project: Project, entry_id: int, reason: str, *, version: int | None = None) -> None:
    """Voids one ledger row: it never counted. The row itself stays; everything current is derived again.

    What the signing wrote is corrected on the lead, which the project then follows.
    """
    entry = _entry(project, entry_id)
    _begin(
        project,
        version,
        lambda: differences.of_correction(project, entry, reason),
        may_go_on=lambda: differences.may_still_correct(project, entry),
    )
    if not policy.may_correct(require_actor(), project):
        raise NotAllowed("更正阶段台账要由招商局负责人办理")
    if not reason:
        raise RuleBroken({"reason": "写明为什么更正，例如：点错了，还没有开工"})
    _check_correctable(project, entry)
    _void(project, entry, Cause.BY_HAND, reason)


def take_back(project: Project, entry_id: int) -> None:
    """Voids the move that the one who acts has entered last, within `history.TAKE_BACK`: a slip needs nobody
    else as long as nothing stands on it. The row stays in the ledger, as after any correction.
    """
    claim(project, None)
    entry = _entry(project, entry_id)
    if project.is_archived:
        raise RuleBroken(ARCHIVED)
    refusal = why_not_take_back(project, entry, queries.entries_of(project))
    if refusal:
        raise RuleBroken(refusal)
    _void(project, entry, Cause.TAKEN_BACK, Cause.TAKEN_BACK.label)


def why_not_take_back(project: Project, entry: ProjectEntry, entries: list[ProjectEntry]) -> str | None:
    """The sentence that refuses it to the one who acts; `entries`: the project's whole ledger."""
    if not policy.may_change(require_actor(), project):
        return "撤销要有推进项目的权限"
    return why_fixed(entry) or history.why_not_take_back(entries, entry, require_actor().person_id, now())


def _void(project: Project, entry: ProjectEntry, cause: Cause, reason: str) -> None:
    _record(project, EntryKind.CORRECT, entry.effective_on, cause=cause, voids=entry.id, reason=reason)
    _settle(project)
    audit.record("project.correct", subject_of(project), reason, entry=entry.id)


def why_signing_stands(lead_id: int) -> str | None:
    """What people have done to the project of a lead since the signing: not to be undone with one press."""
    project = queries.project_of_lead(lead_id)
    if project is None or project.is_archived:
        return None
    own = [row for row in queries.live_entries(project) if row.cause is not Cause.SIGNING]
    if any(row.kind is EntryKind.MOVE for row in own):
        return f"签约的项目已经到「{project.stage.label}」，请先在项目里撤销那一步"
    if queries.was_changed(project, differences.LABELS):
        return "签约的项目已经改过资料，请招商局在阶段台账里更正签约"
    return None


def _entry(project: Project, entry_id: int) -> ProjectEntry:
    found = next((entry for entry in queries.entries_of(project) if entry.id == entry_id), None)
    if found is None:
        raise NotFound()
    return found


def _check_correctable(project: Project, entry: ProjectEntry) -> None:
    if any(other.voids == entry.id for other in queries.entries_of(project)):
        raise RuleBroken("这一行已经更正过了")
    refusal = why_fixed(entry)
    if refusal:
        raise RuleBroken(refusal)


def why_fixed(entry: ProjectEntry) -> str | None:
    """Why a ledger row cannot be corrected here."""
    if entry.kind is EntryKind.CORRECT:
        return "更正本身不能再更正；请重新办理被更正的那一步"
    if entry.kind is not EntryKind.MOVE or entry.cause is Cause.SIGNING:
        return "签约、分派和金额随线索；记错了请在线索的阶段台账里更正"
    return None


# --- Fields --------------------------------------------------------------------------------------


def update_project(project: Project, version: int | None, values: Mapping[str, str]) -> None:
    """Changes fields of a project (keys of differences.LABELS). Raises Stale with both values of each."""
    wanted: dict[str, str | None] = {name: text or None for name, text in values.items()}
    _begin(project, version or 0, lambda: differences.of_fields(project, wanted))
    problem = rules.code_problem(wanted.get("project_code") or "")
    if problem:
        raise RuleBroken({"project_code": problem})
    for name, value in wanted.items():
        if getattr(project, name) != value:
            setattr(project, name, value)
    db.session.flush()
