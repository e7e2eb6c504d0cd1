"""The global search: asks the index within the reader's rights, reads the hits again under their scope."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from app.core.auth import Actor
from app.core.permissions import Scope
from app.core.reach import Reach
from app.core.searching import (
    SOURCES,
    Query,
    SearchUnavailable,
    Shown,
    Source,
    access_of,
    reader,
    require_filled,
)
from app.finder.enums import FoundBy

log = logging.getLogger(__name__)
PAGE = 20
PER_KIND = 4
SUGGESTED = 10
DEEPEST = 10_000


@dataclass(frozen=True, slots=True)
class Hit:
    """One record the reader may see."""

    kind: str
    label: str
    icon: str
    endpoint: str
    shown: Shown


@dataclass(frozen=True, slots=True)
class Group:
    """The hits of one kind; `total` counts all of them."""

    kind: str
    label: str
    icon: str
    total: int
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """One page of results and the counts by kind under the same rights."""

    hits: tuple[Hit, ...]
    counts: dict[str, int]
    total: int
    capped: bool
    found_by: FoundBy


def sources_for(actor: Actor) -> list[Source]:
    """The kinds of record this reader may search."""
    return [source for source in SOURCES.values() if actor.may(source.right)]


def tokens_of(actor: Actor) -> tuple[str, ...]:
    """The reader's access tokens; the same for every scoped kind."""
    return access_of(actor, Scope(actor.person_id, Reach(actor.reach), actor.unit_ids, actor.team_ids))


def _query(text: str, actor: Actor, kinds: Sequence[str], offset: int = 0, limit: int = PAGE) -> Query:
    return Query(text=text, access=tokens_of(actor), kinds=tuple(kinds), offset=offset, limit=limit)


def _read_again(keys: Sequence[tuple[str, str]], actor: Actor) -> list[Hit]:
    """The hits as the database has them, in the order of the index; what the reader may not see is gone."""
    by_kind: dict[str, list[str]] = {}
    for kind, public_id in keys:
        by_kind.setdefault(kind, []).append(public_id)
    shown = {kind: SOURCES[kind].show(ids, actor) for kind, ids in by_kind.items()}
    return [
        Hit(
            kind,
            SOURCES[kind].label,
            SOURCES[kind].icon,
            SOURCES[kind].endpoint,
            shown[kind][public_id],
        )
        for kind, public_id in keys
        if public_id in shown[kind]
    ]


def search(text: str, actor: Actor, kind: str = "", page: int = 1) -> Results:
    """One page of hits. While the index is unavailable the database answers, marked as such."""
    sources = sources_for(actor)
    all_kinds = [source.kind for source in sources]
    kinds = [kind] if kind in all_kinds else all_kinds
    if not text or not kinds:
        return Results((), {}, 0, False, FoundBy.INDEX)
    offset = min((page - 1) * PAGE, DEEPEST - PAGE)
    try:
        found = reader().search(_query(text, actor, kinds, offset))
        counts = reader().counts(_query(text, actor, all_kinds))
        if not any(counts.values()):
            require_filled()
    except SearchUnavailable as error:
        log.warning("search degraded: %s", error)
        return _from_database(text, actor, [source for source in sources if source.kind in kinds], offset)
    hits = _read_again([(hit.kind, hit.id) for hit in found.hits], actor)
    return Results(tuple(hits), counts, found.total, found.capped, FoundBy.INDEX)


def _from_database(text: str, actor: Actor, sources: Sequence[Source], offset: int) -> Results:
    """Plain containment, newest first within a kind; never more than a few pages."""
    keys = [
        (source.kind, public_id) for source in sources for public_id in source.find(text, actor, 3 * PAGE)
    ]
    counts: dict[str, int] = {}
    for kind, _public_id in keys:
        counts[kind] = counts.get(kind, 0) + 1
    hits = _read_again(keys[offset : offset + PAGE], actor)
    return Results(tuple(hits), counts, len(keys), len(keys) >= 3 * PAGE, FoundBy.DATABASE)


def suggest(text: str, actor: Actor) -> tuple[list[Group], FoundBy]:
    """A few hits of each kind for the box, at most SUGGESTED in all."""
    sources = sources_for(actor)
    if not text or not sources:
        return [], FoundBy.INDEX
    query = _query(text, actor, [source.kind for source in sources])
    try:
        found = reader().suggest(query, PER_KIND)
        counts = reader().counts(query)
        if not any(counts.values()):
            require_filled()
    except SearchUnavailable as error:
        log.warning("suggestions degraded: %s", error)
        return _suggest_from_database(text, actor, sources), FoundBy.DATABASE
    keys = [(kind, hit.id) for kind, hits in found.items() for hit in hits]
    return _grouped(_read_again(keys, actor), counts, sources), FoundBy.INDEX


def _suggest_from_database(text: str, actor: Actor, sources: Sequence[Source]) -> list[Group]:
    keys = [
        (source.kind, public_id) for source in sources for public_id in source.find(text, actor, PER_KIND)
    ]
    hits = _read_again(keys, actor)
    return _grouped(hits, {}, sources)


def _grouped(hits: Sequence[Hit], counts: dict[str, int], sources: Sequence[Source]) -> list[Group]:
    groups: list[Group] = []
    left = SUGGESTED
    for source in sources:
        mine = tuple(hit for hit in hits if hit.kind == source.kind)[:left]
        left -= len(mine)
        if mine:
            total = counts.get(source.kind, len(mine))
            groups.append(Group(source.kind, source.label, source.icon, total, mine))
    return groups
