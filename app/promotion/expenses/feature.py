"""What expenses bring into the product."""

from app.core.records.feature import Feature, MenuLine, MenuPart
from app.core.storage.subjects import SUBJECTS
from app.core.values.registries import NAMED_IN
from app.promotion.expenses import indexing, metrics, views
from app.register.accounts.enums import Permission as P

FEATURE = Feature(
    pages=(views.bp, views.budgets),
    menu=(
        MenuLine(MenuPart.PROMOTION, 60, "经费", "expenses.index", "wallet", P.EXPENSES_READ),
        MenuLine(MenuPart.NEW, 60, "登记经费支出", "expenses.new", "wallet", P.EXPENSES_WRITE),
    ),
    answers=(
        SUBJECTS.entry("expense", views.KIND),
        NAMED_IN.entry("expenses", views.NAMED_IN),
    ),
    metrics=metrics.OWN,
    measures=metrics.MEASURED,
    searchable=(indexing.register,),
)
