"""Whose leads a figure counts: those the reader may see, or with the right all of the county."""

from sqlalchemy import ColumnElement, FromClause, true

from app.accounts.enums import Permission
from app.core.auth import Actor
from app.core.reach import Reach
from app.leads.policy import columns_of, scope
from app.reports.enums import Basis


def basis_for(actor: Actor) -> Basis:
    """The label of the reader's figures."""
    whole = actor.reach == Reach.COUNTY and actor.may(Permission.COUNT_CONFIDENTIAL)
    return Basis.COUNTY if whole else Basis.MINE


def counted(actor: Actor, projection: FromClause) -> ColumnElement[bool]:
    """The rows that this reader's figures count."""
    return true() if basis_for(actor) is Basis.COUNTY else listed(actor, projection)


def listed(actor: Actor, projection: FromClause) -> ColumnElement[bool]:
    """The rows whose leads this reader may open."""
    return scope(actor).where(columns_of(projection))
