"""All teams of a period side by side, and what waits for the members of a team."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from app.core.access.auth import Actor
from app.core.storage.db import db
from app.core.storage.settled import number_for
from app.core.values.clock import now, today
from app.core.values.lights import Light
from app.promotion.team_reports import policy
from app.promotion.team_reports.enums import ReportFigure, ReportKind, ReportState
from app.promotion.team_reports.models import TeamReport
from app.promotion.team_reports.queries.logs import logs_of, met_before, steps_due
from app.promotion.team_reports.queries.reports import reports_of_period
from app.promotion.team_reports.rules import (
    DUE_DAYS,
    DUE_HOUR,
    DUE_WEEKDAY,
    OPEN,
    ReportPeriod,
    TeamLog,
    figures_of,
    late_keys,
    light_of,
)
from app.register.accounts.enums import Permission, UnitKind
from app.register.accounts.models import TeamMembership, Unit


def due_at(period: ReportPeriod) -> datetime:
    """Until when a report of a period is due, as the county has set it."""
    return period.due_at(number_for(DUE_WEEKDAY), number_for(DUE_HOUR), number_for(DUE_DAYS))


def teams_at_work(period: ReportPeriod) -> Sequence[Unit]:
    """The resident teams in use that had somebody on a day of the period, in the order of the unit list."""
    on_duty = select(TeamMembership.team_id).where(
        TeamMembership.starts_on <= period.last,
        or_(TeamMembership.ends_on.is_(None), TeamMembership.ends_on >= period.first),
    )
    query = select(Unit).where(
        Unit.kind == UnitKind.RESIDENT_TEAM, Unit.archived_at.is_(None), Unit.id.in_(on_duty)
    )
    return db.session.scalars(query.order_by(Unit.position, Unit.id)).all()


@dataclass(frozen=True, slots=True)
class TeamPeriod:
    """A team in a period: its report, if there is one that may be seen, and its numbers: those of the report
    once it was sent, else those of the logs by now.
    """

    team: Unit
    report: TeamReport | None
    light: Light
    figures: dict[ReportFigure, int]
    late: int  # logs that came after the report

    @property
    def is_silent(self) -> bool:
        return self.report is not None and self.report.is_silent


def side_by_side(period: ReportPeriod, actor: Actor) -> list[TeamPeriod]:
    """The teams that somebody sees, each with its period."""
    teams = [team for team in teams_at_work(period) if _sees(actor, team)]
    reports = reports_of_period(period, actor)
    logs, figures = read_period([team.id for team in teams], period)
    due, moment = due_at(period), now()
    return [_told(team, reports.get(team.id), logs[team.id], figures[team.id], due, moment) for team in teams]


def _sees(actor: Actor, team: Unit) -> bool:
    return policy.may_see(actor, TeamReport(team_id=team.id, unit_id=team.parent_id or team.id))


def _told(
    team: Unit,
    report: TeamReport | None,
    logs: list[TeamLog],
    figures: dict[ReportFigure, int],
    due: datetime,
    moment: datetime,
) -> TeamPeriod:
    if report is None:
        return TeamPeriod(team, None, light_of(ReportState.DRAFT, due, None, moment), figures, 0)
    light = light_of(report.state, report.due_at, report.sent_at, moment)
    if report.sent_at is None:
        return TeamPeriod(team, report, light, figures, 0)
    kept = {figure: report.figure(figure) for figure in ReportFigure}
    return TeamPeriod(team, report, light, kept, len(late_keys(logs, report.drawn)))


def read_period(
    team_ids: Sequence[int], period: ReportPeriod
) -> tuple[dict[int, list[TeamLog]], dict[int, dict[ReportFigure, int]]]:
    """The logs and the numbers of some teams in a period, as they are by now."""
    if not team_ids:
        return {}, {}
    logs = logs_of(team_ids, period.first, period.last)
    met = {log.enterprise for each in logs.values() for log in each if log.is_visit}
    known, steps = met_before(met, period.first), steps_due(team_ids, period.first, period.last)
    day = min(today(), period.last + timedelta(days=1))
    return logs, {each: figures_of(logs[each], known, steps[each], day) for each in team_ids}


# --- what waits ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WaitingReport:
    """A report that a member has still to send."""

    team: Unit
    period: ReportPeriod
    report: TeamReport | None
    light: Light


def teams_written_by(actor: Actor) -> Sequence[Unit]:
    """The teams that somebody is in today."""
    query = select(Unit).where(Unit.id.in_(sorted(actor.team_ids))).order_by(Unit.position, Unit.id)
    return db.session.scalars(query).all()


def waiting_for(actor: Actor) -> list[WaitingReport]:
    """What the teams of somebody have to send: of this week from the day before the deadline on, of the week,
    month and quarter before until it is sent, and what was returned.
    """
    if not actor.team_ids or not actor.may(Permission.TEAM_REPORTS_WRITE):
        return []
    periods = list(_asked_for(today()))
    found, teams, moment = dict[tuple[int, ReportKind, date], TeamReport](), dict[Unit, None](), now()
    for team, known in db.session.execute(_teams_with_reports(actor, periods)):
        teams[team] = None
        if known is not None:
            found[team.id, known.kind, known.first_day] = known
    waiting = list[WaitingReport]()
    for team in teams:
        for period in periods:
            report = found.get((team.id, period.kind, period.first))
            if report is None or report.state in OPEN:
                waiting.append(_waiting(team, period, report, moment))
    return waiting


def _asked_for(day: date) -> Iterable[ReportPeriod]:
    week = ReportPeriod.of(ReportKind.WEEK, day)
    yield week.before
    if now() >= due_at(week) - timedelta(days=1):
        yield week
    for kind in (ReportKind.MONTH, ReportKind.QUARTER):
        before = ReportPeriod.of(kind, day).before
        if day - before.last <= timedelta(days=31):
            yield before


def _teams_with_reports(actor: Actor, periods: Iterable[ReportPeriod]) -> Select[Unit, TeamReport]:
    """The teams of somebody, each beside its reports of these periods: one statement for the first page."""
    asked = [(TeamReport.kind == one.kind) & (TeamReport.first_day == one.first) for one in periods]
    of_team = (TeamReport.team_id == Unit.id) & or_(*asked)
    query = select(Unit, TeamReport).outerjoin(TeamReport, of_team)
    return query.where(Unit.id.in_(sorted(actor.team_ids))).order_by(Unit.position, Unit.id)


def _waiting(team: Unit, period: ReportPeriod, report: TeamReport | None, moment: datetime) -> WaitingReport:
    state = report.state if report else ReportState.DRAFT
    due = report.due_at if report else due_at(period)
    return WaitingReport(
        team, period, report, light_of(state, due, report.sent_at if report else None, moment)
    )


def to_decide(actor: Actor) -> Sequence[TeamReport]:
    """The reports that were sent and wait for this person, the oldest first."""
    if not actor.may(Permission.TEAM_REPORTS_DECIDE):
        return []
    query = (
        select(TeamReport)
        .where(
            TeamReport.state == ReportState.SUBMITTED,
            TeamReport.team_id.not_in(sorted(actor.team_ids)),
            policy.visible(actor),
        )
        .options(joinedload(TeamReport.team))
        .order_by(TeamReport.sent_at, TeamReport.id)
    )
    return db.session.scalars(query).all()
