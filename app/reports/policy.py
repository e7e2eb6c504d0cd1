"""Whose leads a figure counts: those the reader may see, or with the right all of the county."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, exists, or_, select, true

from app.accounts.enums import Permission
from app.core.auth import Actor
from app.core.permissions import AccessColumns
from app.core.reach import Reach
from app.leads.models import LeadMember
from app.leads.policy import scope
from app.reports.enums import Basis


def basis_for(actor: Actor) -> Basis:
    """The label of the reader's figures."""
    whole = actor.reach == Reach.COUNTY and actor.may(Permission.COUNT_CONFIDENTIAL)
    return Basis.COUNTY if whole else Basis.MINE


def columns(projection: FromClause) -> AccessColumns:
    """Visibility stands on the projection's own rows, as the lead is now, whatever it was then."""
    row: Any = projection.c

    def named(person_id: int) -> ColumnElement[bool]:
        member = exists(
            select(LeadMember.id).where(LeadMember.lead_id == row.lead_id, LeadMember.person_id == person_id)
        )
        return or_(row.seen_owner_id == person_id, row.seen_author_id == person_id, member)

    return AccessColumns(row.confidential, row.seen_unit_id.in_, row.seen_team_id.in_, named)


def counted(actor: Actor, projection: FromClause) -> ColumnElement[bool]:
    """The rows that this reader's figures count."""
    return true() if basis_for(actor) is Basis.COUNTY else listed(actor, projection)


def listed(actor: Actor, projection: FromClause) -> ColumnElement[bool]:
    """The rows whose leads this reader may open."""
    return scope(actor).where(columns(projection))
