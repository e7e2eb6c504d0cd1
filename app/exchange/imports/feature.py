"""Files of others, read into the product: the engine, and each kind of row that can be imported."""

from app.core.records.feature import Feature, MenuLine, MenuPart
from app.core.values.registries import NAMED_IN
from app.core.web.tables import READERS
from app.core.work.jobs import HANDLERS
from app.core.work.regular import NIGHTLY
from app.exchange.imports import cli, jobs, reading, services, steering, views
from app.exchange.imports.companies import views as companies_views
from app.exchange.imports.companies.target import COMPANIES
from app.exchange.imports.signs.target import SIGNS
from app.exchange.imports.targets import TARGETS
from app.register.accounts.enums import Permission as P

FEATURE = Feature(
    pages=(views.bp, steering.bp),
    commands=(cli.imports,),
    menu=(MenuLine(MenuPart.FIGURES, 20, "导入", "imports.index", "file-import", P.IMPORTS_RUN),),
    answers=(
        READERS.entry("files", reading.as_lines),
        TARGETS.entry(COMPANIES.code, COMPANIES),
        TARGETS.entry(SIGNS.code, SIGNS),
        HANDLERS.entry(services.CHECK, jobs.run_check),
        HANDLERS.entry(services.WRITE, jobs.run_write),
        HANDLERS.entry(services.UNDO, jobs.run_undo),
        NIGHTLY.entry("imports", services.remove_old_files),
        NAMED_IN.entry("imports", companies_views.named_in),
    ),
)
