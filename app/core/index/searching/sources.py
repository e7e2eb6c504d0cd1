"""What can be searched, as features declare it, and who may find it."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, or_
from sqlalchemy.orm import InstrumentedAttribute

from app.core.access.auth import Actor
from app.core.access.scopes import Scope
from app.core.storage.db import db
from app.core.storage.outbox import Itself, watch
from app.core.values.registries import Registry
from search.interface import Document

EVERYONE = "all"  # the access token that every signed-in reader holds


@dataclass(frozen=True, slots=True)
class Shown:
    """A hit as read again from the database for one reader."""

    public_id: str
    title: str
    note: str = ""  # the facts that tell two of a kind apart
    fields: tuple[tuple[str, str], ...] = ()  # what else is searched, with its label, to say where it hit
    status: str = ""
    who: str = ""
    when: str = ""
    active_on: date | None = None  # the day of the document, by which hits are put in order and narrowed
    page_id: str = ""  # of the record whose page shows it, when it has none of its own


@dataclass(frozen=True, slots=True)
class Hanging:
    """Words that hang on records of any kind, and by which these are found: what was said on them. Asked with
    a kind of record; `texts` are those of some of its records by public id, `on` selects the public ids of
    the records on which something holds a piece of text.
    """

    label: str
    texts: Callable[[str, Collection[str]], Mapping[str, Sequence[str]]]
    on: Callable[[str, str], Select[Any]]


HANGING: Registry[Hanging] = Registry("words that hang on records")


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of document: what a feature says of it, and how it is built, shown and found on that ground.

    `live` selects the records that have a document, joined with what `holds` looks at; what is missing there
    leaves the index. `documents` and `shown` are given it narrowed to the records asked for, `shown` also to
    what the reader may see (`seen`), and load what they read of them. `holds` is the plain search in the
    database by a piece of text, used while the index is unavailable. With `has_tails`, `shown` names every
    field by which this reader may find a record: by another it is not shown.
    """

    kind: str
    label: str
    icon: str
    endpoint: str  # the page of one record, asked with its public id
    right: str
    key: InstrumentedAttribute[int]
    public_id: InstrumentedAttribute[str]
    live: Callable[[], Select[Any]]
    documents: Callable[[Select[Any]], list[Document]]
    seen: Callable[[Actor], ColumnElement[bool]]
    shown: Callable[[Select[Any], Actor], Iterable[Shown]]
    holds: Callable[[str], ColumnElement[bool]]
    place: int = 0  # among the kinds: people read of the lower first
    has_tails: bool = False
    oldest_first: bool = False  # in the plain search; else the newest

    def build(self, public_ids: Sequence[str]) -> list[Document]:
        """The documents of these records as they are now, without those that are to have none."""
        built = self.documents(self.live().where(self.public_id.in_(public_ids)))
        ids = [document.id for document in built]
        hanging = [each.texts(self.kind, ids) for each in HANGING.values()]
        return [_with(document, [texts.get(document.id, ()) for texts in hanging]) for document in built]

    def show(self, public_ids: Sequence[str], actor: Actor) -> Mapping[str, Shown]:
        """Those of these records that this reader may see, by public id."""
        visible = self.live().where(self.public_id.in_(public_ids), self.seen(actor))
        found = {each.public_id: each for each in self.shown(visible, actor)}
        for hanging in HANGING.values():
            for public_id, texts in hanging.texts(self.kind, list(found)).items():
                told = found[public_id]
                fields = (*told.fields, *((hanging.label, text) for text in texts))
                found[public_id] = replace(told, fields=fields)
        return found

    def find(self, text: str, actor: Actor, limit: int) -> Sequence[str]:
        """The public ids of what this reader finds in the database itself."""
        order = self.key.asc() if self.oldest_first else self.key.desc()
        hanging = (self.public_id.in_(each.on(self.kind, text)) for each in HANGING.values())
        held = or_(self.holds(text), *hanging)
        query = self.live().where(self.seen(actor), held).order_by(order).limit(limit)
        return db.session.scalars(query.with_only_columns(self.public_id)).all()


def _with(document: Document, texts: Iterable[Sequence[str]]) -> Document:
    added = [text for each in texts for text in each]
    return replace(document, text="\n".join(filter(None, (document.text, *added)))) if added else document


SOURCES: Registry[Source] = Registry("search sources")


def sources() -> list[Source]:
    """Every kind that is searched, in the order in which people read of them."""
    return sorted(SOURCES.values(), key=lambda source: source.place)


def join_index(source: Source) -> None:
    """Joins a kind of document to the index. A changed record is sent again; what else its document holds is
    to be watched by the feature.
    """
    model: Any = source.key.class_
    SOURCES.add(source.kind, source)
    watch(model, Itself(source.kind))


def access_of(actor: Actor) -> tuple[str, ...]:
    """The access tokens a reader holds."""
    rights = {source.right for source in SOURCES.values() if actor.may(source.right)}
    return (EVERYONE, *map(holders_of, sorted(rights)), *Scope.of(actor).tokens())


def holders_of(right: str) -> str:
    """The access token of everybody who has this right."""
    return f"r:{right}"
