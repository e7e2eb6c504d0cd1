"""Remembers what was searched for, keeps saved searches, counts what is new in them."""

import logging
import traceback
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, or_, select, update

from app.core.access.auth import Actor
from app.core.index.searching import SearchUnavailable
from app.core.storage.db import db, insert_unless_there, reading_apart
from app.core.values.clock import now
from app.core.values.errors import RuleBroken
from app.finding.finder.kept import Matching, matching, rights_of, still_found
from app.finding.finder.queries import Asked
from app.finding.finder.written import read_written, written
from app.finding.saved_searches.models import RecentSearch, SavedSearch
from app.finding.saved_searches.queries import count_saved, digest_of, saved_as, total_for
from app.finding.saved_searches.rules import (
    KEPT,
    MOST_RECENT,
    WATCHABLE,
    fresh_of,
    kept_of,
    known_after,
    refusal_to_save,
    refusal_to_watch,
)
from app.register.accounts.queries import actor_for_user

log = logging.getLogger(__name__)


# --- recent searches -------------------------------------------------------------------------------


def remember(user_id: int, asked: Asked) -> None:
    """Puts a search on top of the user's last ones, and lets go of the eleventh. Two tabs that ask the same
    at once leave it there once.
    """
    values = {"address": written(asked), "asked_at": now()}
    mine = RecentSearch.user_id == user_id
    digest = digest_of(asked)
    found = db.session.execute(
        update(RecentSearch).where(mine, RecentSearch.digest == digest).values(values)
    ).rowcount  # type: ignore[attr-defined]
    if not found:
        row = insert_unless_there(RecentSearch).values(user_id=user_id, digest=digest, **values)
        db.session.execute(row)
    kept = (
        select(RecentSearch.id)
        .where(mine)
        .order_by(RecentSearch.asked_at.desc(), RecentSearch.id.desc())
        .limit(MOST_RECENT)
    )
    db.session.execute(delete(RecentSearch).where(mine, RecentSearch.id.not_in(kept)))


def forget(actor: Actor, digest: str) -> None:
    """Removes one of the actor's last searches; one that is gone already stays gone."""
    db.session.execute(
        delete(RecentSearch).where(RecentSearch.user_id == actor.user_id, RecentSearch.digest == digest)
    )


def forget_all(actor: Actor) -> None:
    """Removes all of the actor's last searches."""
    db.session.execute(delete(RecentSearch).where(RecentSearch.user_id == actor.user_id))


def forget_old() -> int:
    """Removes what was searched for long ago; returns how many. Done by night."""
    old = delete(RecentSearch).where(RecentSearch.asked_at < now() - KEPT)
    return int(db.session.execute(old).rowcount)  # type: ignore[attr-defined]


# --- saved searches --------------------------------------------------------------------------------


def save_search(
    actor: Actor, asked: Asked, name: str, *, is_watched: bool, found: Matching | None
) -> SavedSearch:
    """Keeps a search under a name. `found` is what it finds now: all of that counts as known."""
    twin = saved_as(asked, actor)
    refused = refusal_to_save(count_saved(actor), twin.name if twin else None)
    if refused:
        raise RuleBroken({"name": refused})
    if is_watched:
        _require_watchable(found.total if found else None)
    row = SavedSearch(
        user_id=actor.user_id,
        digest=digest_of(asked),
        address=written(asked),
        name=name,
        is_watched=is_watched,
        total=found.total if found else None,
        rights=rights_of(actor),
        looked_at=now(),
        known=list(found.keys) if found and found.total <= WATCHABLE else None,
    )
    db.session.add(row)
    db.session.flush()
    return row


def change_saved(row: SavedSearch, actor: Actor, *, name: str, is_watched: bool) -> None:
    """Another name, reminders on or off. The last word of its one owner holds: no version is asked for."""
    if is_watched and not row.is_watched:
        _require_watchable(total_for(row, actor))
    row.name, row.is_watched = name, is_watched


def _require_watchable(total: int | None) -> None:
    refused = refusal_to_watch(total)
    if refused:
        raise RuleBroken({"is_watched": refused})


def remove_saved(row: SavedSearch) -> None:
    """Deletes it: a convenience of one user that nothing refers to."""
    db.session.delete(row)


def look_at(saved_id: int, keys: Iterable[str]) -> None:
    """The owner has these records before them: they are new no more."""
    query = select(SavedSearch.known, SavedSearch.fresh).where(SavedSearch.id == saved_id)
    row = db.session.execute(query.with_for_update()).first()
    if row is None:
        return
    seen = list(keys)
    known = known_after(row.known or [], seen)
    fresh = fresh_of(row.fresh, seen)
    values = {"known": known, "fresh": fresh, "fresh_count": len(fresh), "looked_at": now()}
    if row.known is None:
        del values["known"]  # all that the first count finds will be known
    db.session.execute(update(SavedSearch).where(SavedSearch.id == saved_id).values(values))


# --- counting what is new --------------------------------------------------------------------------


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
        except Exception:  # noqa: BLE001 - the other owners' searches must still be counted
            db.session.rollback()
            log.error("saved searches of user %s were not counted\n%s", user_id, traceback.format_exc())


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
