"""线索 to 签约: leads, their ledger, agreements and reviews."""

from app.core.records.feature import Feature, MenuLine
from app.core.records.feature import MenuPart as M
from app.core.records.timeline import SOURCES as TIMELINE
from app.core.storage.subjects import SUBJECTS
from app.core.values.registries import (
    AFTER_ARCHIVE,
    CLOSES_STEP,
    HELD,
    NAMED_IN,
    OF_COMPANIES,
    RELATED,
    TAKES_STEPS,
)
from app.core.web.files import OWNERS
from app.promotion.leads import (
    agreement_indexing,
    cli,
    happenings,
    indexing,
    list_views,
    metrics,
    queries,
    services,
    views,
)
from app.promotion.steps.enums import StepKind
from app.register.accounts.enums import Permission as P
from app.register.enterprises.policy import WORK
from app.register.enterprises.queries import DEALINGS

FEATURE = Feature(
    pages=(views.bp, list_views.bp, views.stage_sets.bp),
    commands=(cli.leads,),
    menu=(
        MenuLine(M.PROMOTION, 20, "线索与在谈", "leads.index", "route", P.LEADS_READ),
        MenuLine(M.OFFICE, 55, "阶段和时限", "stages.index", "clock", P.STAGES_SET),
        MenuLine(M.PHONE, 30, "线索", "leads.index", "route", P.LEADS_READ),
        MenuLine(M.NEW, 20, "登记线索", "leads.new", "route", P.LEADS_WRITE),
    ),
    answers=(
        SUBJECTS.entry("lead", views.KIND),
        TIMELINE.entry("leads", happenings.happenings),
        RELATED.entry("leads", views.related_to),
        OF_COMPANIES.entry("leads", views.of_companies),
        NAMED_IN.entry("leads", views.named_in),
        TAKES_STEPS.entry("lead", views.for_change),
        CLOSES_STEP.entry(StepKind.REVIEW, views.page_that_closes),
        HELD.entry("reviews", services.HELD_REVIEWS),
        HELD.entry("leads", services.HELD_LEADS),
        WORK.entry("leads", queries.WORK),
        DEALINGS.entry("leads", queries.led_by),
        OWNERS.entry(queries.FILE_KIND, queries.files_may_be_read),
        OWNERS.entry(queries.REVIEW_KIND, queries.files_may_be_read),
        AFTER_ARCHIVE.hook(services.tell_of_archiving),
    ),
    metrics=metrics.OWN,
    measures=metrics.MEASURED,
    searchable=(indexing.register, agreement_indexing.register),
)
