"""Reports of a resident team in the states that matter."""

from datetime import date

from app.core.access.auth import acting_as
from app.core.storage.db import db
from app.core.values.clock import today
from app.promotion.team_reports import services
from app.promotion.team_reports.enums import ReportKind
from app.promotion.team_reports.models import TeamReport
from tests.factories.leads import County


def a_draft(county: County, kind: ReportKind = ReportKind.WEEK, day: date | None = None) -> TeamReport:
    """Begun by the member of the resident team, committed."""
    with acting_as(county.resident):
        report = services.begin(county.team, kind, day or today())
        db.session.commit()
    return report


def sent(county: County, report: TeamReport) -> TeamReport:
    with acting_as(county.resident):
        services.send(report, report.version)
        db.session.commit()
    return report


def a_sent_report(county: County, kind: ReportKind = ReportKind.WEEK, day: date | None = None) -> TeamReport:
    return sent(county, a_draft(county, kind, day))


def a_silent_report(county: County, day: date) -> TeamReport:
    """Sent by one press."""
    with acting_as(county.resident):
        report = services.begin(county.team, ReportKind.WEEK, day)
        services.send_silent(report)
        db.session.commit()
    return report


def a_returned_report(county: County, words: str = "投资额核实后再报") -> TeamReport:
    report = a_sent_report(county)
    with acting_as(county.head):
        services.give_back(report, report.version, words)
        db.session.commit()
    return report
