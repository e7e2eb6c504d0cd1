"""The columns of the board, each with its first cards."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, select, union_all

from app.core.records.metrics import Amounted, Rows
from app.core.storage.db import db
from app.promotion.leads.enums import PATH, LeadStage
from app.promotion.leads.models import Lead
from app.promotion.leads.queries.leads import WITH_PEOPLE
from app.promotion.leads.queries.stages import Stages

BOARD_STAGES = PATH[:-1]  # what is still being worked on; signed, held and lost leads are in the list
CARDS_PER_COLUMN = 30


@dataclass(frozen=True, slots=True)
class BoardColumn:
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


def board(rows: Rows, stages: Stages) -> list[BoardColumn]:
    """The stages still being worked on, each with count, sum and its most urgent cards of these leads. Two
    queries.
    """
    sums = rows.within(Lead.stage.in_(BOARD_STAGES)).by(Lead.stage)
    # One short walk of the index per stage: numbering all rows by a window took half a second at 100,000.
    first = union_all(*(_first_of(stage, rows.condition) for stage in BOARD_STAGES)).subquery()
    query = (
        select(Lead)
        .where(Lead.id.in_(select(first.c.id)))
        .options(*WITH_PEOPLE)
        .order_by(Lead.stage_since, Lead.id)
    )
    cards: dict[LeadStage, list[Lead]] = defaultdict(list)
    for lead in db.session.scalars(query):
        cards[lead.stage].append(lead)
    shown = [(stage, sums.get(stage, Amounted())) for stage in stages.order if stage in BOARD_STAGES]
    return [
        BoardColumn(stage, stages.label(stage), found.count, found.amount, tuple(cards[stage]))
        for stage, found in shown
    ]
