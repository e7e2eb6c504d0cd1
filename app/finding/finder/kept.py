"""What a kept search finds, as keys, and what of it a reader may see today: looks without a result page."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.core.access.auth import Actor
from app.core.index.searching import SOURCES, HitPage, access_of, reader, require_filled
from app.finding.finder.queries import (
    Asked,
    ShownHit,
    hits_of,
    key_of,
    may_be_found,
    query_for,
    read_records,
    sources_for,
    understood,
)
from app.finding.finder.understanding import Understood
from app.register.accounts.enums import Permission


@dataclass(frozen=True, slots=True)
class Matching:
    """The records a search finds, by `ShownHit.key`, none that is merely alike; as many as were asked for.

    `total` counts all of them and nothing that is alike; one more than the index counts to stands for more
    than that.
    """

    keys: tuple[str, ...]
    total: int


def matching(asked: Asked, actor: Actor, most: int) -> Matching:
    """What the result page of a search goes through, to be remembered. Raises SearchUnavailable.

    `most` is more than a search shows of what is alike: those all stand on its one short page.
    """
    if not sources_for(actor):
        return Matching((), 0)
    meant = understood(asked, actor)
    page = _page(asked, actor, meant, most)
    if not page.total and meant.parts:
        page = _page(asked, actor, Understood(asked.text), most)
    if not page.total:
        require_filled()
    keys = tuple(key_of(hit.kind, hit.id) for hit in page.hits if not hit.alike)
    return Matching(keys, page.total + page.capped - sum(hit.alike for hit in page.hits))


def _page(asked: Asked, actor: Actor, meant: Understood, most: int) -> HitPage:
    query = query_for(meant.text, actor, asked.narrowed, meant.parts)
    kinds = {source.kind for source in sources_for(actor)} & {asked.kind}
    return reader().search(replace(query, kinds=tuple(kinds), limit=most))


def still_found(wanted: Sequence[tuple[str, Sequence[str]]], actor: Actor) -> list[tuple[str, ...]]:
    """Of each text and the keys once found by it, those this reader may see today, in the same order.

    Every kind is read once for all of them.
    """
    split = [(text, _within_rights(keys, actor)) for text, keys in wanted]
    shown = read_records(list(dict.fromkeys(key for _text, keys in split for key in keys)), actor)
    return [
        tuple(
            key_of(kind, public_id)
            for kind, public_id in keys
            if public_id in shown[kind] and may_be_found(SOURCES[kind], shown[kind][public_id], text)
        )
        for text, keys in split
    ]


def still_shown(text: str, keys: Sequence[str], actor: Actor) -> list[ShownHit]:
    """The records of one text that `still_found` leaves, as its result page shows them."""
    wanted = _within_rights(keys, actor)
    return hits_of(wanted, read_records(wanted, actor), text)


def _within_rights(keys: Sequence[str], actor: Actor) -> list[tuple[str, str]]:
    kinds = {source.kind for source in sources_for(actor)}
    split = (key.partition(":") for key in keys)
    return [(kind, public_id) for kind, _colon, public_id in split if kind in kinds]


def rights_of(actor: Actor) -> str:
    """A mark that changes with what this reader may find."""
    held = (*access_of(actor), str(actor.may(Permission.CONTACTS_UNMASK)))
    return hashlib.blake2b("|".join(held).encode(), digest_size=16).hexdigest()
