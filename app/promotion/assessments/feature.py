"""Schemes by which teams, people and units are compared; their scores, closed month by month."""

from app.core.records.feature import Feature, MenuLine
from app.core.records.feature import MenuPart as M
from app.promotion.assessments import cli, views
from app.register.accounts.enums import Permission as P

FEATURE = Feature(
    pages=(views.bp,),
    commands=(cli.commands,),
    menu=(MenuLine(M.PROMOTION, 60, "考核", "assessments.index", "certificate", P.ASSESSMENTS_READ),),
)
