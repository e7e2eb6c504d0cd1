"""What all parts of the plan share: the county's calendar and chance, and the story of one lead."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from random import Random

from app.county.demo.acts import (
    CloseStep,
    Company,
    StepKey,
)
from app.county.demo.calendar import HistorySpan, Story
from app.delivery.projects.enums import ProjectStage
from app.promotion.leads.enums import LeadSource, LeadStage

SEED = 20_240_801
LEADS, SIGNED, VISITS = 300, 60, 1500
S = LeadStage
# Where the leads stand today; signed and lost ones make up the rest.
LIVE = {
    S.LEAD: 9,
    S.ASSESSED: 10,
    S.FIRST_TALK: 32,
    S.NEGOTIATING: 46,
    S.INSPECTING: 28,
    S.REVIEWING: 17,
    S.APPROVED: 12,
    S.ON_HOLD: 18,
}
LOST_FROM = {
    S.ASSESSED: 8,
    S.FIRST_TALK: 22,
    S.NEGOTIATING: 24,
    S.INSPECTING: 9,
    S.REVIEWING: 3,
    S.APPROVED: 2,
}
# Days spent in a stage before going on (least, most), and days that live leads have been in theirs.
TAKES = {
    S.LEAD: (0, 2),
    S.ASSESSED: (1, 11),
    S.FIRST_TALK: (7, 48),
    S.NEGOTIATING: (14, 85),
    S.INSPECTING: (10, 75),
    S.REVIEWING: (10, 52),
    S.APPROVED: (6, 34),
}
STANDS = {
    S.LEAD: (0, 3),
    S.ASSESSED: (0, 9),
    S.FIRST_TALK: (1, 110),
    S.NEGOTIATING: (0, 85),
    S.INSPECTING: (1, 120),
    S.REVIEWING: (1, 70),
    S.APPROVED: (1, 42),
    S.ON_HOLD: (6, 260),
}
PROJECT_TAKES = {
    ProjectStage.REGISTERED: (8, 40),
    ProjectStage.LANDED: (20, 70),
    ProjectStage.STARTED: (20, 65),
    ProjectStage.IN_LIBRARY: (10, 40),
    ProjectStage.COMPLETED: (80, 190),
    ProjectStage.IN_PRODUCTION: (15, 60),
    ProjectStage.FULL_CAPACITY: (60, 150),
}
# Ranks of what happens on one day.
BEGIN, CLOSING, VISIT, FIELD, PAPER, MOVE, AFTER = range(7)


@dataclass(slots=True)
class Telling:
    """What all stories share: chance, time, companies, and the numbers given out so far."""

    rng: Random
    span: HistorySpan
    companies: Sequence[Company]
    visits: int = 0
    touched: dict[int, tuple[date, str]] = field(default_factory=dict)  # company -> first day, by whom

    def visit_number(self) -> int:
        self.visits += 1
        return self.visits

    def touch(self, company: int, day: date, by: str) -> None:
        known = self.touched.get(company)
        if known is None or day < known[0]:
            self.touched[company] = (day, by)

    def between(self, bounds: tuple[int, int]) -> int:
        return self.rng.randint(*bounds)


@dataclass(slots=True)
class LeadStory:
    """One lead from its registration to where it stands."""

    number: int
    company: int
    stages: list[tuple[LeadStage, date]]  # the path it went, with the date of each arrival
    holders: list[tuple[date, str]]  # who held it from when on
    source: LeadSource
    confidential: bool
    yi: float
    story: Story = field(default_factory=Story)

    @property
    def now(self) -> LeadStage:
        return self.stages[-1][0]

    def holder(self, day: date) -> str:
        return [login for since, login in self.holders if since <= day][-1]

    def reached(self, stage: LeadStage) -> date | None:
        return next((day for at, day in self.stages if at is stage), None)

    @property
    def ended(self) -> date | None:
        return self.stages[-1][1] if self.now in {S.SIGNED, S.LOST, S.ON_HOLD} else None


def amount_text(rng: Random, yi: float) -> str:
    """An amount as people write it."""
    if yi >= 1:
        return f"{'约' if rng.random() < 0.12 else ''}{yi:g}亿"
    return f"{round(yi * 10000):d}万"


def note_closed(lead: LeadStory, step: StepKey, day: date, outcome: str) -> None:
    """Closes a step; at the end of the day, should it have been opened on it."""
    make = partial(CloseStep, by=lead.holder(day), step=step, outcome=outcome)
    lead.story.add(day, AFTER if step[0] == "visit" and day == lead.ended else CLOSING, make)
