"""Chain and link -> search documents, for everyone who reads chains; which changes re-index them."""

from sqlalchemy import Select, select, true
from sqlalchemy.orm import joinedload, selectinload

from app.core.access.auth import Actor
from app.core.index.searching import Document, Shown, Source, holders_of, join_index
from app.core.storage.db import db
from app.core.storage.outbox import Linked, watch
from app.core.values.clock import in_beijing
from app.core.values.labels import label_of
from app.register.accounts.enums import Permission
from app.register.chains import queries
from app.register.chains.models import Chain, ChainNode, NodeIndustry
from app.register.chains.rules import words_of

_ACCESS = (holders_of(Permission.CHAINS_READ),)
CHAIN, NODE = "chain", "chain_node"


def _live_chains() -> Select[Chain]:
    return select(Chain).where(Chain.is_kept())


def _chain_documents(asked: Select[Chain]) -> list[Document]:
    return [
        Document(
            kind=CHAIN,
            id=row.public_id,
            title=row.name,
            names=tuple(words_of(row.aliases)),
            keys=(row.code,),
            text=row.note,
            access=_ACCESS,
            day=in_beijing(row.updated_at).date().toordinal(),
        )
        for row in db.session.scalars(asked)
    ]


def _shown_chains(seen: Select[Chain], _actor: Actor) -> list[Shown]:
    return [
        Shown(
            public_id=row.public_id,
            title=row.name,
            note=row.code,
            fields=((label_of(Chain.aliases), row.aliases), (label_of(Chain.note), row.note)),
            status=label_of(Chain.is_example) if row.is_example else "",
            active_on=in_beijing(row.updated_at).date(),
        )
        for row in db.session.scalars(seen)
    ]


CHAINS_SOURCE = Source(
    kind=CHAIN,
    label="产业链",
    place=70,
    icon="sitemap",
    endpoint="chains.detail",
    right=Permission.CHAINS_READ,
    key=Chain.id,
    public_id=Chain.public_id,
    live=_live_chains,
    documents=_chain_documents,
    seen=lambda _actor: true(),
    shown=_shown_chains,
    holds=queries.by_text,
    oldest_first=True,
)


def _live_nodes() -> Select[ChainNode]:
    rows = select(ChainNode).join(Chain, Chain.id == ChainNode.chain_id)
    return rows.where(ChainNode.is_kept(), Chain.is_kept())


def _node_documents(asked: Select[ChainNode]) -> list[Document]:
    reads = (joinedload(ChainNode.chain), selectinload(ChainNode.industries))
    return [_node_document(row) for row in db.session.scalars(asked.options(*reads))]


def _node_document(row: ChainNode) -> Document:
    return Document(
        kind=NODE,
        id=row.public_id,
        title=row.name,
        names=(*words_of(row.keywords), *words_of(row.products)),
        about=(row.chain.name,),
        keys=(row.code,),
        access=_ACCESS,
        industry=next(iter(row.codes), ""),
        day=in_beijing(row.updated_at).date().toordinal(),
    )


def _shown_nodes(seen: Select[ChainNode], _actor: Actor) -> list[Shown]:
    return [
        Shown(
            public_id=row.public_id,
            title=row.name,
            note=f"{row.chain.name}　{row.tier.label}　{row.code}",
            fields=(*row.labelled_words, (label_of(ChainNode.chain_id), row.chain.name)),
            active_on=in_beijing(row.updated_at).date(),
        )
        for row in db.session.scalars(seen.options(joinedload(ChainNode.chain)))
    ]


NODES_SOURCE = Source(
    kind=NODE,
    label="环节",
    place=75,
    icon="hierarchy",
    endpoint="chains.node",
    right=Permission.CHAINS_READ,
    key=ChainNode.id,
    public_id=ChainNode.public_id,
    live=_live_nodes,
    documents=_node_documents,
    seen=lambda _actor: true(),
    shown=_shown_nodes,
    holds=queries.nodes_by_text,
    oldest_first=True,
)


def register() -> None:
    """Joins chains and their links to the index; a link follows its chain, by whose name it is found."""
    join_index(CHAINS_SOURCE)
    join_index(NODES_SOURCE)
    follows = Linked(NODE, ChainNode.public_id, on=ChainNode.chain_id, holds=Chain.id)
    watch(Chain, follows, only=[Chain.name, Chain.archived_at])
    watch(NodeIndustry, Linked(NODE, ChainNode.public_id, on=ChainNode.id, holds=NodeIndustry.node_id))
