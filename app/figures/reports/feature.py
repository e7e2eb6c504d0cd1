"""The funnel."""

from app.core.records.feature import Feature, MenuLine, MenuPart
from app.figures.reports import views
from app.figures.reports.cli import funnel_command
from app.register.accounts.enums import Permission as P

FEATURE = Feature(
    pages=(views.bp,),
    commands=(funnel_command,),
    menu=(MenuLine(MenuPart.FIGURES, 10, "转化漏斗", "reports.funnel", "filter", P.FUNNEL_READ),),
)
