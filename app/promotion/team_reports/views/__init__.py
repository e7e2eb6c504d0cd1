"""Pages of reports: each parses, calls one service or query, and renders.

All parts with routes are imported here, so that they are known.
"""

from app.promotion.team_reports.views import detail, files, periods, writing
from app.promotion.team_reports.views.blueprint import bp
from app.promotion.team_reports.views.columns import bp as columns_bp
from app.promotion.team_reports.views.lines import KIND, named_in
from app.promotion.team_reports.views.templates import bp as template_bp

__all__ = [
    "KIND",
    "bp",
    "columns_bp",
    "detail",
    "files",
    "named_in",
    "periods",
    "template_bp",
    "writing",
]
