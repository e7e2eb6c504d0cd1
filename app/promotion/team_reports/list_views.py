"""The list of reports, and what may be done to many. It shares the blueprint of `views`."""

from app.core.records.acts import Act
from app.core.records.bulk import serve_acts
from app.core.records.routes import serve
from app.core.web.forms import BaseForm
from app.promotion.team_reports import queries, services
from app.promotion.team_reports.listing import TEAM_REPORTS
from app.promotion.team_reports.views import bp
from app.register.accounts.enums import Permission

__all__ = ["bp"]


def _accept(public_id: str, _form: BaseForm) -> None:
    report = queries.get_report(public_id)
    services.accept(report, report.version)


serve(bp, TEAM_REPORTS, "team_reports/index.html")
serve_acts(
    bp,
    TEAM_REPORTS,
    Act(name="accept", verb="收下", right=Permission.TEAM_REPORTS_DECIDE, form=BaseForm, on=_accept),
)
