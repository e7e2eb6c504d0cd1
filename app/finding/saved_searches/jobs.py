"""Counts what is new in the saved searches of everybody, by itself. Commits for each owner."""

import logging
from dataclasses import dataclass

from sqlalchemy import or_, select, update

from app.core.access.auth import Actor
from app.core.index.searching import SearchUnavailable
from app.core.storage.db import db, reading_apart
from app.finding.finder.kept import matching, rights_of, still_found
from app.finding.finder.written import read_written
from app.finding.saved_searches.models import SavedSearch
from app.finding.saved_searches.rules import WATCHABLE, fresh_of, kept_of
from app.register.accounts.queries import actor_for_user

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Counted:
    """One saved search as the index and the database answered for it; `keys` None when it is too wide."""

    saved_id: int
    total: int
    rights: str
    keys: tuple[str, ...] | None
    hidden: frozenset[str]  # of those that would be new: in the index still, but not for this reader


def count_all() -> None:
    """Counts every saved search under its owner's rights of now. While the index cannot tell, nothing is
    counted and what was told before stands. Whoever is disabled is told nothing. What fails for one owner
    goes to the log and keeps nobody else from being told.
    """
    with reading_apart():
        owners = list(db.session.scalars(select(SavedSearch.user_id).distinct()))
    for user_id in owners:
        try:
            _count_for(user_id)
        except SearchUnavailable as error:
            log.warning("saved searches were not counted: %s", error)
            return
        except Exception:
            db.session.rollback()
            log.exception("saved searches of user %s were not counted", user_id)


def _count_for(user_id: int) -> None:
    """Looks without a lock, then writes all of one owner's counts; commits."""
    with reading_apart():
        counted = _count_of(user_id)
    if counted is None:
        _tell_nothing(user_id)
    for each in counted or ():
        _keep(each)
    db.session.commit()


def _count_of(user_id: int) -> list[_Counted] | None:
    """None for somebody who may not sign in."""
    actor = actor_for_user(user_id)
    if actor is None:
        return None
    query = select(SavedSearch.id, SavedSearch.address, SavedSearch.known)
    rows = db.session.execute(query.where(SavedSearch.user_id == user_id)).all()
    return [_count(row.id, row.address, row.known, actor) for row in rows]


def _count(saved_id: int, address: str, known: list[str] | None, actor: Actor) -> _Counted:
    asked = read_written(address)
    found = matching(asked, actor, WATCHABLE)
    if found.total > WATCHABLE:
        return _Counted(saved_id, found.total, rights_of(actor), None, frozenset())
    fresh = [] if known is None else fresh_of(found.keys, known)
    hidden = frozenset(fresh).difference(still_found([(asked.text, fresh)], actor)[0])
    return _Counted(saved_id, found.total, rights_of(actor), found.keys, hidden)


def _keep(counted: _Counted) -> None:
    """What is known is read again under the row's lock: its owner may have looked meanwhile."""
    columns = (SavedSearch.known, SavedSearch.fresh, SavedSearch.total, SavedSearch.rights)
    query = select(*columns).where(SavedSearch.id == counted.saved_id)
    row = db.session.execute(query.with_for_update()).first()
    if row is None:
        return
    known, fresh = _known_and_fresh(row.known, counted)
    if (known, fresh, counted.total, counted.rights) == tuple(row):
        return
    db.session.execute(
        update(SavedSearch)
        .where(SavedSearch.id == counted.saved_id)
        .values(known=known, fresh=fresh, fresh_count=len(fresh), total=counted.total, rights=counted.rights)
    )


def _known_and_fresh(known: list[str] | None, counted: _Counted) -> tuple[list[str] | None, list[str]]:
    if counted.keys is None:
        return None, []
    if known is None:
        return list(counted.keys), []
    fresh = [key for key in fresh_of(counted.keys, known) if key not in counted.hidden]
    return kept_of(known, counted.keys), fresh


def _tell_nothing(user_id: int) -> None:
    something = or_(SavedSearch.fresh_count > 0, SavedSearch.total.is_not(None))
    db.session.execute(
        update(SavedSearch)
        .where(SavedSearch.user_id == user_id, something)
        .values(fresh=[], fresh_count=0, total=None)
    )
