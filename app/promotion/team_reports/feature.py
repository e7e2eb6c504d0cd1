"""What reports of resident teams bring into the product."""

from app.core.records.feature import Feature, MenuLine
from app.core.records.feature import MenuPart as M
from app.core.storage.subjects import SUBJECTS
from app.core.values.registries import NAMED_IN
from app.core.web.files import OWNERS
from app.promotion.team_reports import list_views, queries, rules, views
from app.register.accounts.enums import Permission as P

FEATURE = Feature(
    pages=(views.bp, list_views.bp, views.columns_bp, views.template_bp),
    menu=(
        MenuLine(M.PROMOTION, 34, "周报月报", "team_reports.index", "report-analytics", P.TEAM_REPORTS_READ),
        MenuLine(M.OFFICE, 57, "周报的列", "report_columns.index", "table", P.TEAM_REPORTS_SET),
        MenuLine(M.OFFICE, 58, "周报模板", "report_template.index", "file-text", P.TEAM_REPORTS_SET),
        MenuLine(M.NEW, 50, "写周报", "team_reports.new", "report-analytics", P.TEAM_REPORTS_WRITE),
    ),
    settings=(rules.DUE_WEEKDAY, rules.DUE_HOUR, rules.DUE_DAYS),
    answers=(
        SUBJECTS.entry("team_report", views.KIND),
        OWNERS.entry(queries.FILE_KIND, queries.template_may_be_read),
        NAMED_IN.entry("team_reports", views.named_in),
    ),
)
