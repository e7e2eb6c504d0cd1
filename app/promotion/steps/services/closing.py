"""A step is done, dropped, moved, told of and opened again."""

from datetime import date

from app.core.access.auth import require_actor
from app.core.records.versions import claim, claim_whole
from app.core.storage.db import db
from app.core.storage.subjects import why_fixed
from app.core.values.clock import today
from app.core.values.errors import RuleBroken
from app.core.values.labels import label_of
from app.promotion.steps import rules
from app.promotion.steps.enums import StepKind, StepState
from app.promotion.steps.models import Step
from app.promotion.steps.services.opening import CompanyAlone, open_step
from app.register.accounts.queries import why_no_work

BY_CONCLUSION = "这一步不能直接办结：审查人下了结论，它就办结了；要换人，在协议那里改请别人"
WITH_AGREEMENT = "审查的期限不在这里改：在协议那里再请一次，写上新的期限"
NOT_CLOSED = "这一步还没有办结，不能写结果"
WHY_DROPPED = "写一句为什么不再办，例如：对方已选别处"


def close_step(step: Step, outcome: str, *, dropped: bool = False, done_on: date | None = None) -> None:
    """Closes an open step with what came of it; `dropped` when it will not be done, which needs a reason."""
    _must_be_open(step)
    if dropped and not outcome:
        raise RuleBroken({"outcome": WHY_DROPPED})
    step.state = StepState.DROPPED if dropped else StepState.DONE
    step.done_on = done_on or today()
    step.outcome = outcome
    db.session.flush()


def close_and_go_on(
    step: Step,
    outcome: str,
    *,
    dropped: bool,
    then: str,
    then_due_on: date | None,
    version: int | None = None,
) -> Step | None:
    """Closes a step and, when `then` is written, opens the following one for the same record and owner, or,
    when that one can no longer sign in, for who closes it.
    """
    _must_be_closed_here(step)
    end = (StepState.DROPPED if dropped else StepState.DONE).label
    claim_whole(
        step,
        version,
        f"{end}：{outcome}" if outcome else end,
        label=label_of(Step.state),
        stands=lambda _changed: _standing(step),
        may_go_on=lambda: step.state is StepState.OPEN,
    )
    close_step(step, outcome, dropped=dropped)
    if not then and then_due_on is None:
        return None
    if then_due_on is None:
        raise RuleBroken({"then_due_on": "写下一步的期限"})
    if then_due_on < today():
        raise RuleBroken({"then_due_on": "下一步的期限不能早于今天"})
    if rules.text_problem(then):
        raise RuleBroken({"then": str(rules.text_problem(then))})
    owner_id = _goes_on(step)
    # One of a company alone stands with its owner; any other with its record, whoever does it.
    stays = not step.is_of_company or owner_id == step.owner_id
    ground = step if stays else CompanyAlone(step.enterprise_id, step.confidential)
    return open_step(step.about, ground, kind=StepKind.NEXT, what=then, due_on=then_due_on, owner_id=owner_id)


def _goes_on(step: Step) -> int:
    return step.owner_id if why_no_work(step.owner) is None else require_actor().person_id or step.owner_id


def move_step(step: Step, due_on: date, *, version: int | None = None) -> None:
    """Gives an open step another date, not before today."""
    if refusal := why_not_here(step, WITH_AGREEMENT):
        raise RuleBroken(refusal)
    claim_whole(
        step,
        version,
        str(due_on),
        label=label_of(Step.due_on),
        stands=lambda _changed: _standing(step),
        may_go_on=lambda: step.state is StepState.OPEN,
    )
    _must_be_open(step)
    if due_on < today():
        raise RuleBroken({"due_on": "新的日期不能早于今天；已经办了的请点「办结」"})
    step.due_on = due_on
    db.session.flush()


def _standing(step: Step) -> str:
    """How a step stands by now, for somebody who decided on it as it was."""
    if step.state is StepState.OPEN:
        return f"待办，期限 {step.due_on}，{step.owner.name}"
    return f"{step.done_on} {step.state.label}" + (f"：{step.outcome}" if step.outcome else "")


def note_outcome(step: Step, outcome: str, *, version: int | None = None) -> None:
    """Says afterwards what came of a step that was closed with one press."""
    _must_be_closed_here(step)
    claim(step, version)
    if step.state is StepState.OPEN:
        raise RuleBroken(NOT_CLOSED)
    if step.state is StepState.DROPPED and not outcome:
        raise RuleBroken({"outcome": WHY_DROPPED})
    step.outcome = outcome
    db.session.flush()


def done_or_later(step: Step, outcome: str, done_on: date, later: date | None) -> None:
    """What a visit says of a step before it: done on the day of the visit, or, with `later`, still to be done
    by another date. Done twice is done; one that somebody closed meanwhile cannot be put off.
    """
    _must_be_closed_here(step)
    claim(step, None)
    if later is not None:
        move_step(step, later)
    elif step.state is StepState.OPEN:
        close_step(step, outcome, done_on=done_on)


def reopen_by_hand(step: Step, *, version: int | None = None) -> None:
    """A step that somebody closed by mistake is to be done again, unless more was done with it since."""
    _must_be_closed_here(step)
    claim_whole(
        step,
        version,
        StepState.OPEN.label,
        label=label_of(Step.state),
        stands=lambda _changed: _standing(step),
    )
    reopen_step(step)


def reopen_step(step: Step) -> None:
    """A closed step is to be done again; what was written of it stays in the audit. Also for a lead that is
    taken up again, whatever the kind of its steps.
    """
    if step.state is StepState.OPEN:
        return
    step.state, step.done_on, step.outcome = StepState.OPEN, None, ""
    db.session.flush()


def _must_be_closed_here(step: Step) -> None:
    if refusal := why_not_here(step):
        raise RuleBroken(refusal)


def why_not_here(step: Step, by_decision: str = BY_CONCLUSION) -> str | None:
    """Why nobody closes, reopens or tells of a step by hand: a decision does, as that sentence says, or its
    record is archived.
    """
    return why_fixed(step.about) if step.kind.is_ticked else by_decision


def _must_be_open(step: Step) -> None:
    if step.state is not StepState.OPEN:
        raise RuleBroken(_why_over(step))


def _why_over(step: Step) -> str:
    return f"这一步已经{'办结' if step.state is StepState.DONE else '不再办'}，不用再改"


def why_not_close(step: Step) -> str | None:
    """Why no form can close a step, None when one can."""
    return why_not_here(step) or (None if step.state is StepState.OPEN else _why_over(step))


def why_not_move(step: Step) -> str | None:
    """The same of another date."""
    return why_not_here(step, WITH_AGREEMENT) or why_not_close(step)


def why_not_tell(step: Step) -> str | None:
    """The same of what came of it."""
    return why_not_here(step) or (NOT_CLOSED if step.state is StepState.OPEN else None)
