"""The funnel; how every number is defined."""

from app.core.records.feature import Feature, MenuLine, MenuPart
from app.figures.reports import metrics, views
from app.figures.reports.cli import funnel_command
from app.register.accounts.enums import Permission as P

FEATURE = Feature(
    pages=(views.bp,),
    commands=(funnel_command,),
    menu=(
        MenuLine(MenuPart.FIGURES, 10, "转化漏斗", "reports.funnel", "filter", P.FUNNEL_READ),
        MenuLine(MenuPart.FIGURES, 15, "统计口径", "reports.definitions", "scale", is_one_page=True),
    ),
    metrics=metrics.OWN,
)
