"""The list of steps, declared."""

from sqlalchemy import true

from app.core.access.permissions import OURS
from app.core.records.columns import day, leading, lit, of
from app.core.records.filters import OneMember, Text, choice, days
from app.core.records.listing import Listing
from app.core.records.tabs import View, each_of
from app.core.values.labels import label_of
from app.promotion.steps import policy, queries, showing
from app.promotion.steps.enums import DueGroup, StepKind, StepState
from app.promotion.steps.models import Step
from app.register.accounts.enums import Permission
from app.register.accounts.filters import ByPerson

STEPS = Listing(
    model=Step,
    title="待办",
    noun="事项",
    counter="件",
    reads=Permission.VISITS_READ,
    takes=Permission.LISTS_EXPORT,
    visible=lambda _actor: true(),  # one's own may hang on what one does not see: each view says whose
    load=queries.load,
    shown=queries.listed,
    filters=(
        Text(name="q", label="企业或做什么", holds=queries.by_text),
        OneMember(name="due", label=label_of(Step.due_on), members=DueGroup, holds=queries.under),
        choice(Step.kind, StepKind),
        ByPerson(column=Step.owner_id, folded=True),
        *days(Step.due_on, "期限从", "期限到"),
    ),
    views={
        "mine": View("我的", queries.mine),
        "team": View(OURS, queries.of_group),
        "all": View("全部", policy.visible),
    },
    # One's own, but for who reads and has none.
    opens=lambda actor: "mine" if actor.may(Permission.VISITS_WRITE) else "all",
    views_first=True,
    states=each_of(Step.state, StepState, "所有状态"),
    sorted_by="due",
    size="tall",
    columns=(
        leading(Step.what, width="wide"),
        lit("stands", "怎样了", showing.stands, width="light"),
        of(Step.enterprise_id, showing.company, width="name", phone="note", tells=True),
        of(Step.kind, kind="nowrap", phone="stage"),
        day(Step.due_on, phone="sum", sorts=True, tells=True),
        of(Step.owner_id, kind="nowrap", phone="owner"),
    ),
)
