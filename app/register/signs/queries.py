"""Reads of signs: one, those of a company or of many, the list, what names somebody."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from app.core.access.auth import Actor
from app.core.records.typed import contains, contains_any, each_term
from app.core.storage.db import db, read_once
from app.core.storage.subjects import Subject, inner_id
from app.core.values.clock import today
from app.core.values.errors import NotFound
from app.core.values.ids import looks_like_public_id
from app.core.values.registries import BESIDE, Sought
from app.register.enterprises.models import Enterprise
from app.register.enterprises.naming import about_company
from app.register.signs.enums import SignKind
from app.register.signs.models import ExpansionSign
from app.register.signs.rules import same_words

SHOWN = 8  # at the side of the page of a company; its list has all
YEAR = timedelta(days=365)
FULL = (joinedload(ExpansionSign.enterprise), joinedload(ExpansionSign.author))


def get_sign(public_id: str) -> ExpansionSign:
    """The sign with this id; NotFound otherwise."""
    query = select(ExpansionSign).where(ExpansionSign.public_id == public_id).options(*FULL)
    found = db.session.scalar(query) if looks_like_public_id(public_id) else None
    if found is None:
        raise NotFound
    return found


def signs_by_id(public_ids: Collection[str]) -> Sequence[ExpansionSign]:
    """Some signs, also archived ones."""
    query = select(ExpansionSign).where(ExpansionSign.public_id.in_(public_ids))
    return db.session.scalars(query.options(*FULL)).all()


def recent_signs(enterprise_ids: Collection[int], since: date) -> Sequence[ExpansionSign]:
    """What happened at these companies (inner ids) from a day on, that day included: live signs by company,
    the latest first, each with its company. One statement for all of them.
    """
    if not enterprise_ids:
        return []
    query = select(ExpansionSign).where(
        ExpansionSign.enterprise_id.in_(enterprise_ids),
        ExpansionSign.happened_on >= since,
        ExpansionSign.is_kept(),
    )
    order = (ExpansionSign.enterprise_id, ExpansionSign.happened_on.desc(), ExpansionSign.id.desc())
    return db.session.scalars(query.options(joinedload(ExpansionSign.enterprise)).order_by(*order)).all()


def signs_of(company: Subject) -> Sequence[ExpansionSign]:
    """The live signs of a company, the latest first; read once for all that its page tells of them."""
    theirs = ExpansionSign.enterprise_id == inner_id(company)
    query = select(ExpansionSign).where(theirs, ExpansionSign.is_kept())
    order = (ExpansionSign.happened_on.desc(), ExpansionSign.id.desc())
    rows = query.options(*FULL).order_by(*order)
    return read_once(("signs", company), lambda: db.session.scalars(rows).all())


def same_sign(
    enterprise_id: int, kind: SignKind, happened_on: date, what: str, but: ExpansionSign | None = None
) -> ExpansionSign | None:
    """The live sign of a company that says the same: of this kind and day, in the same words."""
    query = select(ExpansionSign).where(
        ExpansionSign.enterprise_id == enterprise_id,
        ExpansionSign.kind == kind,
        ExpansionSign.happened_on == happened_on,
        ExpansionSign.is_kept(),
    )
    said = same_words(what)
    rows = db.session.scalars(query.order_by(ExpansionSign.id))
    return next((row for row in rows if row is not but and same_words(row.what) == said), None)


def naming(sought: Sought) -> Sequence[ExpansionSign]:
    """The signs of the company of somebody sought whose words name them, newest first."""
    texts = (
        ExpansionSign.what,
        ExpansionSign.source,
        ExpansionSign.source_url,
        ExpansionSign.archive_reason,
    )
    known = ExpansionSign.public_id.in_(sought.known_of(ExpansionSign.__tablename__))
    query = select(ExpansionSign).where(
        ExpansionSign.enterprise_id == sought.enterprise_id, or_(contains_any(sought.words, *texts), known)
    )
    query = query.options(*FULL).order_by(ExpansionSign.id.desc())
    return db.session.scalars(query.limit(BESIDE)).all()


# --- the list ----------------------------------------------------------------------------------------


def by_text(text: str) -> ColumnElement[bool]:
    """What the text box of the list asks, and the search without its index."""
    return about_company(
        text,
        ExpansionSign.enterprise_id,
        lambda term: contains(term, ExpansionSign.what, ExpansionSign.source),
    )


def by_source(text: str) -> ColumnElement[bool]:
    """That its source says each of these words."""
    return each_term(text, lambda term: contains(term, ExpansionSign.source, ExpansionSign.source_url))


def of_region(region: ColumnElement[bool]) -> ColumnElement[bool]:
    """That its company is where this holds."""
    return ExpansionSign.enterprise_id.in_(select(Enterprise.id).where(region))


def is_recent(_actor: Actor) -> ColumnElement[bool]:
    """It happened within a year."""
    return ExpansionSign.happened_on >= today() - YEAR


def is_mine(actor: Actor) -> ColumnElement[bool]:
    return ExpansionSign.author_id == actor.person_id


def load(ids: list[int]) -> Sequence[ExpansionSign]:
    """The rows of one page of the list."""
    return db.session.scalars(select(ExpansionSign).where(ExpansionSign.id.in_(ids)).options(*FULL)).all()
