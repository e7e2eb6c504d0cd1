"""A company is taken up as a target, what is known of the target is changed, it is put away."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from app.core.access.auth import require_actor
from app.core.records.archiving import Archiving
from app.core.records.history import Cause, EntryKind
from app.core.records.ledger import Ledger
from app.core.storage import audit
from app.core.storage.db import Turn, db, wait_turn
from app.core.storage.subjects import subject_of
from app.core.values.clock import now, today
from app.core.values.errors import NotAllowed, RuleBroken
from app.core.values.labels import label_of
from app.promotion.leads.enums import LeadSource
from app.promotion.steps.enums import StepKind
from app.promotion.steps.queries import dropped_about
from app.promotion.steps.services import drop_work, open_step, reopen_step
from app.promotion.targets import policy, queries, rules
from app.promotion.targets.enums import TargetStage
from app.promotion.targets.models import TargetEnterprise, TargetEntry, TargetNode
from app.promotion.targets.services.ledger import LEDGER, follow_dealings, open_up, settle_target, why_taken
from app.register.accounts.enums import Permission
from app.register.accounts.models import Person
from app.register.accounts.queries import team_on, why_no_work
from app.register.chains.models import ChainNode
from app.register.enterprises.models import Enterprise
from app.register.enterprises.services import must_be_live

_NOT_THEIRS = "只有看得到这个目标企业、又能登记目标企业的人可以改、归档和恢复"
_ARCHIVED = "目标企业已归档"  # outcome of the steps that the archive drops


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetData:
    """What is typed about a target at any time."""

    method: LeadSource
    nodes: Sequence[ChainNode] = ()
    origin: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTarget:
    """What it takes to take a company up: whose it is to be, a person's or a unit's, what is done next."""

    enterprise: Enterprise
    data: TargetData
    owner: Person | None = None
    unit_id: int | None = None
    team_id: int | None = None
    registered_on: date = field(default_factory=today)
    next_what: str = ""
    next_on: date | None = None


def create_target(new: NewTarget) -> TargetEnterprise:
    """Takes a company up, with the first rows of its ledger; the visits and leads that it has move it on at
    once. Raises RuleBroken, also when the company is an open target of anybody.
    """
    actor = require_actor()
    if actor.person_id is None or not actor.may(Permission.TARGETS_WRITE):
        raise NotAllowed
    must_be_live(new.enterprise)
    _check(new)
    wait_turn(Turn.TARGETS, of=new.enterprise.id)
    if taken := why_taken(new.enterprise.id, actor):
        raise RuleBroken({"enterprise": taken})
    target = _new(new, actor.person_id)
    db.session.add(target)
    db.session.flush()
    ledger = _first_entries(target)
    settle_target(target, ledger)
    if new.next_on is not None:
        _first_step(target, new.next_what, new.next_on, actor.person_id)
    follow_dealings(target, ledger)
    return target


def _check(new: NewTarget) -> None:
    problems = {}
    if refusal := rules.problem_of_day(new.registered_on, today()):
        problems["registered_on"] = refusal
    if new.owner is None and new.unit_id is None:
        problems["owner"] = "选负责人，或者选责任单位"
    if new.owner is not None and (refusal := why_no_work(new.owner)):
        problems["owner"] = refusal
    if new.next_what and new.next_on is None:
        problems["next_on"] = "写了下一步，请选日期"
    if new.next_on is not None and not new.next_what:
        problems["next_what"] = "选了日期，请写下一步做什么"
    if refusal := rules.problem_of_nodes(len(new.data.nodes)):
        problems["nodes"] = refusal
    if problems:
        raise RuleBroken(problems)


def _new(new: NewTarget, author_id: int) -> TargetEnterprise:
    owner, day = new.owner, new.registered_on
    unit_id, team_id = new.unit_id, new.team_id
    if owner is not None and unit_id is None:
        unit_id, team_id = owner.unit_id, team_id or team_on(owner.id, day)
    assert unit_id is not None
    return TargetEnterprise(
        enterprise_id=new.enterprise.id,
        open_enterprise_id=new.enterprise.id,
        stage=TargetStage.POOL,
        stage_since=day,
        registered_on=day,
        method=new.data.method,
        origin=new.data.origin,
        note=new.data.note,
        owner_id=owner.id if owner else None,
        unit_id=unit_id,
        team_id=team_id,
        author_id=author_id,
        wanted_for=[TargetNode(node_id=node.id) for node in dict.fromkeys(new.data.nodes)],
    )


def _first_entries(target: TargetEnterprise) -> Ledger[TargetEntry]:
    ledger, on, cause = Ledger[TargetEntry](()), target.registered_on, Cause.REGISTRATION
    LEDGER.record(target, ledger, EntryKind.MOVE, on, cause=cause, stage=TargetStage.POOL, reason="列入")
    held = {"unit_id": target.unit_id, "team_id": target.team_id, "owner_id": target.owner_id}
    LEDGER.record(target, ledger, EntryKind.ASSIGN, on, cause=cause, reason=cause.label, **held)
    return ledger


def _first_step(target: TargetEnterprise, what: str, due_on: date, author_id: int) -> None:
    open_step(
        subject_of(target),
        target,
        kind=StepKind.NEXT,
        what=what,
        due_on=due_on,
        owner_id=target.owner_id or author_id,
    )


def change_target(target: TargetEnterprise, version: int | None, data: TargetData) -> None:
    """Changes what is known of a target; stage and holder have ways of their own. Raises NotAllowed,
    RuleBroken, and Stale when somebody else saved since `version`.
    """
    if not policy.may_write(require_actor(), target):
        raise NotAllowed(_NOT_THEIRS)
    LEDGER.begin(target, version or 0)
    if refusal := rules.problem_of_nodes(len(data.nodes)):
        raise RuleBroken({"nodes": refusal})
    target.method, target.origin, target.note = data.method, data.origin, data.note
    _want_for(target, data.nodes)
    target.updated_at = now()  # links are rows of their own: the target's version must move all the same
    db.session.flush()


def _want_for(target: TargetEnterprise, nodes: Sequence[ChainNode]) -> None:
    wanted = {node.id: node for node in nodes}
    before = [row.node.name for row in target.wanted_for]
    kept = [row for row in target.wanted_for if row.node_id in wanted]
    known = {row.node_id for row in kept}
    target.wanted_for = kept + [TargetNode(node_id=each) for each in wanted if each not in known]
    after = [node.name for node in wanted.values()]
    if set(before) != set(after):
        label = label_of(TargetNode.node_id)
        words = ["、".join(sorted(names)) for names in (before, after)]
        audit.record("target.update", subject_of(target), f"改目标企业：{label}", node_id=words)


def _put_away(target: TargetEnterprise) -> None:
    """An archived one is open no more, and nothing is to be done on it; one that is back has its steps again,
    and follows what has been meanwhile.
    """
    open_up(target)
    if target.is_archived:
        drop_work(subject_of(target), _ARCHIVED)
    else:
        if target.stage is not TargetStage.DROPPED:
            for step in dropped_about(subject_of(target), _ARCHIVED):
                reopen_step(step)
        follow_dealings(target, queries.ledger_of(target))
    db.session.flush()


ARCHIVING = Archiving(
    right=Permission.TARGETS_WRITE,
    found=queries.get_target,
    may=policy.may_write,
    refusal=_NOT_THEIRS,
    follow=_put_away,
    more={"node_id": label_of(TargetNode.node_id)},
)
