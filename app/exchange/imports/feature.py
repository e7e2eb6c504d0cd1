"""Files of others, read into the product."""

from app.core.records.feature import Feature, MenuLine, MenuPart
from app.core.values.registries import NAMED_IN
from app.core.work.jobs import HANDLERS
from app.core.work.regular import NIGHTLY
from app.exchange.imports import cli, services, views
from app.register.accounts.enums import Permission as P

FEATURE = Feature(
    pages=(views.bp,),
    commands=(cli.imports,),
    menu=(MenuLine(MenuPart.FIGURES, 20, "导入", "imports.index", "file-import", P.IMPORTS_RUN),),
    answers=(
        HANDLERS.entry(services.CHECK, services.run_check),
        HANDLERS.entry(services.WRITE, services.run_write),
        HANDLERS.entry(services.UNDO, services.run_undo),
        NIGHTLY.entry("imports", services.remove_old_files),
        NAMED_IN.entry("imports", views.named_in),
    ),
)
