"""What resident teams bring into the product."""

from app.core.records.feature import Feature, MenuLine
from app.core.records.feature import MenuPart as M
from app.core.storage.subjects import SUBJECTS
from app.core.values.registries import TEAM_DAYS
from app.promotion.residents import queries, views
from app.register.accounts.enums import Permission as P

FEATURE = Feature(
    pages=(views.bp,),
    menu=(MenuLine(M.PROMOTION, 40, "驻点组", "residents.index", "users-group", P.TEAMS_READ),),
    answers=(
        SUBJECTS.entry("team_profile", views.KIND),
        TEAM_DAYS.entry("residents", queries.days_of),
    ),
)
