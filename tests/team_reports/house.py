"""What reports of resident teams give the guards over the whole app."""

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import count

from sqlalchemy import select

from app.core.storage.db import Record, db
from app.core.values.clock import today
from app.promotion.team_reports import queries
from app.promotion.team_reports.enums import ReportColumn, ReportKind, ReportState
from app.promotion.team_reports.forms import heading_field, place_field
from app.promotion.team_reports.models import (
    ReportColumns,
    ReportTemplate,
    TeamReport,
    TeamReportEntry,
    TeamReportRow,
)
from app.promotion.team_reports.rules import ReportPeriod
from app.register.accounts.enums import Role, UnitKind
from app.register.accounts.models import Unit
from app.register.enterprises.models import Enterprise
from tests.factories.leads import person_id
from tests.house.acting import (
    DENIED,
    EVERYBODY,
    HELD,
    HELD_READ,
    REFUSED,
    SAME,
    Act,
    Sight,
    Tried,
    both,
    in_days,
    many,
    typed,
)
from tests.house.county import Seeding
from tests.house.furnishing import Furnishing
from tests.house.relations import Ties

OF_REPORT = {"kind": "team_report"}
# Whoever sees one and is not of its team may not write it.
NOT_OF_THE_TEAM = {
    f"* {role} {how}": DENIED
    for role in ("HEAD", "OFF", "RES")
    for how in (*("none", "unit", "named", "bureau", "owner"),)
}
OF_THE_TEAM = {"* HEAD team": DENIED, "* OFF team": DENIED}
DECIDERS: Sight = both({"HEAD": HELD["open"]["HEAD"], "OFF": HELD["open"]["OFF"]})
_numbers = count(1)
COLUMNS = {
    **{place_field(column): "0" for column in ReportColumn},
    **{heading_field(column): column.label for column in ReportColumn},
    place_field(ReportColumn.INVESTOR): "1",
    place_field(ReportColumn.PROGRESS): "2",
    heading_field(ReportColumn.PROGRESS): "最新进展",
}
NEXT_COLUMNS = typed(valid_from=lambda _t: in_days(9), note="常务会议定的", **COLUMNS)


def _company(number: int) -> Enterprise:
    name = f"报告里的企业{number}有限公司"
    row = Enterprise(name=name, name_key=name, core_key=name)
    db.session.add(row)
    db.session.flush()
    return row


