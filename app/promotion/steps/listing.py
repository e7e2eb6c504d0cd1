"""The list of steps, declared."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, or_, true

from app.core.access.auth import Actor, require_actor
from app.core.access.permissions import OURS, of_ours
from app.core.records.columns import Cell, ListColumn, of
from app.core.records.filters import Condition, OneMember, Text, choice, days
from app.core.records.listing import Listing, State, View
from app.core.records.typed import contains
from app.core.storage.subjects import lines_of
from app.core.values.clock import today
from app.core.values.labels import label_of
from app.core.values.registries import RelatedRow
from app.promotion.steps import policy, queries
from app.promotion.steps.enums import DueGroup, StepKind, StepState
from app.promotion.steps.models import Step
from app.register.accounts.enums import Permission
from app.register.accounts.filters import ByPerson
from app.register.enterprises.naming import about_company


def _by_text(text: str) -> Condition:
    return about_company(text, Step.enterprise_id, lambda term: contains(term, Step.what))


def _under(group: DueGroup) -> Condition:
    """The heading; 逾期 of what is closed is what was closed after its date."""
    due = queries.due_in(group, today())
    if group is not DueGroup.OVERDUE:
        return due
    is_open = Step.state == StepState.OPEN
    return or_(and_(is_open, due), and_(~is_open, Step.done_on > Step.due_on))


def _ours(actor: Actor) -> list[Condition]:
    return [policy.visible(actor), of_ours(actor, Step.unit_id, Step.team_id)]


def _opens(actor: Actor) -> str:
    """One's own, but for who reads and has none."""
    return "mine" if actor.may(Permission.VISITS_WRITE) else "all"


@dataclass(frozen=True, slots=True)
class _StepRow:
    """A step, and the lead or project it is about, where that may be seen."""

    step: Step
    line: RelatedRow | None


def _with_lines(steps: Sequence[Step]) -> list[_StepRow]:
    lines = lines_of((step.about for step in steps if not step.is_of_company), require_actor())
    return [_StepRow(step, lines.get(step.about)) for step in steps]


def _what(row: _StepRow) -> Cell:
    tags = ("保密",) if row.step.confidential else ()
    return Cell(row.step.what, page=("steps.detail", row.step.public_id), tags=tags)


def _stands(row: _StepRow) -> Cell:
    """Its light while it is open, else what became of it."""
    step = row.step
    if step.state is StepState.OPEN:
        return Cell(light=(step.light.kind, step.light.words))
    words = "　".join(filter(None, (f"{step.done_on} {step.state.label}", step.outcome)))
    return Cell(light=(None, words))


def _company(row: _StepRow) -> Cell:
    """The company, and below it the record; of what is about no company the record alone."""
    below, company = (row.line.title, row.line.url) if row.line else None, row.step.enterprise
    if company is None:
        return Cell(below=below)
    return Cell(company.name, page=("enterprises.detail", company.public_id), below=below)


STEPS = Listing(
    kind="step",
    title="待办",
    noun="事项",
    counter="件",
    endpoint="steps.index",
    reads=Permission.VISITS_READ,
    takes=Permission.LISTS_EXPORT,
    key=Step.id,
    visible=lambda _actor: true(),  # one's own may hang on what one does not see: each view says whose
    load=queries.load,
    shown=_with_lines,
    filters=(
        Text(name="q", label="企业或做什么", holds=_by_text),
        OneMember(name="due", label=label_of(Step.due_on), members=DueGroup, holds=_under),
        choice(Step.kind, StepKind),
        ByPerson(column=Step.owner_id, folded=True),
        *days(Step.due_on, "期限从", "期限到"),
    ),
    views={
        "mine": View("我的", lambda actor: [queries.mine(actor)]),
        "team": View(OURS, _ours),
        "all": View("全部", lambda actor: [policy.visible(actor)]),
    },
    opens=_opens,
    views_first=True,
    states={
        **{state.value: State(state.label, (Step.state == state,)) for state in StepState},
        "all": State("所有状态"),
    },
    sorts={"due": Step.due_on},
    sorted_by="due",
    size="tall",
    columns=(
        of(Step.what, _what, width="wide"),
        ListColumn(key="stands", label="怎样了", cell=_stands, width="light", phone="light"),
        of(Step.enterprise_id, _company, width="name", phone="note", tells=True),
        of(Step.kind, lambda row: row.step.kind.label, kind="nowrap", phone="stage"),
        of(
            Step.due_on,
            lambda row: row.step.due_on,
            key="due",
            kind="date",
            width="date",
            phone="sum",
            sorts=True,
            tells=True,
        ),
        of(Step.owner_id, lambda row: row.step.owner.name, kind="nowrap", phone="owner"),
    ),
)
