"""What came of it, compared."""

from app.core.records.feature import Feature, MenuLine, MenuPart
from app.figures.outcomes import metrics, views
from app.register.accounts.enums import Permission as P

FEATURE = Feature(
    pages=(views.bp,),
    menu=(MenuLine(MenuPart.FIGURES, 5, "招商成效", "outcomes.index", "trending-up", P.OUTCOMES_READ),),
    metrics=metrics.OWN,
)
