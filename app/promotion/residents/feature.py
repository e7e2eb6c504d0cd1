"""What resident teams bring into the product."""

from app.core.records.feature import Feature, MenuLine
from app.core.records.feature import MenuPart as M
from app.core.storage.subjects import SUBJECTS
from app.core.values.registries import TEAM_DAYS
from app.core.work.regular import NIGHTLY
from app.promotion.residents import metrics, queries, services, views
from app.promotion.residents.rules import CITY_KEPT
from app.register.accounts.enums import Permission as P

FEATURE = Feature(
    pages=(views.bp,),
    menu=(MenuLine(M.PROMOTION, 32, "驻点组", "residents.index", "users-group", P.TEAMS_READ),),
    settings=(CITY_KEPT,),
    measures=metrics.MEASURED,
    answers=(
        SUBJECTS.entry("team_profile", views.KIND),
        TEAM_DAYS.entry("residents", queries.days_of),
        NIGHTLY.entry("residents", services.forget_cities),
    ),
)
