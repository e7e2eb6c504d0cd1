"""Reads of reports: one, those of a period, what a list shows."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import ColumnElement, String, cast, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.core.access.auth import Actor, require_actor
from app.core.records.dated import holding
from app.core.records.typed import contains, contains_any, each_term
from app.core.storage.db import db
from app.core.values.clock import now
from app.core.values.errors import NotFound
from app.core.values.ids import looks_like_public_id
from app.core.values.registries import BESIDE, Sought
from app.promotion.leads import policy as leads
from app.promotion.leads.models import Lead
from app.promotion.team_reports.models import ReportColumns, TeamReport, TeamReportEntry, TeamReportRow
from app.promotion.team_reports.policy import visible
from app.promotion.team_reports.rules import SILENT_WEEKS, ReportPeriod
from app.register.accounts.models import Unit
from app.register.enterprises.models import Contact

_LISTED = [joinedload(each) for each in (TeamReport.team, TeamReport.author, TeamReport.sent_by)]
_ROWS = selectinload(TeamReport.rows)
FULL = (
    *_LISTED,
    joinedload(TeamReport.unit),
    joinedload(TeamReport.columns),
    _ROWS.joinedload(TeamReportRow.enterprise),
    _ROWS.joinedload(TeamReportRow.contact).joinedload(Contact.personal),
    selectinload(TeamReport.entries).joinedload(TeamReportEntry.person),
)


def get_report(public_id: str, actor: Actor | None = None) -> TeamReport:
    """The report, if this person may see it; NotFound otherwise."""
    query = select(TeamReport).where(TeamReport.public_id == public_id, visible(actor or require_actor()))
    found = db.session.scalar(query.options(*FULL)) if looks_like_public_id(public_id) else None
    if found is None:
        raise NotFound
    return found


def get_row(public_id: str) -> TeamReportRow:
    """A row of a report that may be seen, if the row may; NotFound otherwise."""
    query = (
        select(TeamReportRow)
        .join(TeamReport, TeamReport.id == TeamReportRow.report_id)
        .where(TeamReportRow.public_id == public_id, visible(require_actor()))
        .options(joinedload(TeamReportRow.report).joinedload(TeamReport.team))
    )
    found = db.session.scalar(query) if looks_like_public_id(public_id) else None
    if found is None or found.id in hidden_rows([found], require_actor()):
        raise NotFound
    return found


def hidden_rows(rows: Collection[TeamReportRow], actor: Actor) -> set[int]:
    """Which rows (inner ids) are about a lead that is confidential by now and hidden from this person."""
    ids = sorted({row.lead_id for row in rows if row.lead_id is not None})
    if not ids:
        return set()
    query = select(Lead.id).where(Lead.id.in_(ids), Lead.confidential, ~leads.visible(actor))
    secret = set(db.session.scalars(query))
    return {row.id for row in rows if row.lead_id in secret}


def report_of(team_id: int, period: ReportPeriod) -> TeamReport | None:
    """The report of a team and a period, whoever asks."""
    query = select(TeamReport).where(
        TeamReport.team_id == team_id,
        TeamReport.kind == period.kind,
        TeamReport.first_day == period.first,
    )
    return db.session.scalar(query.options(*_LISTED))


def reports_of_period(period: ReportPeriod, actor: Actor) -> dict[int, TeamReport]:
    """Those of one period that somebody sees, by team (inner id)."""
    query = select(TeamReport).where(
        TeamReport.kind == period.kind, TeamReport.first_day == period.first, visible(actor)
    )
    return {row.team_id: row for row in db.session.scalars(query.options(*_LISTED))}


def sent_before(team_id: int, period: ReportPeriod, most: int = SILENT_WEEKS) -> Sequence[TeamReport]:
    """The reports of the same kind that a team sent of earlier periods, the last first."""
    query = (
        select(TeamReport)
        .where(
            TeamReport.team_id == team_id,
            TeamReport.kind == period.kind,
            TeamReport.first_day < period.first,
            TeamReport.sent_at.is_not(None),
        )
        .order_by(TeamReport.first_day.desc())
        .limit(most)
    )
    return db.session.scalars(query).all()


def silent_before(team_id: int, period: ReportPeriod) -> list[bool]:
    """Whether each of the reports of the periods right before was silent, the last first; up to the first
    period without a report.
    """
    found = {row.first_day: row.is_silent for row in sent_before(team_id, period)}
    told, one = list[bool](), period.before
    while one.first in found and len(told) < SILENT_WEEKS:
        told.append(found[one.first])
        one = one.before
    return told


def columns_on(day: date) -> ReportColumns:
    """The columns that hold on a day."""
    query = select(ReportColumns).where(ReportColumns.id == holding(ReportColumns))
    return db.session.scalars(query, {"day": day}).one()


# --- the list ----------------------------------------------------------------------------------------


def load(ids: list[int]) -> Sequence[TeamReport]:
    """The rows of one page of the list."""
    return db.session.scalars(select(TeamReport).where(TeamReport.id.in_(ids)).options(*_LISTED)).all()


def by_text(text: str) -> ColumnElement[bool]:
    """What the text box of the list asks."""
    of_team = select(Unit.id)
    return each_term(
        text,
        lambda term: or_(
            contains(term, TeamReport.summary, TeamReport.silent_reason),
            TeamReport.team_id.in_(of_team.where(contains(term, Unit.name))),
        ),
    )


def is_late() -> ColumnElement[bool]:
    """It came after its deadline, or is not sent though that has passed."""
    return func.coalesce(TeamReport.sent_at, now()) > TeamReport.due_at


def of_my_team(actor: Actor) -> ColumnElement[bool]:
    return TeamReport.team_id.in_(sorted(actor.team_ids))


def naming(sought: Sought, actor: Actor) -> list[TeamReport]:
    """The reports that this person sees whose words name somebody, or what they told of the company at the
    time; the newest first.
    """
    of_company = (TeamReportRow.report_id == TeamReport.id) & (
        TeamReportRow.enterprise_id == sought.enterprise_id
    )
    answered = select(TeamReportEntry.report_id).where(contains_any(sought.words, TeamReportEntry.words))
    said = or_(
        contains_any(sought.words, TeamReport.summary, TeamReport.silent_reason),
        TeamReport.id.in_(answered),
        TeamReport.public_id.in_(sought.known_of(TeamReport.__tablename__)),
    )
    query = (
        select(TeamReport, TeamReportRow, said)
        .outerjoin(TeamReportRow, of_company)
        .where(or_(said, TeamReportRow.id.is_not(None), _tells_late), visible(actor))
        .options(*_LISTED)
        .order_by(TeamReport.id.desc())
    )
    found = dict.fromkeys(
        report
        for report, row, is_said in db.session.execute(query)
        if is_said or _names(report, row, sought.words)
    )
    return list(found)[:BESIDE]


_tells_late = cast(TeamReport.late, String) != "[]"


def _names(report: TeamReport, row: TeamReportRow | None, words: Collection[str]) -> bool:
    texts = [told for _key, _period, told in report.late]
    if row is not None:
        texts += [row.note, *map(str, row.cells.values())]
    return any(word in text for word in words for text in texts)
