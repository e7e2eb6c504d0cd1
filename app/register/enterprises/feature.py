"""Companies and the people there."""

from app.core.records.feature import Feature, MenuLine
from app.core.records.feature import MenuPart as M
from app.core.records.timeline import SOURCES as TIMELINE
from app.core.storage.subjects import SUBJECTS
from app.core.values.registries import NAMED_IN
from app.core.work.regular import NIGHTLY
from app.register.accounts.enums import Permission as P
from app.register.enterprises import contact_indexing, indexing, list_views, queries, rules, views

FEATURE = Feature(
    pages=(views.bp, list_views.bp),
    menu=(
        MenuLine(M.PROMOTION, 10, "企业库", "enterprises.index", "building", P.ENTERPRISES_READ),
        MenuLine(M.OFFICE, 10, "查看号码", "enterprises.reveals", "eye", P.REVEALS_READ, is_one_page=True),
        MenuLine(M.NEW, 30, "登记企业", "enterprises.new", "building", P.ENTERPRISES_WRITE),
    ),
    settings=(rules.MOST_NUMBERS,),
    answers=(
        SUBJECTS.entry("enterprise", views.KIND),
        TIMELINE.entry("enterprises", queries.happenings),
        NAMED_IN.entry("enterprises", views.named_in),
        NIGHTLY.entry("contacts", contact_indexing.follow_the_day),
    ),
    searchable=(indexing.register, contact_indexing.register),
)
