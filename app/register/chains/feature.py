"""What chains bring into the product."""

from app.core.records.feature import Feature, MenuLine, MenuPart
from app.core.storage.subjects import SUBJECTS
from app.core.values.registries import NAMED_IN
from app.register.accounts.enums import Permission as P
from app.register.chains import cli, indexing, views

FEATURE = Feature(
    pages=(views.bp,),
    commands=(cli.group,),
    menu=(
        MenuLine(MenuPart.PROMOTION, 15, "产业链", "chains.index", "sitemap", P.CHAINS_READ),
        MenuLine(MenuPart.NEW, 60, "新建产业链", "chains.new", "sitemap", P.CHAINS_WRITE),
    ),
    answers=(
        SUBJECTS.entry("chain", views.KIND),
        NAMED_IN.entry("chains", views.named_in),
    ),
    searchable=(indexing.register,),
)
