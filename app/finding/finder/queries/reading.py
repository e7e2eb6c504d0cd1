"""Within which rights is searched, and the hits as the database has them."""

from collections.abc import Mapping, Sequence

from app.core.access.auth import Actor
from app.core.access.scopes import Scope
from app.core.index.searching import SOURCES, Query, Shown, Source, access_of, county_words, marking, sources
from app.core.storage.db import read_once
from app.core.values.clock import today
from app.finding.finder.narrowing import Narrowed, filters_of
from app.finding.finder.queries.answers import Asked, ShownHit
from app.finding.finder.understanding import ReadCondition, Understood, understand
from app.finding.finder.vocabulary import vocabulary_of
from app.finding.finder.wording import is_marked, says, where_it_hit
from app.register.accounts.enums import Permission

PAGE = 20


def sources_for(actor: Actor) -> list[Source]:
    """The kinds of record this reader may search."""
    return [source for source in sources() if actor.may(source.right)]


def query_for(text: str, actor: Actor, narrowed: Narrowed, parts: Sequence[ReadCondition] = ()) -> Query:
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


def read_again(keys: Sequence[tuple[str, str]], actor: Actor, text: str) -> list[ShownHit]:
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
) -> list[ShownHit]:
    """Those of the keys that were shown, in their order, with the places that hold the text."""
    return [
        _hit(SOURCES[kind], shown[kind][public_id], text)
        for kind, public_id in keys
        if public_id in shown[kind] and may_be_found(SOURCES[kind], shown[kind][public_id], text)
    ]


def _hit(source: Source, shown: Shown, text: str) -> ShownHit:
    return ShownHit(
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
