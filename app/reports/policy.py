"""Whose leads a figure counts: those the reader may open; with the right, the confidential ones of the county
beside them, together.
"""

from sqlalchemy import ColumnElement, FromClause, and_, not_

from app.accounts.enums import Permission
from app.core.auth import Actor
from app.core.reach import Reach
from app.leads.policy import columns_of, scope
from app.reports.enums import Basis


def basis_for(actor: Actor) -> Basis:
    """The label of the reader's figures."""
    whole = actor.reach == Reach.COUNTY and actor.may(Permission.COUNT_CONFIDENTIAL)
    return Basis.COUNTY if whole else Basis.MINE


def listed(actor: Actor, projection: FromClause) -> ColumnElement[bool]:
    """The rows whose leads this reader may open."""
    return scope(actor).where(columns_of(projection))


def closed(actor: Actor, projection: FromClause) -> ColumnElement[bool]:
    """The rows whose leads this reader may count and not open."""
    return and_(projection.c.confidential, not_(listed(actor, projection)))
