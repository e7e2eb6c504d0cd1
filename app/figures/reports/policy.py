"""Whose leads a figure counts: those the reader may open; with the right, the confidential ones of the county
beside them, together. How often the ledger is read for it as it was once known.
"""

from sqlalchemy import ColumnElement, FromClause, and_, not_

from app.core.access.auth import Actor
from app.core.access.reach import Reach
from app.core.web.budgets import MINUTE, Budget, declare
from app.figures.reports.enums import Extent
from app.promotion.leads.policy import visible_in
from app.register.accounts.enums import Permission

# Reads the whole ledger anew each time, where the plain funnel reads what is derived from it.
FUNNEL_AS_KNOWN = declare(
    Budget(
        "funnel_as_known",
        "「按当时已录入」的漏斗",
        "次",
        MINUTE,
        20,
        is_open_when_busy=True,
        advice="不按当时已录入的漏斗随时可以看",
    )
)


def extent_for(actor: Actor) -> Extent:
    """The label of the reader's figures."""
    whole = actor.reach == Reach.COUNTY and actor.may(Permission.COUNT_CONFIDENTIAL)
    return Extent.COUNTY if whole else Extent.MINE


def closed(actor: Actor, projection: FromClause) -> ColumnElement[bool]:
    """The rows whose leads this reader may count and not open."""
    return and_(projection.c.confidential, not_(visible_in(projection, actor)))
