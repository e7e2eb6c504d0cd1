"""The list of steps, on the screen and on paper. A room beside `views`, whose blueprint it shares."""

from app.accounts.enums import Permission
from app.core import sheets
from app.core.budgets import asks, costs
from app.core.permissions import requires
from app.core.records import listed
from app.core.searching import SEARCHES
from app.steps.listing import STEPS
from app.steps.views import bp

P = Permission
__all__ = ["bp"]


@bp.get("/steps")
@requires(P.VISITS_READ)
@costs(SEARCHES, when=asks("q"))
def index() -> str:
    """待办: next steps, promises and reviews."""
    return listed.show(STEPS, "steps/index.html")


@bp.get("/steps/print")
@requires(P.VISITS_READ)
@costs(sheets.PRINTS)
def printed() -> str:
    """Every row of the list, on paper."""
    return listed.print_all(STEPS)
