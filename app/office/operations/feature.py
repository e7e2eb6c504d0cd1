"""Backup, restore, how each part is."""

from app.core.records.feature import Feature, MenuLine, MenuPart
from app.core.values.registries import FIGURES
from app.core.work.regular import NIGHTLY
from app.office.operations import cli, queries, tuning, views
from app.register.accounts.enums import Permission as P

FEATURE = Feature(
    pages=(views.bp,),
    commands=(cli.backup, cli.restore),
    menu=(MenuLine(MenuPart.OFFICE, 80, "运行状况", "operations.index", "activity", P.SYSTEM_WATCH),),
    answers=(
        FIGURES.entry("operations", queries.figures),
        NIGHTLY.entry("operations", tuning.count_anew),
    ),
)
