"""The audit page, the chain and its heads."""

from app.core.records.feature import Feature, MenuLine, MenuPart
from app.core.values.registries import FIGURES
from app.core.work.regular import NIGHTLY
from app.office.auditing import cli, queries, services, views
from app.register.accounts.enums import Permission as P

FEATURE = Feature(
    pages=(views.bp,),
    commands=(cli.group,),
    menu=(MenuLine(MenuPart.OFFICE, 70, "审计", "auditing.index", "shield-check", P.AUDIT_READ),),
    answers=(
        FIGURES.entry("auditing", queries.figures),
        NIGHTLY.entry("audit heads", services.keep_head_by_night),
        NIGHTLY.entry("auditing", services.verify_chain),
    ),
)
