"""How the ledger of targets is kept, repeated on the target, and made to follow visits and leads."""

from app.core.access.auth import SYSTEM, Actor, acting_as, require_actor
from app.core.records.history import Cause, EntryKind
from app.core.records.keeping import Keeping
from app.core.records.ledger import Ledger, take
from app.core.storage.db import db
from app.core.storage.subjects import subject_of
from app.core.values.errors import RuleBroken
from app.promotion.steps.queries import dropped_about
from app.promotion.steps.services import drop_work, follow, reopen_step
from app.promotion.targets import policy, queries, rules
from app.promotion.targets.enums import TargetStage
from app.promotion.targets.models import TargetEnterprise, TargetEntry

ARCHIVED = "这个目标企业已归档，只能查看；要改请先恢复"
ENDED = "目标已放弃"
NO_MORE = "走访或线索已更正"


def why_taken(enterprise_id: int, actor: Actor, but: TargetEnterprise | None = None) -> str | None:
    """Why a company cannot be taken up as a target: it is one. Who does not see that target reads no name,
    owner, date or count.
    """
    other = queries.open_target_of(enterprise_id)
    if other is None or other is but:
        return None
    if not policy.may_see(actor, other):
        return "已有单位把这家企业列为目标，请招商局转达"
    holder = other.owner.name if other.owner else (other.team or other.unit).name
    return f"这家企业已经是目标企业：{other.stage.label}，{holder}负责。请打开它接着做"


def settle_target(target: TargetEnterprise, ledger: Ledger[TargetEntry]) -> None:
    """Makes the current columns say what the ledger says; steps go along."""
    stage, holding = target.stage, (target.owner_id, target.unit_id, target.team_id)
    stands = ledger.standing()
    assert stands is not None, f"target {target.id} has no move in its ledger"
    take(target, stands)
    open_up(target)
    db.session.flush()
    db.session.expire(target, ["owner", "unit", "team"])
    if (target.owner_id, target.unit_id, target.team_id) != holding:
        is_handed = None not in (holding[0], target.owner_id)
        follow(subject_of(target), target, (holding[0] or 0, target.owner_id or 0) if is_handed else None)
    if target.stage is not stage:
        _settle_steps(target, before=stage)


def open_up(target: TargetEnterprise) -> None:
    """Says whether a target is open. Raises RuleBroken when the company has become another one meanwhile."""
    is_open = target.stage is not TargetStage.DROPPED and not target.is_archived
    if is_open and target.open_enterprise_id is None:
        with db.session.no_autoflush:
            taken = why_taken(target.enterprise_id, require_actor(), but=target)
        if taken:
            raise RuleBroken(taken)
    target.open_enterprise_id = target.enterprise_id if is_open else None


def _settle_steps(target: TargetEnterprise, before: TargetStage) -> None:
    """A dropped target has no next step; when it never was dropped, what that ended is to be done again."""
    if target.stage is TargetStage.DROPPED:
        drop_work(subject_of(target), ENDED)
    elif before is TargetStage.DROPPED:
        for step in dropped_about(subject_of(target), ENDED):
            reopen_step(step)


def follow_dealings(target: TargetEnterprise, ledger: Ledger[TargetEntry]) -> None:
    """Brings an open target in line with the visits and leads of its company: what followed one that is no
    more, or was on another day, counts no longer; what is new moves it on. The system does it: who met the
    company or registered the lead may be hidden from who sees the target.
    """
    if target.open_enterprise_id is None:
        return
    with acting_as(SYSTEM):
        _follow(target, ledger)


def _follow(target: TargetEnterprise, ledger: Ledger[TargetEntry]) -> None:
    dealings = queries.dealings_of(target)
    moves = [row for row in ledger.counted() if row.kind is EntryKind.MOVE]
    for row in rules.untrue(moves, dealings):
        void = {"voids": row.id, "reason": NO_MORE}
        LEDGER.record(target, ledger, EntryKind.CORRECT, row.effective_on, cause=Cause.FOLLOWED, **void)
        settle_target(target, ledger)
    while (step := _next_follow(target, ledger, dealings)) is not None:
        made = {"visit_id": step.visit_id, "lead_id": step.lead_id, "reason": step.reason}
        stages = {"stage_from": target.stage, "stage": step.to}
        LEDGER.record(target, ledger, EntryKind.MOVE, step.on, cause=Cause.FOLLOWED, **stages, **made)
        settle_target(target, ledger)


def _next_follow(
    target: TargetEnterprise, ledger: Ledger[TargetEntry], dealings: rules.Dealings
) -> rules.Follow | None:
    stands = ledger.standing()
    last = ledger.last(EntryKind.MOVE)
    if stands is None or last is None:
        return None
    is_back = last.cause is Cause.BY_HAND and rules.is_back(last.stage_from, last.stage)
    said = rules.settled(ledger.rows)
    return rules.next_follow(
        target.stage, stands.moved_on, dealings, said, stands.moved_on if is_back else None
    )


class _TargetLedger(Keeping[TargetEnterprise, TargetEntry]):
    """How the ledger of targets is kept. That a target was taken up is archived, not corrected."""

    row, of, read = TargetEntry, "target_id", staticmethod(queries.ledger_of)
    may_change, may_correct = staticmethod(policy.may_change), staticmethod(policy.may_correct)
    called = "目标"
    archived = ARCHIVED
    no_right = "撤销要有登记和推进目标企业的权限"
    example = "点错了，还没有接触"

    def settle(self, record: TargetEnterprise, ledger: Ledger[TargetEntry]) -> None:
        settle_target(record, ledger)

    def why_fixed(self, _ledger: Ledger[TargetEntry], row: TargetEntry) -> str | None:
        return why_fixed(row)

    def why_kept(self, _ledger: Ledger[TargetEntry], row: TargetEntry) -> str | None:
        if row.cause is Cause.FOLLOWED:
            return "这一步是走访或线索带来的，请改那次走访或线索"
        return why_fixed(row)

    def void(
        self,
        record: TargetEnterprise,
        ledger: Ledger[TargetEntry],
        row: TargetEntry,
        cause: Cause,
        reason: str,
    ) -> None:
        super().void(record, ledger, row, cause, reason)
        follow_dealings(record, ledger)


LEDGER = _TargetLedger()
correct_entry, take_back = LEDGER.correct_entry, LEDGER.take_back


def why_fixed(row: TargetEntry) -> str | None:
    """Why a row of the ledger is not corrected."""
    if row.cause is Cause.REGISTRATION:
        return "列入时的第一行不能更正；列错了请归档"
    return None
