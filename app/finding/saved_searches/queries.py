"""What a user has searched for and saved; what is new in it, under their rights of this moment."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select

from app.core.access.auth import Actor
from app.core.index.searching import SearchUnavailable
from app.core.storage.db import already_read, db, read_once
from app.core.values.errors import NotFound
from app.finding.finder.kept import Matching, matching, rights_of, still_found, still_shown
from app.finding.finder.queries import Asked, ShownHit
from app.finding.finder.written import InWords, in_plain_words, read_written, written
from app.finding.saved_searches.models import RecentSearch, SavedSearch
from app.finding.saved_searches.rules import MOST_RECENT, WATCHABLE, in_figures, refusal_to_watch

MOST_TOLD = 50  # new records of one search that are read again; more are told as "50+"
ON_HOME = 5
GLANCE = 5  # new records of one search that the menu reads first: mostly the reader may still see one of them


@dataclass(frozen=True, slots=True)
class Recent:
    """One of the last searches of a user."""

    digest: str
    address: str
    words: InWords


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved search as its owner's pages show it. `counted` is what `total_for` them is; `keys` are the new
    records, at most MOST_TOLD, `has_more`: there are others.
    """

    row: SavedSearch
    words: InWords
    counted: int | None
    keys: tuple[str, ...]
    has_more: bool

    @property
    def total(self) -> str:
        return "" if self.counted is None else in_figures(self.counted)

    @property
    def fresh(self) -> str:
        return f"{MOST_TOLD}+" if self.has_more else str(len(self.keys))

    @property
    def is_too_wide(self) -> bool:
        return refusal_to_watch(self.counted) is not None


def digest_of(asked: Asked) -> str:
    """The same for searches that ask the same, in whatever order."""
    return hashlib.blake2b(written(asked, with_order=False).encode(), digest_size=16).hexdigest()


def list_recent(actor: Actor) -> list[Recent]:
    """The last searches of a user, the newest first."""
    rows = db.session.scalars(
        select(RecentSearch)
        .where(RecentSearch.user_id == actor.user_id)
        .order_by(RecentSearch.asked_at.desc(), RecentSearch.id.desc())
        .limit(MOST_RECENT)
    ).all()
    words = in_plain_words([read_written(row.address) for row in rows])
    return [Recent(row.digest, row.address, said) for row, said in zip(rows, words, strict=True)]


def newest_recent(actor: Actor) -> str | None:
    """The digest of the last search of a user."""
    return db.session.scalar(
        select(RecentSearch.digest)
        .where(RecentSearch.user_id == actor.user_id)
        .order_by(RecentSearch.asked_at.desc(), RecentSearch.id.desc())
        .limit(1)
    )


def _of(actor: Actor) -> Select[SavedSearch]:
    return select(SavedSearch).where(SavedSearch.user_id == actor.user_id)


def get_saved(public_id: str, actor: Actor) -> SavedSearch:
    """One of the actor's own; anybody else's does not exist for them."""
    row = db.session.scalar(_of(actor).where(SavedSearch.public_id == public_id))
    if row is None:
        raise NotFound
    return row


def saved_as(asked: Asked, actor: Actor) -> SavedSearch | None:
    """Under what the actor has saved this search, if they have."""
    return db.session.scalar(_of(actor).where(SavedSearch.digest == digest_of(asked)))


def count_saved(actor: Actor) -> int:
    """How many searches the actor has saved."""
    query = select(func.count()).select_from(SavedSearch).where(SavedSearch.user_id == actor.user_id)
    return db.session.scalar(query) or 0


def list_saved(actor: Actor) -> list[Saved]:
    """All that the actor has saved, those with something new first, then the newest."""
    rows = db.session.scalars(_of(actor).order_by(SavedSearch.id.desc())).all()
    return sorted(_shown(rows, _fresh_of(rows, actor, MOST_TOLD), actor), key=lambda saved: not saved.keys)


def show_saved(row: SavedSearch, actor: Actor) -> tuple[Saved, list[ShownHit]]:
    """One of the actor's own with the records that are new in it."""
    hits = still_shown(read_written(row.address).text, row.fresh[:MOST_TOLD], actor)
    return _shown([row], [tuple(hit.key for hit in hits)], actor)[0], hits


def list_news(actor: Actor) -> list[Saved]:
    """The watched searches of the actor that have something new, a few of them."""
    rows = _rows_with_news(actor)
    fresh = read_once(_told_to(actor), lambda: _fresh_of(rows, actor, MOST_TOLD))
    told = [(row, keys) for row, keys in zip(rows, fresh, strict=True) if keys][:ON_HOME]
    return _shown([row for row, _keys in told], [keys for _row, keys in told], actor)


def count_news(actor: Actor) -> int:
    """How many watched searches have something new that the actor may see now: as many as `list_news` would
    tell without its end. Asked by every page, so it reads a few records of each search before it reads all.
    """
    told = already_read(_told_to(actor))
    if told is not None:  # by the first page, whose frame this is
        return sum(map(bool, told))
    rows = _rows_with_news(actor)
    glances = _fresh_of(rows, actor, GLANCE)
    left = [row for row, keys in zip(rows, glances, strict=True) if not keys and len(row.fresh) > GLANCE]
    return sum(map(bool, glances)) + sum(map(bool, _fresh_of(left, actor, MOST_TOLD)))


def _told_to(actor: Actor) -> tuple[str, int | None]:
    return "news told", actor.user_id


def total_for(row: SavedSearch, actor: Actor) -> int | None:
    """How many there were at the last count; None while nobody has counted for the rights the actor has now.
    What they might find under others is not told, neither as a number nor as a refusal.
    """
    return row.total if row.rights == rights_of(actor) else None


def _rows_with_news(actor: Actor) -> Sequence[SavedSearch]:
    query = _of(actor).where(SavedSearch.is_watched.is_(True), SavedSearch.fresh_count > 0)
    rows = query.order_by(SavedSearch.id.desc())
    # by the first page, and by the frame around it
    return read_once(("news", actor.user_id), lambda: db.session.scalars(rows).all())


def _fresh_of(rows: Sequence[SavedSearch], actor: Actor, most: int) -> list[tuple[str, ...]]:
    """Of the first so many new records of each search those that the actor may see now."""
    if not rows:
        return []
    return still_found([(read_written(row.address).text, row.fresh[:most]) for row in rows], actor)


def _shown(rows: Sequence[SavedSearch], fresh: Sequence[tuple[str, ...]], actor: Actor) -> list[Saved]:
    words = in_plain_words([read_written(row.address) for row in rows])
    return [
        # What is hidden from the reader leaves no trace in the number either.
        Saved(row, said, total_for(row, actor), keys, len(row.fresh) > MOST_TOLD and len(keys) == MOST_TOLD)
        for row, said, keys in zip(rows, words, fresh, strict=True)
    ]


def count_now(asked: Asked, actor: Actor) -> Matching | None:
    """What it finds now; None while the index cannot tell."""
    try:
        return matching(asked, actor, WATCHABLE)
    except SearchUnavailable:
        return None
