"""What signs bring into the product."""

from app.core.records.feature import Feature, MenuLine
from app.core.records.feature import MenuPart as M
from app.core.records.timeline import SOURCES as TIMELINE
from app.core.storage.subjects import SUBJECTS
from app.core.values.registries import NAMED_IN, OF_COMPANIES, RELATED
from app.register.accounts.enums import Permission as P
from app.register.signs import happenings, indexing, list_views, views

FEATURE = Feature(
    pages=(views.bp, list_views.bp),
    menu=(
        MenuLine(M.PROMOTION, 17, "扩张迹象", "signs.index", "trending-up", P.ENTERPRISES_READ),
        MenuLine(M.NEW, 40, "登记扩张迹象", "signs.new", "trending-up", P.ENTERPRISES_WRITE),
    ),
    answers=(
        SUBJECTS.entry("expansion_sign", views.KIND),
        TIMELINE.entry("signs", happenings.happenings),
        RELATED.entry("signs", views.related_to),
        OF_COMPANIES.entry("signs", views.of_companies),
        NAMED_IN.entry("signs", views.named_in),
    ),
    searchable=(indexing.register,),
)