def _report(
    author_id: int, unit: Unit, team: Unit, weeks_ago: int, state: ReportState = ReportState.DRAFT
) -> TeamReport:
    period = ReportPeriod.of(ReportKind.WEEK, today() - timedelta(days=7 * weeks_ago))
    due = queries.due_at(period)
    row = TeamReport(
        kind=period.kind,
        team_id=team.id,
        unit_id=unit.id,
        first_day=period.first,
        last_day=period.last,
        due_at=due,
        state=state,
        author_id=author_id,
        summary="跟两家电芯企业",
        columns_id=queries.columns_on(today()).id,
        sent_at=None if state is ReportState.DRAFT else due,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _row(report: TeamReport, number: int) -> TeamReportRow:
    company = _company(next(_numbers))
    row = TeamReportRow(
        report_id=report.id,
        key=f"company:{company.id}",
        position=number + 1,
        enterprise_id=company.id,
        cells={"investor": company.name, "progress": "看了两处厂房", "fixed": 260_000_000},
    )
    db.session.add(row)
    db.session.flush()
    return row


def _planned_columns(number: int) -> ReportColumns:
    """Not begun, so that they can still be changed."""
    row = ReportColumns(valid_from=today() + timedelta(days=number + 1), note=f"第{number}次改")
    row.listed = [["investor", "投资方"], ["progress", f"进展{number}"]]
    db.session.add(row)
    db.session.flush()
    return row


def _filled(at: Seeding, number: int) -> Record:
    """The n-th week of the team; the first has as many rows as there are weeks."""
    row = _report(at.person.id, at.bureau, at.team, number + 1)
    db.session.add(TeamReportEntry(report_id=row.id, act="sent", person_id=at.person.id))
    first = db.session.scalars(select(TeamReport).order_by(TeamReport.id)).first()
    assert first is not None
    _row(first, number)
    _planned_columns(number)
    return row


def _shared(ties: Ties) -> Mapping[str, Record]:
    maker = person_id(ties.maker)
    team = ties.team or _team(ties.unit)
    before = len(db.session.scalars(select(TeamReport.id).where(TeamReport.team_id == team.id)).all())
    report = _report(maker, ties.unit, team, before + 1)
    sent = _report(maker, ties.unit, team, before + 2, ReportState.SUBMITTED)
    number = len(db.session.scalars(select(ReportColumns.id)).all())
    return {
        "report": report,
        "report row": _row(report, 0),
        "sent report": sent,
        "planned columns": _planned_columns(100 + number),
        "company to report": _company(next(_numbers)),
    }


def _team(unit: Unit) -> Unit:
    team = Unit(name=f"驻样例{next(_numbers)}组", kind=UnitKind.RESIDENT_TEAM, parent_id=unit.id)
    db.session.add(team)
    db.session.flush()
    return team


def _a_row(report: TeamReport) -> str:
    rows = select(TeamReportRow).where(TeamReportRow.report_id == report.id)
    found = db.session.scalars(rows.order_by(TeamReportRow.id)).first()
    assert found is not None
    return found.public_id


def _last_columns(_report: TeamReport) -> str:
    planned = select(ReportColumns).order_by(ReportColumns.valid_from.desc())
    return db.session.scalars(planned).first().public_id  # type: ignore[union-attr]


def _monday(report: TeamReport) -> str:
    first: date = report.first_day
    return first.isoformat()


def _company_name(tried: Tried) -> str:
    return tried.records["company to report"].public_id


FURNISHING = Furnishing(
    at="/team_reports/",
    filled=_filled,
    shared=_shared,
    fills={
        "team_reports.BeginReportForm": (TeamReport,),
        "team_reports.ReportTextForm": (TeamReport,),
        "team_reports.ReportRowForm": (TeamReportRow,),
        "team_reports.NewReportRowForm": (TeamReportRow,),
        "team_reports.ReportTemplateForm": (ReportTemplate,),
        "team_reports.DecideReportForm": (TeamReport, TeamReportEntry),
        "team_reports.ReportColumnsForm": (ReportColumns,),
        "team_reports._ReportColumnsForm": (ReportColumns,),
    },
    questions=frozenset(
        {
            "team_reports.BeginReportForm.day",
            "team_reports.ReportTemplateForm.file",
            *(f"team_reports.ReportColumnsForm.{place_field(column)}" for column in ReportColumn),
            *(f"team_reports.ReportColumnsForm.{heading_field(column)}" for column in ReportColumn),
        }
    ),
    below={
        "/team_reports/rows/": _a_row,
        "/team_reports/weeks/": _monday,
        "/report_columns/": _last_columns,
    },
    costly={
        "team_reports.printed_report": ("prints",),
        "team_reports.workbook": ("exports",),
        "report_template.shipped": ("exports",),
        "team_reports.document": ("exports",),
    },
    edited="summary",
    edited_by=Role.RESIDENT.value,  # a team writes its own
    many="accept",
    acts={
        "team_reports.create": Act(
            "", EVERYBODY, typed(team="", kind="week", day=lambda _t: in_days(0)), outcome=REFUSED
        ),
        "team_reports.update": Act("report", HELD, typed(summary="三家在谈"), but=NOT_OF_THE_TEAM),
        "team_reports.refresh": Act("report", HELD, but=NOT_OF_THE_TEAM),
        "team_reports.send": Act("report", HELD, but=NOT_OF_THE_TEAM),
        "team_reports.update_row": Act("report row", HELD, typed(note="已发厂房资料"), but=NOT_OF_THE_TEAM),
        "team_reports.create_row": Act(
            "report", HELD, typed(enterprise=_company_name, note="约了下周见"), but=NOT_OF_THE_TEAM
        ),
        "team_reports.decide": Act(
            "sent report", DECIDERS, typed(words="收到", act="accepted"), but=OF_THE_TEAM
        ),
        "team_reports.done_to_many": Act(
            "",
            DECIDERS,
            many("sent report"),
            otherwise=SAME,
            but=dict.fromkeys(OF_THE_TEAM, SAME),
            arguments={"act": "accept"},
        ),
        "report_template.create": Act("", EVERYBODY, outcome=REFUSED),
        "report_template.use_shipped": Act("", EVERYBODY),
        "report_columns.create": Act("", EVERYBODY, NEXT_COLUMNS),
        "report_columns.update": Act("planned columns", EVERYBODY, NEXT_COLUMNS),
        "report_columns.withdraw": Act("planned columns", EVERYBODY),
        "team_reports.exported": Act(
            "",
            EVERYBODY,
            typed(format="csv", purpose="调度会"),
            but={"* OFF none": REFUSED, "* OFF named": REFUSED},
            arguments={"view": "all", "state": "all"},
        ),
        "comments.create#of a report": Act("report", HELD_READ, typed(text="请盯紧"), arguments=OF_REPORT),
        "attachments.create#of a report": Act(
            "report", HELD, outcome=REFUSED, but=NOT_OF_THE_TEAM, arguments=OF_REPORT
        ),
        "tags.choose#on a report": Act(
            "report", HELD, outcome=SAME, but=NOT_OF_THE_TEAM, arguments=OF_REPORT
        ),
    },
)
