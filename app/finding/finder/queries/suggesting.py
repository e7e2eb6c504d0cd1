"""A few hits of each kind while somebody types."""

import logging
from collections.abc import Sequence

from app.core.access.auth import Actor
from app.core.index.searching import SearchUnavailable, Source, reader, require_filled
from app.finding.finder.enums import FoundBy
from app.finding.finder.narrowing import Narrowed
from app.finding.finder.queries.answers import Asked, HitGroup, ShownHit
from app.finding.finder.queries.reading import query_for, read_again, sources_for, understood
from app.finding.finder.understanding import Understood

log = logging.getLogger(__name__)
PER_KIND = 4
SUGGESTED = 10


def suggest(text: str, actor: Actor) -> tuple[list[HitGroup], FoundBy]:
    """A few hits of each kind for the box, at most SUGGESTED in all."""
    sources = sources_for(actor)
    if not text or not sources:
        return [], FoundBy.INDEX
    meant = understood(Asked(text), actor)
    try:
        groups = _suggested(meant, actor)
        if not groups and meant.parts:
            groups = _suggested(Understood(text), actor)
        if not groups:
            require_filled()
    except SearchUnavailable as error:
        log.warning("suggestions degraded: %s", error)
        return _suggest_from_database(meant.text.strip(), actor), FoundBy.DATABASE
    return groups, FoundBy.INDEX


def _suggested(meant: Understood, actor: Actor) -> list[HitGroup]:
    query = query_for(meant.text, actor, Narrowed(), meant.parts)
    found = reader().suggest(query, PER_KIND)
    keys = [(kind, hit.id) for kind, best in found.items() for hit in best.hits]
    totals = {kind: best.total for kind, best in found.items()}
    return _grouped(read_again(keys, actor, meant.text), totals, sources_for(actor))


def _suggest_from_database(text: str, actor: Actor) -> list[HitGroup]:
    sources = sources_for(actor)
    keys = [
        (source.kind, public_id)
        for source in sources
        for public_id in (source.find(text, actor, PER_KIND) if text else ())
    ]
    return _grouped(read_again(keys, actor, text), {}, sources)


def _grouped(hits: Sequence[ShownHit], counts: dict[str, int], sources: Sequence[Source]) -> list[HitGroup]:
    groups: list[HitGroup] = []
    left = SUGGESTED
    for source in sources:
        mine = tuple(hit for hit in hits if hit.kind == source.kind)[:left]
        left -= len(mine)
        if mine:
            total = counts.get(source.kind, len(mine))
            groups.append(HitGroup(source.kind, source.label, source.icon, total, mine))
    return groups
