"""The global search: asks the index within the reader's rights, reads the hits again under their scope."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.core.access.auth import Actor
from app.core.access.scopes import Scope
from app.core.index.relay import overdue
from app.core.index.searching import (
    SOURCES,
    Order,
    Query,
    SearchUnavailable,
    Shown,
    Source,
    access_of,
    county_words,
    marking,
    reader,
    require_filled,
    sources,
)
from app.core.storage.db import read_once
from app.core.values.clock import age_in_words, today
from app.finding.finder.enums import FoundBy, SortedBy
from app.finding.finder.facets import Block, read_blocks, wanted_of
from app.finding.finder.narrowing import Narrowed, filters_of
from app.finding.finder.understanding import Part, Understood, understand
from app.finding.finder.vocabulary import vocabulary_of
from app.finding.finder.wording import Place, is_marked, says, where_it_hit
from app.register.accounts.enums import Permission
from app.register.enterprises.indexing import KIND as COMPANY

log = logging.getLogger(__name__)
PAGE = 20
PER_KIND = 4
SUGGESTED = 10
DEEPEST = 10_000
_ORDERS = {
    SortedBy.RELEVANCE: Order.RELEVANCE,
    SortedBy.RECENT: Order.DAY,
    SortedBy.AMOUNT: Order.AMOUNT,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody typed and chose. `raw`: the words mean nothing but themselves."""

    text: str
    kind: str = ""
    page: int = 1
    narrowed: Narrowed = field(default_factory=Narrowed)
    sorted_by: SortedBy = SortedBy.RELEVANCE
    raw: bool = False


def key_of(kind: str, public_id: str) -> str:
    """Names a record among those of all kinds."""
    return f"{kind}:{public_id}"


@dataclass(frozen=True, slots=True)
class Hit:
    """One record the reader may see, and where beside its title it holds what was typed."""

    kind: str
    label: str
    icon: str
    endpoint: str
    shown: Shown
    places: tuple[Place, ...] = ()
    is_named_so: bool = False  # what was typed stands in its title
    alike: bool = False  # it does not hold what was typed, its name is similar

    @property
    def page_id(self) -> str:
        return self.shown.page_id or self.shown.public_id

    @property
    def key(self) -> str:
        """Names the record among those of all kinds."""
        return key_of(self.kind, self.shown.public_id)


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
    """One page of results, with the counts by kind and by value under the same rights.

    `text` is what was searched for after `parts` were understood. `as_typed`: with them nothing was found,
    without them something was. `alike`: no record holds what was typed, these have similar names.
    """

    hits: tuple[Hit, ...]
    counts: dict[str, int]
    total: int
    capped: bool
    found_by: FoundBy
    text: str = ""
    parts: tuple[Part, ...] = ()
    blocks: tuple[Block, ...] = ()
    as_typed: bool = False
    alike: bool = False

    @property
    def nearest(self) -> Hit | None:
        """Of what is merely alike, what was most likely meant: a company, or a record named so itself."""
        if not self.alike:
            return None
        companies = (hit for hit in self.hits if hit.kind == COMPANY)
        return next(companies, None) or next((hit for hit in self.hits if hit.is_named_so), None)


def sources_for(actor: Actor) -> list[Source]:
    """The kinds of record this reader may search."""
    return [source for source in sources() if actor.may(source.right)]


def query_for(text: str, actor: Actor, narrowed: Narrowed, parts: Sequence[Part] = ()) -> Query:
    """Only the kinds this reader may search take part in anything, also in what is alike."""
    return Query(
        text=text,
        access=access_of(actor),
        among=tuple(source.kind for source in sources_for(actor)),
        where=(*narrowed.filters(), *filters_of(parts)),
        tail_access=Scope.of(actor).tokens() if actor.may(Permission.CONTACTS_UNMASK) else (),
        words=county_words(),
        limit=PAGE,
    )


def _read_again(keys: Sequence[tuple[str, str]], actor: Actor, text: str) -> list[Hit]:
    """The hits as the database has them, in the order of the index; what the reader may not see is gone."""
    return hits_of(keys, read_records(keys, actor), text)


def read_records(keys: Sequence[tuple[str, str]], actor: Actor) -> dict[str, Mapping[str, Shown]]:
    """The records of these kinds and public ids that this reader may see, by kind; each kind is read once."""
    by_kind: dict[str, list[str]] = {}
    for kind, public_id in keys:
        by_kind.setdefault(kind, []).append(public_id)
    return {kind: SOURCES[kind].show(ids, actor) for kind, ids in by_kind.items()}


def hits_of(
    keys: Sequence[tuple[str, str]], shown: Mapping[str, Mapping[str, Shown]], text: str
) -> list[Hit]:
    """Those of the keys that were shown, in their order, with the places that hold the text."""
    return [
        _hit(SOURCES[kind], shown[kind][public_id], text)
        for kind, public_id in keys
        if public_id in shown[kind] and may_be_found(SOURCES[kind], shown[kind][public_id], text)
    ]


def _hit(source: Source, shown: Shown, text: str) -> Hit:
    return Hit(
        source.kind,
        source.label,
        source.icon,
        source.endpoint,
        shown,
        where_it_hit(shown, text, county_words()),
        is_marked(marking()(shown.title, text)),
    )


def may_be_found(source: Source, shown: Shown, text: str) -> bool:
    """A right to find by the end of a number may be gone though the index still has it."""
    return not source.has_tails or says(shown, text)


def understood(asked: Asked, actor: Actor) -> Understood:
    """What the words of a search mean to this reader."""
    if asked.raw:
        return Understood(asked.text)
    kinds = {source.label: source.kind for source in sources_for(actor)}
    # Whoever counts many searches of one reader reads their words once.
    words = read_once(("vocabulary", actor, today()), lambda: vocabulary_of(actor, kinds))
    return understand(asked.text, words)


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
    hits = _read_again([(hit.kind, hit.id) for hit in page.hits], actor, meant.text)
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
    hits = _read_again(keys[offset : offset + PAGE], actor, text)
    return Results(tuple(hits), counts, len(keys), len(keys) >= 3 * PAGE, FoundBy.DATABASE, text)


def lag_in_words(found_by: FoundBy) -> str:
    """That what was found may be old, and by how much; nothing while the index follows. The database knows
    all, and is not asked for more when it answered itself.
    """
    waited = overdue() if found_by is FoundBy.INDEX else None
    if waited is None:
        return ""
    return f"搜索结果可能不是最新的：近来的更改还没有进入搜索，最早的一项更改已等 {age_in_words(waited)}"


def suggest(text: str, actor: Actor) -> tuple[list[Group], FoundBy]:
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


def _suggested(meant: Understood, actor: Actor) -> list[Group]:
    query = query_for(meant.text, actor, Narrowed(), meant.parts)
    found = reader().suggest(query, PER_KIND)
    keys = [(kind, hit.id) for kind, best in found.items() for hit in best.hits]
    totals = {kind: best.total for kind, best in found.items()}
    return _grouped(_read_again(keys, actor, meant.text), totals, sources_for(actor))


def _suggest_from_database(text: str, actor: Actor) -> list[Group]:
    sources = sources_for(actor)
    keys = [
        (source.kind, public_id)
        for source in sources
        for public_id in (source.find(text, actor, PER_KIND) if text else ())
    ]
    return _grouped(_read_again(keys, actor, text), {}, sources)


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
