"""The list of reports. It shares the blueprint of `views`."""

from app.core.records.routes import serve
from app.promotion.team_reports.listing import TEAM_REPORTS
from app.promotion.team_reports.views import bp

__all__ = ["bp"]

serve(bp, TEAM_REPORTS, "team_reports/index.html")
