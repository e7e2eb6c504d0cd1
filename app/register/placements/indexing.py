"""Placements have no documents of their own; those about a company say to which chains it belongs."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from app.core.storage.db import db
from app.core.storage.outbox import Key, Row, watch
from app.register.chains.models import ChainNode
from app.register.enterprises.models import Contact
from app.register.placements.enums import PlacementState
from app.register.placements.models import NodePlacement

_Column = InstrumentedAttribute[Any]


@dataclass(frozen=True)
class _About:
    """The documents of a kind about some companies: `company` holds whose, in their own table or in that of
    the record on which they hang, `through` its (link, key).
    """

    kind: str
    public_id: InstrumentedAttribute[str]
    company: _Column
    through: tuple[_Column, _Column] | None = None

    def about(self, companies: Any) -> Iterator[Key]:
        holds = self.company.in_(companies)
        if self.through is not None:
            link, key = self.through
            holds = link.in_(select(key).where(holds))
        for public_id in db.session.scalars(select(self.public_id).where(holds)):
            yield self.kind, public_id


@dataclass(frozen=True)
class _OfPlacement(_About):
    """Watcher: those about the company of a changed placement. One that nobody has decided on never opened
    anything: the nightly job proposes without sending documents.
    """

    def __call__(self, row: Any) -> Iterable[Key]:
        return self.of_rows([{name: getattr(row, name) for name in self.reads()}])

    def of_rows(self, rows: Sequence[Row]) -> Iterable[Key]:
        decided = {row["enterprise_id"] for row in rows if row.get("decided_at") is not None}
        return self.about(sorted(decided)) if decided else ()

    def reads(self) -> tuple[str, ...]:
        return "enterprise_id", "decided_at"


@dataclass(frozen=True)
class _OfChain(_About):
    """Watcher: those about the companies of the chain of a changed link. All of the chain, since a link that
    is taken off also takes what was merged into it.
    """

    def __call__(self, row: Any) -> Iterable[Key]:
        return self.of_rows([{"chain_id": row.chain_id}])

    def of_rows(self, rows: Sequence[Row]) -> Iterable[Key]:
        chains = {row["chain_id"] for row in rows if row.get("chain_id") is not None}
        placed = select(NodePlacement.enterprise_id).join(ChainNode, ChainNode.id == NodePlacement.node_id)
        confirmed = NodePlacement.state == PlacementState.CONFIRMED
        return self.about(placed.where(ChainNode.chain_id.in_(chains), confirmed)) if chains else ()

    def reads(self) -> tuple[str, ...]:
        return ("chain_id",)


def follow_chains(
    kind: str,
    public_id: InstrumentedAttribute[str],
    company: _Column,
    through: tuple[_Column, _Column] | None = None,
) -> None:
    """Who sees a document of this kind depends on the chains of a company (`_About`): it follows what people
    decide of the company, and links that come and go. Who is charged with a chain stands in no document.
    """
    documents = (kind, public_id, company, through)
    watch(NodePlacement, _OfPlacement(*documents), only=[NodePlacement.state])
    watch(ChainNode, _OfChain(*documents), only=[ChainNode.archived_at, ChainNode.merged_into_id])


def register() -> None:
    """Numbers of contacts are open to who works with their company, as who is charged with its chain does."""
    follow_chains("contact", Contact.public_id, Contact.enterprise_id)
