"""What a user has searched for and saved; what is new in it, under their rights of this moment."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select

from app.core.auth import Actor
from app.core.db import db
from app.core.errors import NotFound
from app.core.searching import SearchUnavailable
from app.finder.queries import Asked, Hit, Matching, matching, rights_of, still_shown
from app.finder.written import InWords, in_plain_words, read_written, written
from app.saved_searches.models import RecentSearch, SavedSearch
from app.saved_searches.rules import MOST_RECENT, WATCHABLE, in_figures, refusal_to_watch

MOST_TOLD = 50  # new records of one search that are read again; more are told as "50+"
ON_HOME = 5


@dataclass(frozen=True, slots=True)
class Recent:
    """One of the last searches of a user."""

    digest: str
    address: str
    words: InWords


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved search as its owner's pages show it. `total` is empty while nobody has counted it for the
    rights its owner has now; `hits` are the new records, at most MOST_TOLD, `has_more`: there are others.
    """

    row: SavedSearch
    words: InWords
    total: str
    hits: tuple[Hit, ...]
    has_more: bool

    @property
    def fresh(self) -> str:
        return f"{MOST_TOLD}+" if self.has_more else str(len(self.hits))

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(hit.key for hit in self.hits)

    @property
    def is_too_wide(self) -> bool:
        return refusal_to_watch(self.row.total) is not None


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
        raise NotFound()
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
    return sorted(_shown(rows, actor), key=lambda saved: not saved.hits)


def show_saved(row: SavedSearch, actor: Actor) -> Saved:
    """One of the actor's own with what is new in it."""
    return _shown([row], actor)[0]


def list_news(actor: Actor) -> list[Saved]:
    """The watched searches of the actor that have something new, a few of them."""
    query = _of(actor).where(SavedSearch.is_watched.is_(True), SavedSearch.fresh_count > 0)
    rows = db.session.scalars(query.order_by(SavedSearch.id.desc()).limit(ON_HOME)).all()
    return [saved for saved in _shown(rows, actor) if saved.hits]


def count_news(actor: Actor) -> int:
    """How many watched searches had something new at the last count, if it was made for today's rights."""
    query = select(func.count()).where(
        SavedSearch.user_id == actor.user_id,
        SavedSearch.is_watched.is_(True),
        SavedSearch.fresh_count > 0,
        SavedSearch.rights == rights_of(actor),
    )
    return db.session.scalar(query) or 0


def _shown(rows: Sequence[SavedSearch], actor: Actor) -> list[Saved]:
    searches = [read_written(row.address) for row in rows]
    rights = rights_of(actor)
    wanted = [(asked.text, row.fresh[:MOST_TOLD]) for asked, row in zip(searches, rows, strict=True)]
    return [
        Saved(
            row,
            words,
            "" if row.total is None or row.rights != rights else in_figures(row.total),
            tuple(hits),
            # What is hidden from the reader leaves no trace in the number either.
            len(row.fresh) > MOST_TOLD and len(hits) == MOST_TOLD,
        )
        for row, words, hits in zip(rows, in_plain_words(searches), still_shown(wanted, actor), strict=True)
    ]


def count_now(asked: Asked, actor: Actor) -> Matching | None:
    """What it finds now; None while the index cannot tell."""
    try:
        return matching(asked, actor, WATCHABLE)
    except SearchUnavailable:
        return None
