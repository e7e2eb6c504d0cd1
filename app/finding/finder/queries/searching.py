"""One page of results."""

import logging
from dataclasses import replace

from app.core.access.auth import Actor
from app.core.index.relay import overdue
from app.core.index.searching import Order, SearchUnavailable, reader, require_filled
from app.core.values.clock import age_in_words, today
from app.finding.finder.enums import FoundBy, SortedBy
from app.finding.finder.facets import read_blocks, wanted_of
from app.finding.finder.queries.answers import Asked, Results, key_of
from app.finding.finder.queries.reading import PAGE, query_for, read_again, sources_for, understood
from app.finding.finder.understanding import Understood

log = logging.getLogger(__name__)
DEEPEST = 10_000
_ORDERS = {
    SortedBy.RELEVANCE: Order.RELEVANCE,
    SortedBy.RECENT: Order.DAY,
    SortedBy.AMOUNT: Order.AMOUNT,
}


def search(asked: Asked, actor: Actor) -> Results:
    """One page of hits. While the index is unavailable the database answers, marked as such.

    What was understood never loses a hit: where it finds nothing, the words are searched as they stand.
    """
    kinds = {source.kind for source in sources_for(actor)}
    if not (asked.text or asked.narrowed) or not kinds:
        return Results((), {}, 0, False, FoundBy.INDEX)
    if asked.kind not in kinds:
        asked = replace(asked, kind="")
    meant = understood(asked, actor)
    try:
        found = _search(asked, actor, meant)
        if not found.total and meant.parts:
            as_typed = _search(asked, actor, Understood(asked.text))
            # A condition outweighs what is merely alike: 负极材料 湖南 never means 负极材料 elsewhere.
            found = replace(as_typed, as_typed=True) if as_typed.total and not as_typed.alike else found
        if not any(found.counts.values()):
            require_filled()
    except SearchUnavailable as error:
        log.warning("search degraded: %s", error)
        return _from_database(asked, actor, meant)
    return found


def _search(asked: Asked, actor: Actor, meant: Understood) -> Results:
    day = today()
    offset = min((asked.page - 1) * PAGE, DEEPEST - PAGE)
    chosen = replace(
        query_for(meant.text, actor, asked.narrowed, meant.parts),
        kinds=(asked.kind,) if asked.kind else (),
        order=_ORDERS[asked.sorted_by],
        offset=offset,
    )
    view = reader().overview(chosen, wanted_of(chosen, asked.narrowed, day))
    page = view.page
    has_choice = bool(page.total or asked.narrowed)
    hits = read_again([(hit.kind, hit.id) for hit in page.hits], actor, meant.text)
    alike = {key_of(hit.kind, hit.id) for hit in page.hits if hit.alike}
    return Results(
        tuple(replace(hit, alike=hit.key in alike) for hit in hits),
        view.kinds,
        page.total,
        page.capped,
        FoundBy.INDEX,
        meant.text,
        meant.parts,
        tuple(read_blocks(view.facets, chosen, asked.narrowed, day)) if has_choice else (),
        alike=bool(page.hits) and all(hit.alike for hit in page.hits),
    )


def _from_database(asked: Asked, actor: Actor, meant: Understood) -> Results:
    """Plain containment, newest first within a kind; never more than a few pages and without conditions."""
    sources = [source for source in sources_for(actor) if asked.kind in ("", source.kind)]
    text, offset = meant.text.strip(), (asked.page - 1) * PAGE
    keys = [
        (source.kind, public_id)
        for source in sources
        for public_id in (source.find(text, actor, 3 * PAGE) if text else ())
    ]
    counts: dict[str, int] = {}
    for kind, _public_id in keys:
        counts[kind] = counts.get(kind, 0) + 1
    hits = read_again(keys[offset : offset + PAGE], actor, text)
    return Results(tuple(hits), counts, len(keys), len(keys) >= 3 * PAGE, FoundBy.DATABASE, text)


def lag_in_words(found_by: FoundBy) -> str:
    """That what was found may be old, and by how much; nothing while the index follows. The database knows
    all, and is not asked for more when it answered itself.
    """
    waited = overdue() if found_by is FoundBy.INDEX else None
    if waited is None:
        return ""
    return f"搜索结果可能不是最新的：近来的更改还没有进入搜索，最早的一项更改已等 {age_in_words(waited)}"
