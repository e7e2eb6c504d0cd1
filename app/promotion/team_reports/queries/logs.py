"""What the logs know of a team and a period: visits by the team of that day, leads and targets registered,
stages moved. Nothing confidential, whoever asks: a report is read by many.
"""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from app.core.records.history import Cause, EntryKind
from app.core.storage.db import db
from app.promotion.leads.models import Lead, LeadEntry, LeadSpan
from app.promotion.leads.queries import stages_on
from app.promotion.steps.enums import StepState
from app.promotion.steps.models import Step
from app.promotion.targets.models import TargetEnterprise, TargetEntry
from app.promotion.team_reports.enums import ReportFigure as F
from app.promotion.team_reports.rules import ReportPeriod, StepOutcome, TeamLog
from app.promotion.visits.enums import VisitKind
from app.promotion.visits.models import Visit, VisitParticipant
from app.promotion.visits.queries import MEETINGS

_FIGURES = {
    VisitKind.OUTBOUND: F.OUTBOUND,
    VisitKind.RECEPTION: F.RECEPTIONS,
    VisitKind.CALL: F.CALLS,
}


def logs_of(team_ids: Collection[int], first: date, last: date) -> dict[int, list[TeamLog]]:
    """All that each of these teams did on these days; four statements for all of them."""
    found: dict[int, list[TeamLog]] = {team_id: [] for team_id in team_ids}
    for team_id, log in [
        *_visits(team_ids, first, last),
        *_moves(team_ids, first, last),
        *_targets(team_ids, first, last),
    ]:
        found[team_id].append(log)
    return found


def logs_for(team_id: int, period: ReportPeriod) -> list[TeamLog]:
    return logs_of([team_id], period.first, period.last)[team_id]


def _visits(team_ids: Collection[int], first: date, last: date) -> list[tuple[int, TeamLog]]:
    among = exists().where(
        VisitParticipant.visit_id == Visit.id, VisitParticipant.team_id.in_(sorted(team_ids))
    )
    query = (
        select(Visit)
        .where(Visit.held_on.between(first, last), Visit.archived_at.is_(None), ~Visit.confidential, among)
        .options(
            selectinload(Visit.participants).joinedload(VisitParticipant.person),
            selectinload(Visit.contacts),
            joinedload(Visit.lead),
            joinedload(Visit.enterprise),
        )
    )
    found = list[tuple[int, TeamLog]]()
    for visit in db.session.scalars(query):
        teams = {row.team_id for row in visit.participants if row.team_id is not None}
        found += [(team_id, _of_visit(visit, team_id)) for team_id in sorted(teams.intersection(team_ids))]
    return found


def _of_visit(visit: Visit, team_id: int) -> TeamLog:
    names = sorted(row.person.name for row in visit.participants if row.team_id == team_id)
    lead = visit.lead
    is_open = lead is not None and not lead.confidential and not lead.is_archived
    return TeamLog(
        day=visit.held_on,
        key=f"visit:{visit.id}",
        figure=_FIGURES[visit.kind],
        enterprise=visit.enterprise_id,
        lead=visit.lead_id if is_open else None,
        words=f"{_day(visit.held_on)}{visit.kind.label}：{visit.summary}",
        company=visit.enterprise.name,
        people=tuple(names),
        contacts=tuple(sorted(row.contact_id for row in visit.contacts)),
    )


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _moves(team_ids: Collection[int], first: date, last: date) -> list[tuple[int, TeamLog]]:
    """Leads registered and stages entered, by the team that held the lead on that day."""
    query = (
        select(LeadSpan.team_id, LeadSpan.stage, LeadSpan.d1, LeadSpan.came_from, Lead)
        .join(Lead, Lead.id == LeadSpan.lead_id)
        .where(
            LeadSpan.team_id.in_(sorted(team_ids)),
            LeadSpan.d1.between(first, last),
            # found by the index of the ledger's days: a span is dated as one of its rows
            LeadSpan.lead_id.in_(
                select(LeadEntry.lead_id).where(LeadEntry.effective_on.between(first, last))
            ),
            LeadSpan.is_entry,
            Lead.archived_at.is_(None),
            ~Lead.confidential,
        )
        .options(joinedload(Lead.owner), joinedload(Lead.enterprise))
    )
    labels = stages_on().labels
    found = list[tuple[int, TeamLog]]()
    for team_id, stage, day, came_from, lead in db.session.execute(query):
        assert team_id is not None
        is_new = came_from is None
        said = "登记线索" if is_new else f"进入{labels[stage]}"
        log = TeamLog(
            day=day,
            key=f"lead:{lead.id}" if is_new else f"move:{lead.id}:{stage.value}:{day}",
            figure=F.LEADS if is_new else F.MOVES,
            enterprise=lead.enterprise_id,
            lead=lead.id,
            words=f"{_day(day)}{said}",
            company=lead.enterprise.name,
        )
        found.append((team_id, log))
    return found


def _targets(team_ids: Collection[int], first: date, last: date) -> list[tuple[int, TeamLog]]:
    voiding = aliased(TargetEntry)
    is_void = exists().where(voiding.target_id == TargetEntry.target_id, voiding.voids == TargetEntry.id)
    query = (
        select(TargetEntry.team_id, TargetEntry.effective_on, TargetEnterprise)
        .join(TargetEnterprise, TargetEnterprise.id == TargetEntry.target_id)
        .where(
            TargetEntry.kind == EntryKind.ASSIGN,
            TargetEntry.cause == Cause.REGISTRATION,
            TargetEntry.team_id.in_(sorted(team_ids)),
            TargetEntry.effective_on.between(first, last),
            ~is_void,
            TargetEnterprise.archived_at.is_(None),
        )
        .options(joinedload(TargetEnterprise.enterprise))
    )
    return [
        (
            team_id,
            TeamLog(
                day=day,
                key=f"target:{target.id}",
                figure=F.TARGETS,
                enterprise=target.enterprise_id,
                target=target.id,
                words=f"{_day(day)}列为目标企业" + (f"：{target.note}" if target.note else ""),
                company=target.enterprise.name,
            ),
        )
        for team_id, day, target in db.session.execute(query)
        if team_id is not None
    ]


def met_before(enterprise_ids: Collection[int], day: date) -> set[int]:
    """Which of these companies anybody of the county had met in person before a day."""
    query = select(Visit.enterprise_id).where(
        Visit.enterprise_id.in_(sorted(enterprise_ids)),
        Visit.held_on < day,
        Visit.kind.in_(MEETINGS),
        Visit.archived_at.is_(None),
        ~Visit.confidential,
    )
    return set(db.session.scalars(query.distinct())) if enterprise_ids else set()


def steps_due(team_ids: Collection[int], first: date, last: date) -> dict[int, list[StepOutcome]]:
    """The ordinary steps of each team that were due on these days and not dropped."""
    of: Any = Step
    conditions: list[ColumnElement[bool]] = [
        of.team_id.in_(sorted(team_ids)),
        of.due_on.between(first, last),
        of.state != StepState.DROPPED,
        ~of.confidential,
    ]
    found: dict[int, list[StepOutcome]] = {team_id: [] for team_id in team_ids}
    rows: Sequence[Any] = db.session.execute(
        select(of.team_id, of.due_on, of.done_on).where(*conditions)
    ).all()
    for team_id, due_on, done_on in rows:
        found[team_id].append(StepOutcome(due_on, done_on))
    return found
