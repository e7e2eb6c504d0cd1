"""The funnel computed lead by lead in plain Python, day by day: what the projections are compared with."""

import statistics
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.core.records.history import Entry, EntryKind, effective
from app.figures.reports.enums import Figure
from app.figures.reports.queries import FunnelFilters
from app.figures.reports.rules import Period
from app.promotion.leads.enums import PATH, LeadStage
from app.promotion.leads.models import Lead

_RANK = {stage: place for place, stage in enumerate(PATH)}


@dataclass(frozen=True, slots=True)
class Evening:
    """How a lead stood at the end of one day."""

    stage: LeadStage | None = None
    came_from: LeadStage | None = None
    unit_id: int | None = None
    team_id: int | None = None
    owner_id: int | None = None
    amount: int = 0


@dataclass(frozen=True, slots=True)
class Counted:
    """One lead under one figure and stage."""

    figure: Figure
    stage: LeadStage
    lead_id: int
    amount: int
    days: int | None = None


def _evenings(entries: list[Entry]) -> dict[date, Evening]:
    """The end of each day on which something counts, in order."""
    found: dict[date, Evening] = {}
    now = Evening()
    for entry in entries:
        stage, came_from = now.stage, now.came_from
        if entry.kind is EntryKind.MOVE and entry.stage != stage:
            stage, came_from = LeadStage(entry.stage), stage
        holder = (now.unit_id, now.team_id, now.owner_id)
        if entry.kind is EntryKind.ASSIGN:
            holder = (entry.unit_id, entry.team_id, entry.owner_id)
        yuan = entry.amount if entry.kind is EntryKind.AMOUNT else now.amount
        now = found[entry.effective_on] = Evening(stage, came_from, *holder, yuan or 0)
    return found


def _fits(evening: Evening, lead: Lead, filters: FunnelFilters) -> bool:
    return (
        (not filters.unit_ids or evening.unit_id in filters.unit_ids)
        and (filters.team_id is None or evening.team_id == filters.team_id)
        and (filters.owner_id is None or evening.owner_id == filters.owner_id)
        and (filters.source is None or lead.source == filters.source)
        and (lead.industry_code or "").startswith(filters.industry)
    )


def _stock(
    lead: Lead, evenings: dict[date, Evening], period: Period, filters: FunnelFilters
) -> Iterable[Counted]:
    past = [evening for day, evening in evenings.items() if day <= period.as_of]
    if past and past[-1].stage and _fits(past[-1], lead, filters):
        yield Counted(Figure.STOCK, past[-1].stage, lead.id, past[-1].amount)


def _lost(
    lead: Lead, evenings: dict[date, Evening], period: Period, filters: FunnelFilters
) -> Iterable[Counted]:
    before = Evening()
    for day, evening in evenings.items():
        entered = (before.stage, before.came_from) != (evening.stage, evening.came_from)
        lost = evening.stage is LeadStage.LOST and entered and period.start <= day <= period.last_day
        if lost and evening.came_from is not None and _fits(evening, lead, filters):
            yield Counted(Figure.LOST, evening.came_from, lead.id, evening.amount)
        before = evening


def _first_days(entries: list[Entry]) -> list[date]:
    """For each stage of the path that was reached or passed, the first day."""
    moves = [entry for entry in entries if entry.kind is EntryKind.MOVE and entry.stage in _RANK]
    days = []
    for place in range(len(PATH)):
        reached = [entry.effective_on for entry in moves if _RANK[LeadStage(entry.stage)] >= place]
        if reached:
            days.append(min(reached))
    return days


def _reached(
    lead: Lead, days: list[date], evenings: dict[date, Evening], period: Period, filters: FunnelFilters
) -> Iterable[Counted]:
    in_cohort = (
        bool(days) and period.start <= days[0] <= period.end and _fits(evenings[days[0]], lead, filters)
    )
    for place, day in enumerate(days):
        stage, evening = PATH[place], evenings[day]
        if period.start <= day <= period.last_day and _fits(evening, lead, filters):
            yield Counted(Figure.ENTERED, stage, lead.id, evening.amount)
        if in_cohort and day <= period.as_of:
            following = days[place + 1] if place + 1 < len(days) else None
            went_on = following is not None and following <= period.as_of
            wait = (following - day).days if following is not None and went_on else None
            yield Counted(Figure.COHORT, stage, lead.id, evening.amount, wait)
            if not went_on and stage is not PATH[-1]:
                yield Counted(Figure.STUCK, stage, lead.id, evening.amount)
            if went_on:
                yield Counted(Figure.PASSED, stage, lead.id, evening.amount, wait)


def counted(
    leads: Iterable[tuple[Lead, list[Entry]]], period: Period, filters: FunnelFilters
) -> dict[tuple[Figure, LeadStage], list[Counted]]:
    """Who counts where."""
    found: dict[tuple[Figure, LeadStage], list[Counted]] = defaultdict(list)
    for lead, ledger in leads:
        entries = effective(ledger, known_at=period.known_at)
        evenings = _evenings(entries)
        for row in (
            *_stock(lead, evenings, period, filters),
            *_lost(lead, evenings, period, filters),
            *_reached(lead, _first_days(entries), evenings, period, filters),
        ):
            found[row.figure, row.stage].append(row)
    return found


def median_days(rows: Iterable[Counted]) -> float | None:
    days = [row.days for row in rows if row.days is not None]
    return statistics.median(days) if days else None
