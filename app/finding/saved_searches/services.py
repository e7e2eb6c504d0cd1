"""Remembers what was searched for, keeps saved searches and what their owner has seen of them."""

from collections.abc import Iterable

from sqlalchemy import delete, select, update

from app.core.access.auth import Actor
from app.core.storage.db import db, insert_unless_there
from app.core.values.clock import now
from app.core.values.errors import RuleBroken
from app.finding.finder.kept import Matching, rights_of
from app.finding.finder.queries import Asked
from app.finding.finder.written import written
from app.finding.saved_searches.models import RecentSearch, SavedSearch
from app.finding.saved_searches.queries import count_saved, digest_of, saved_as, total_for
from app.finding.saved_searches.rules import (
    KEPT,
    MOST_RECENT,
    WATCHABLE,
    fresh_of,
    known_after,
    refusal_to_save,
    refusal_to_watch,
)

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
