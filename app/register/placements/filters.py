"""Filters of the list of placements: by chain, by link."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import select

from app.core.records.filters import Choices, Column, Condition, Filter
from app.core.storage.db import db
from app.core.values.errors import RuleBroken
from app.core.values.labels import label_of
from app.core.web import pages
from app.register.accounts.filters import itself
from app.register.chains.models import Chain, ChainNode
from app.register.placements import queries
from app.register.placements.models import NodePlacement


@dataclass(frozen=True, kw_only=True, slots=True)
class ByChain(Filter):
    """One chain: `?chain=`; `column` is the inner id of a link, `within` says that of a part."""

    name: str = "chain"
    label: str = label_of(ChainNode.chain_id)
    column: Column
    within: Callable[[Condition], Condition] = itself

    field: ClassVar[str] = "select"

    def read(self) -> Chain | None:
        asked = pages.read_text(self.name, 16)
        found = db.session.scalar(select(Chain).where(Chain.public_id == asked)) if asked else None
        if asked and found is None:
            raise RuleBroken({self.name: "没有这条产业链，请从列表里选"})
        return found

    def condition(self, value: Chain) -> Condition:
        return self.within(self.column.in_(select(ChainNode.id).where(ChainNode.chain_id == value.id)))

    def words(self, value: Chain) -> str:
        return value.name

    def written(self, value: Chain) -> str:
        return value.public_id

    def choices(self, value: Any) -> Choices:
        chains = db.session.scalars(
            select(Chain).where(Chain.archived_at.is_(None)).order_by(Chain.position, Chain.id)
        )
        return [(chain.public_id, chain.name) for chain in chains]


@dataclass(frozen=True, kw_only=True, slots=True)
class ByLink(Filter):
    """One link, with what was merged into it: `?node=`, which pages of links ask; typed by its code."""

    name: str = "node"
    label: str = label_of(NodePlacement.node_id)
    folded: bool = True
    column: Column
    within: Callable[[Condition], Condition] = itself
    hint: ClassVar[str] = "环节的代号，例如 NEV-07"

    def read(self) -> ChainNode | None:
        asked = pages.read_text(self.name, 30)
        named = (ChainNode.public_id == asked) | (ChainNode.live_code == asked.upper())
        found = db.session.scalars(select(ChainNode).where(named).limit(2)).all() if asked else ()
        if asked and len(found) != 1:
            told = "有几条产业链都用这个代号，请从环节的页面点过来" if found else "没有这个代号的环节"
            raise RuleBroken({self.name: told})
        return found[0] if found else None

    def condition(self, value: ChainNode) -> Condition:
        own = [value.id, *(merged for merged, home in queries.homes().items() if home == value.id)]
        return self.within(self.column.in_(own))

    def words(self, value: ChainNode) -> str:
        return value.name

    def written(self, value: ChainNode) -> str:
        return value.public_id

    def typed(self, value: Any) -> str:
        return value.code if value else ""
