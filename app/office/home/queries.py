"""What the day asks of each role: steps due, own pipeline, leads going cold, the year so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.core.access.auth import Actor
from app.core.records.metrics import Amounted, Told
from app.figures.reports import metrics as reports
from app.figures.reports.enums import Extent
from app.figures.reports.policy import extent_for
from app.figures.reports.rules import Period, checked_period
from app.office.auditing.queries import Verified, counts_on, last_verified
from app.office.auditing.words import ACTIONS, VERBS
from app.office.operations.queries import state
from app.office.operations.watching import PartHealth
from app.promotion.leads.enums import PATH, LeadStage
from app.promotion.leads.listing import LEADS
from app.promotion.leads.metrics import COLD, REGISTERED, UNDER_WAY
from app.promotion.leads.models import Lead
from app.promotion.leads.queries import BOARD_STAGES, coldest, stages_on
from app.promotion.leads.rules import StageLight, days_of_silence, silence_light
from app.promotion.steps.queries import DueSteps, due_groups, my_groups
from app.promotion.visits.metrics import HELD
from app.register.accounts.enums import Permission, Role
from app.register.accounts.queries import ROLL_VIEWS, roll
from app.register.enterprises.queries import NumbersOpened, numbers_opened

COLD_SHOWN = 5
DUE_AHEAD = timedelta(days=14)  # how far the to-dos of a unit look ahead; one's own are all shown
_UNDER_WAY = PATH[1:-1]  # 研判 to 上会


@dataclass(frozen=True, slots=True)
class Cold:
    """A lead nobody has spoken to for a while."""

    lead: Lead
    light: StageLight


@dataclass(frozen=True, slots=True)
class DaySpan:
    """Days from the first to the last, both included."""

    start: date
    end: date

    @property
    def asked(self) -> dict[str, date]:
        """As the lists are narrowed to it."""
        return {"from": self.start, "to": self.end}


@dataclass(frozen=True, slots=True)
class Stock:
    """Leads by stage in the order of the path, and all of them together."""

    rows: tuple[tuple[str, Told], ...]
    total: Told


@dataclass(frozen=True, slots=True)
class Desk:
    """The home page of somebody who works on leads. Each figure of leads is that of the list it opens."""

    view: str  # the tab of the lists that the figures open

    groups: tuple[DueSteps, ...]
    due_until: date | None  # the last day that `groups` reaches; None: all of them
    pipeline: Stock
    visits_this_month: Told
    leads_this_month: Told
    leads_last_month: Told  # as far as this month has come
    cold: tuple[Cold, ...]
    cold_count: Told
    opened: tuple[NumbersOpened, ...]  # who opened many numbers today, for who answers for that


@dataclass(frozen=True, slots=True)
class Year:
    """The home page of a county leader: this year's funnel in a few figures, and what is late."""

    extent: Extent  # of the figures; `overdue` and `cold` are always what the reader may open
    signed: Told
    signed_of_batch: Told  # of what was registered this year
    registered: Told
    under_way: Told
    stock: Stock
    overdue: tuple[DueSteps, ...]
    cold: tuple[Cold, ...]
    cold_count: Told


def _pipeline(actor: Actor, view: str) -> Stock:
    asked = UNDER_WAY.asked(view=view)
    found = UNDER_WAY.rows(actor, asked).by(Lead.stage)
    stages, rows = stages_on(), []
    for stage in BOARD_STAGES:
        figure, of_stage = (
            found.get(stage, Amounted()),
            UNDER_WAY.asked({"stage": frozenset({stage})}, view=view),
        )
        rows.append((stages.label(stage), UNDER_WAY.told(of_stage, figure.count, figure.amount)))
    total = reports.sum_of(found.values())
    return Stock(tuple(rows), UNDER_WAY.told(asked, total.count, total.amount))


def _cold(actor: Actor, view: str, today: date) -> tuple[Cold, ...]:
    found = coldest(LEADS.where(LEADS.asked(view=view), actor), COLD_SHOWN)
    return tuple(
        Cold(lead, silence_light(days_of_silence(lead.last_contact_on, lead.registered_on, today)))
        for lead in found
    )


def _months(today: date) -> tuple[DaySpan, DaySpan]:
    """The month so far, and the last one up to the same day."""
    month = today.replace(day=1)
    last_day = month - timedelta(days=1)
    start = last_day.replace(day=1)
    return DaySpan(month, today), DaySpan(start, min(start + (today - month), last_day))


def opens_on_ours(actor: Actor) -> bool:
    """Whether a desk opens on 本单位: a head answers for what colleagues do."""
    return Role.BUREAU_HEAD in actor.roles


