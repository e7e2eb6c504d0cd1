"""What the pages of reports share: the blueprint, the address of a report, one that is to be changed."""

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from app.core.web import pages
from app.promotion.team_reports import queries, services
from app.promotion.team_reports.models import TeamReport

bp = Blueprint("team_reports", __name__)
Answer = str | Response | tuple[str, int]


def page_of(report: TeamReport) -> str:
    return url_for("team_reports.detail", public_id=report.public_id)


def week_of(report: TeamReport) -> str:
    """The page of all teams in the period of a report."""
    return url_for("team_reports.period", kind=report.kind.value, day=report.first_day.isoformat())


def found_report(public_id: str) -> TeamReport:
    """The report; a refusal leads back to its page."""
    report = queries.get_report(public_id)
    pages.refusal_leads_to(page_of(report))
    return report


def for_change(public_id: str) -> TeamReport:
    """The same, if who acts writes it and it is not sent."""
    report = found_report(public_id)
    services.must_be_open(report)
    return report
