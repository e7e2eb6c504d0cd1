"""What was searched lately, and searches that are kept."""

from app.core.records.feature import Feature, MenuLine, MenuPart
from app.core.values.registries import BESIDE_RESULTS
from app.core.work.regular import NIGHTLY, OFTEN
from app.finding.saved_searches import jobs, services, views

FEATURE = Feature(
    pages=(views.bp,),
    menu=(MenuLine(MenuPart.DAILY, 20, "我的查询", "saved_searches.index", "star"),),
    answers=(
        BESIDE_RESULTS.entry("saved_searches", views.beside_results),
        OFTEN.entry("saved_searches", jobs.count_all),
        NIGHTLY.entry("saved_searches", services.forget_old),
    ),
)
