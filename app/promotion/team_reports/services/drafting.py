"""A report is begun, drawn anew from the logs, and put into words."""

from datetime import date

from app.core.access.auth import require_actor
from app.core.records.versions import claim, claim_whole
from app.core.storage.db import Turn, db, wait_turn
from app.core.values.clock import now, today
from app.core.values.errors import Clash, NotAllowed, RuleBroken
from app.core.values.labels import label_of
from app.promotion.team_reports import policy, queries, rules
from app.promotion.team_reports.enums import ReportColumn, ReportKind
from app.promotion.team_reports.models import TeamReport, TeamReportRow
from app.promotion.team_reports.rules import DraftedRow, ReportPeriod, TeamLog
from app.register.accounts.enums import UnitKind
from app.register.accounts.models import Unit
from app.register.enterprises.models import Enterprise

NOT_THEIRS = "报告由这个驻点组现在的组员来写"
EARLIEST = date(2000, 1, 1)


def begin(team: Unit, kind: ReportKind, day: date) -> TeamReport:
    """The report of a team for the period in which a day lies: a draft, unless somebody has begun it already.
    Raises NotAllowed for who is not in the team, and RuleBroken for a period that has not begun.
    """
    period = ReportPeriod.of(kind, day)
    if team.kind is not UnitKind.RESIDENT_TEAM:
        raise RuleBroken({"team": f"{team.name}不是驻点组，没有周报月报"})
    _must_be_of(team)
    if period.first > today() or period.first < EARLIEST:
        raise RuleBroken({"first_day": f"{period.words}还没有开始，选已经开始的一期"})
    wait_turn(Turn.TEAM_REPORTS, of=team.id)
    found = queries.report_of(team.id, period)
    return found or _drafted(team, period)


def _must_be_of(team: Unit) -> None:
    actor = require_actor()
    if actor.person_id is None or not policy.may_write_for(actor, team.id):
        raise NotAllowed(NOT_THEIRS)


def _drafted(team: Unit, period: ReportPeriod) -> TeamReport:
    actor = require_actor()
    report = TeamReport(
        kind=period.kind,
        team=team,
        unit_id=team.parent_id or team.id,
        first_day=period.first,
        last_day=period.last,
        due_at=queries.due_at(period),
        author_id=actor.person_id,
    )
    db.session.add(report)
    draw(report)
    db.session.flush()
    return report


def draw(report: TeamReport) -> None:
    """Its rows and numbers as the logs are by now; what was typed of a row stays with it."""
    period = report.period
    logs, figures = queries.read_period([report.team.id], period)
    report.figures = {each.value: number for each, number in figures[report.team.id].items()}
    report.drawn = sorted(log.key for log in logs[report.team.id])
    report.drawn_at = now()
    report.columns_id = queries.columns_on(period.last).id
    report.late = _late_of_earlier(report.team, period)
    _draw_rows(report, rules.rows_of(logs[report.team.id]))


def _draw_rows(report: TeamReport, drafted: list[DraftedRow]) -> None:
    known = {row.key: row for row in report.rows}
    wanted = {each.key for each in drafted}
    for each, cells in zip(drafted, queries.cells_of(drafted, report.team), strict=True):
        row = known.get(each.key)
        if row is None:
            row = TeamReportRow(key=each.key, position=0)
            report.rows.append(row)
        row.enterprise_id, row.lead_id = each.enterprise, each.lead
        row.contact_id, row.cells = each.contact, cells
    for row in list(report.rows):
        if row.key not in wanted and not row.is_added and not row.note:
            report.rows.remove(row)
    order = {each.key: place for place, each in enumerate(drafted)}
    kept = sorted(report.rows, key=lambda row: (order.get(row.key, len(order)), row.key))
    for place, row in enumerate(kept, start=1):
        row.position = place


def _late_of_earlier(team: Unit, period: ReportPeriod) -> list[list[str]]:
    """What was logged of the last periods after their reports were sent and no report has told yet: the key
    of each log, of which period it is, its words.
    """
    before = queries.sent_before(team.id, period)
    told = {line[0] for each in before for line in each.late}
    found = list[list[str]]()
    for each in reversed(before):
        late = rules.late_keys(queries.logs_for(team.id, each.period), each.drawn)
        found += [[log.key, each.period.words, log.alone] for log in late if log.key not in told]
    return found


def late_logs(report: TeamReport) -> list[TeamLog]:
    """What was logged of its period after it was drawn."""
    return rules.late_keys(queries.logs_for(report.team_id, report.period), report.drawn)


# --- changed -----------------------------------------------------------------------------------------


def must_be_open(report: TeamReport) -> None:
    """Raises NotAllowed for who does not write it, and RuleBroken once it was sent."""
    if not policy.may_write(require_actor(), report):
        raise NotAllowed(NOT_THEIRS)
    if closed := _why_closed(report):
        raise RuleBroken(closed)


def _why_closed(report: TeamReport) -> str:
    if report.state in rules.OPEN:
        return ""
    return f"这份{report.kind.label}{report.state.label}，不能再改；要改请招商局退回"


def _fixed(report: TeamReport) -> Clash | None:
    closed = _why_closed(report)
    return Clash(label_of(TeamReport.state), closed, "还没有报送") if closed else None


def refresh(report: TeamReport, seen: int) -> None:
    """Draws an open report anew."""
    must_be_open(report)
    claim_whole(report, seen, "按记录重新整理", label=label_of(TeamReport.state))
    draw(report)
    report.updated_at = now()
    db.session.flush()


def put_into_words(report: TeamReport, seen: int, summary: str, silent_reason: str) -> None:
    """Its text. Raises Stale when somebody has saved since."""
    must_be_open(report)
    claim(report, seen, fixed=lambda: _fixed(report))
    must_be_open(report)
    report.summary, report.silent_reason = summary, silent_reason
    db.session.flush()


def change_row(row: TeamReportRow, seen: int, note: str, *, left_out: bool) -> None:
    """What a member says of a row, or that it is left out. A note that says what the logs say is none."""
    must_be_open(row.report)
    claim(row.report, None)
    claim(row, seen)
    must_be_open(row.report)
    drawn = str(row.cells.get(ReportColumn.PROGRESS) or "")
    row.note, row.left_out = "" if note == drawn else note, left_out
    if row.is_added and not row.note:
        raise RuleBroken({"note": "写一句进展；不要这一行就勾上不列入"})
    db.session.flush()


def add_row(report: TeamReport, company: Enterprise, note: str) -> TeamReportRow:
    """A row by hand: what the logs do not know. It adds to no number."""
    must_be_open(report)
    claim(report, None)
    must_be_open(report)
    if not note.strip():
        raise RuleBroken({"note": "写一句进展，例如：电话里说下月来看厂房"})
    key = f"hand:{company.id}"
    if any(row.enterprise_id == company.id for row in report.rows):
        raise RuleBroken({"enterprise": f"{company.name}已经在表里了，改那一行的进度备注"})
    drafted = DraftedRow(key, company.id, None, None, "", (), None)
    row = TeamReportRow(key=key, enterprise_id=company.id, note=note, is_added=True)
    row.cells = queries.cells_of([drafted], report.team)[0]
    row.position = max((each.position for each in report.rows), default=0) + 1
    report.rows.append(row)
    db.session.flush()
    return row
