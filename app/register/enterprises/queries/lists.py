"""Conditions and rows of the list of companies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, select, true

from app.core.access.auth import Actor
from app.core.records.columns import ListedRecord
from app.core.storage.db import db
from app.register.enterprises.models import Enterprise
from app.register.enterprises.queries.companies import is_meant, last_contacts
from app.register.enterprises.rules import name_key
from app.register.reference.queries import division_names, industry_names


def load(ids: list[int]) -> Sequence[Enterprise]:
    """The rows of one page of a list."""
    return db.session.scalars(select(Enterprise).where(Enterprise.id.in_(ids))).all()


def by_text(text: str) -> ColumnElement[bool]:
    """Signs alone ask for nothing."""
    return is_meant(text) if name_key(text) else true()


def in_use(_actor: Actor) -> ColumnElement[bool]:
    return Enterprise.archived_at.is_(None)


def archived(_actor: Actor) -> ColumnElement[bool]:
    return Enterprise.archived_at.is_not(None)


def registered_by(actor: Actor) -> ColumnElement[bool]:
    return and_(in_use(actor), Enterprise.author_id == actor.person_id)


@dataclass(frozen=True, slots=True)
class ListedCompany(ListedRecord[Enterprise]):
    """A company with its place and trade by name, and when it was last met."""

    region: str
    industry: str
    contacted: date | None


def listed(rows: Sequence[Enterprise]) -> list[ListedCompany]:
    """What the rows of a page of the list are told from."""
    regions = division_names([row.region_code for row in rows])
    industries = industry_names([row.industry_code for row in rows])
    contacted = last_contacts([row.id for row in rows]) if rows else {}
    return [
        ListedCompany(
            row,
            regions.get(row.region_code or "", ""),
            industries.get(row.industry_code or "", ""),
            contacted.get(row.id),
        )
        for row in rows
    ]