def desk(actor: Actor, today: date, *, together: bool = False) -> Desk:
    """The day of one person, or of their team when `together`."""
    view = "team" if together else "mine"
    month, last_month = _months(today)
    until = today + DUE_AHEAD if together else None
    in_month, before, cold = (
        REGISTERED.asked(month.asked, view=view),
        REGISTERED.asked(last_month.asked, view=view),
        COLD.asked(view=view),
    )
    counts = LEADS.counts({"month": in_month, "before": before, "cold": cold}, actor)
    return Desk(
        view=view,
        groups=tuple(due_groups(actor, until, today, ours=True) if until else my_groups(actor, today)),
        due_until=until,
        pipeline=_pipeline(actor, view),
        visits_this_month=HELD.ask(actor, HELD.asked(month.asked, view=view)),
        leads_this_month=REGISTERED.told(in_month, counts["month"]),
        leads_last_month=REGISTERED.told(before, counts["before"]),
        cold=_cold(actor, view, today),
        cold_count=COLD.told(cold, counts["cold"]),
        opened=_opened_many(actor),
    )


def _opened_many(actor: Actor) -> tuple[NumbersOpened, ...]:
    if not actor.may(Permission.REVEALS_READ):
        return ()
    return tuple(one for one in numbers_opened() if one.is_many)


def year(actor: Actor, today: date) -> Year:
    """The county's year so far, for who reads figures."""
    period = checked_period(None, None, None, None, today)
    figures = {row.stage: row for row in reports.funnel(actor, period)}
    signed, registered = figures[LeadStage.SIGNED], figures[LeadStage.LEAD]
    late = due_groups(actor, today - timedelta(days=1), today)
    return Year(
        extent=extent_for(actor),
        signed=reports.ENTERED.told(signed.entered, period, LeadStage.SIGNED),
        signed_of_batch=reports.COHORT.told(signed.cohort, period, LeadStage.SIGNED),
        registered=reports.ENTERED.told(registered.entered, period, LeadStage.LEAD),
        under_way=_stock(figures, period, _UNDER_WAY).total,
        stock=_stock(figures, period, BOARD_STAGES),
        overdue=tuple(late),
        cold=_cold(actor, "all", today),
        cold_count=COLD.ask(actor, COLD.asked()),
    )


def _stock(
    figures: Mapping[LeadStage, reports.StageFigures], period: Period, stages: Sequence[LeadStage]
) -> Stock:
    """What stands in some stages."""
    labels = stages_on().labels
    found = [(stage, figures[stage].stock) for stage in stages]
    total = reports.sum_of(figure for _stage, figure in found)
    return Stock(
        tuple((labels[stage], reports.STOCK.told(figure, period, stage)) for stage, figure in found),
        reports.STOCK.told(total, period, *stages),
    )


@dataclass(frozen=True, slots=True)
class Caretaking:
    """The home page of who looks after the system: people and accounts by the views of their page, and how
    each part of the system is.
    """

    people: tuple[tuple[str, str, int], ...]  # view of the page, its label, how many
    conditions: Sequence[PartHealth]


def keeping() -> Caretaking:
    """The administrator's day."""
    found = roll()
    people = tuple((view, label, len(found.of(view))) for view, label in ROLL_VIEWS.items())
    return Caretaking(people, state().conditions)


# What an auditor looks at first, in this order; locked: as it was called before.
TAKEN = ("print", "export")  # what leaves the product by the list
WATCHED = (
    *("account.sign_in_failed", "account.code_refused", "account.slowed", "account.locked"),
    *("contact.reveal", "contact.erase"),
    *("lead.correct", "project.correct", "account.roles_changed", "account.password_reset"),
)


@dataclass(frozen=True, slots=True)
class Watching:
    """The auditor's home page: what was done today of what they look at first, and how the chain is."""

    day: date
    number: int  # events of the day, looks at the ledger among them
    figures: tuple[tuple[str, str, int], ...]  # action, its label, how many
    verified: Verified | None


def watching(today: date) -> Watching:
    """The auditor's day."""
    counts = counts_on(today)
    of_lists = (
        (f"*.{verb}", f"{words}名单", sum(n for action, n in counts.items() if action.endswith(f".{verb}")))
        for verb, words in VERBS.items()
        if verb in TAKEN
    )
    figures = (
        *((action, ACTIONS[action], counts.get(action, 0)) for action in WATCHED),
        *of_lists,
    )
    return Watching(today, sum(counts.values()), figures, last_verified())


def kind_of_desk(actor: Actor) -> str:
    """Which home page a person gets: who works on leads, who reads figures, who looks after the system."""
    if actor.may(Permission.LEADS_WRITE):
        return "desk"
    if Role.LEADER in actor.roles:
        return "year"
    return "keeper"


def counts(groups: Sequence[DueSteps]) -> dict[str, int]:
    """How many steps stand under each heading, by its code."""
    return {group.group.value: group.count for group in groups}
