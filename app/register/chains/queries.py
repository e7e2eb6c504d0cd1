"""Reads of chains, of their links, and of what these were judged to be on a day."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from app.core.records.typed import contains, contains_any, each_term
from app.core.storage.db import db, lapsed
from app.core.values.errors import NotFound
from app.core.values.ids import looks_like_public_id
from app.core.values.registries import BESIDE, Sought
from app.register.chains import rules
from app.register.chains.enums import NodeState
from app.register.chains.models import Chain, ChainChange, ChainNode, ChainSupply, NodeJudgement
from app.register.chains.rules import UNDO, Placed

Judged = Mapping[int, NodeJudgement]  # by the inner id of the link


def get_chain(public_id: str) -> Chain:
    """The chain with this id, also an archived one; NotFound otherwise."""
    query = select(Chain).where(Chain.public_id == public_id)
    found = db.session.scalar(query) if looks_like_public_id(public_id) else None
    if found is None:
        raise NotFound
    return found


def get_node(public_id: str) -> ChainNode:
    """The link with this id, if it was not taken off; NotFound otherwise."""
    query = select(ChainNode).where(ChainNode.public_id == public_id, ChainNode.is_kept())
    query = query.options(joinedload(ChainNode.chain), selectinload(ChainNode.industries))
    found = db.session.scalar(query) if looks_like_public_id(public_id) else None
    if found is None:
        raise NotFound
    return found


def load(ids: list[int]) -> Sequence[Chain]:
    """The rows of one page of the list."""
    return db.session.scalars(select(Chain).where(Chain.id.in_(ids))).all()


def chains_by_id(public_ids: Collection[str]) -> Sequence[Chain]:
    """Some chains, by their public ids."""
    return db.session.scalars(select(Chain).where(Chain.public_id.in_(public_ids))).all()


def codes_taken() -> set[str]:
    """The codes of all chains, archived ones as well."""
    return set(db.session.scalars(select(Chain.code)))


def by_text(text: str) -> ColumnElement[bool]:
    """What the text box of the list asks, and the search without its index: also by the links of a chain."""
    return each_term(text, _holds)


def _holds(term: str) -> ColumnElement[bool]:
    nodes = select(ChainNode.chain_id).where(ChainNode.archived_at.is_(None), _node_holds(term))
    return or_(contains(term, Chain.code, Chain.name, Chain.aliases, Chain.note), Chain.id.in_(nodes))


def nodes_by_text(text: str) -> ColumnElement[bool]:
    """The same of links."""
    return each_term(text, _node_holds)


def _node_holds(term: str) -> ColumnElement[bool]:
    return contains(term, ChainNode.code, ChainNode.name, ChainNode.keywords, ChainNode.products)


# --- the links of chains -----------------------------------------------------------------------------


def nodes_of(chain: Chain, *, anew: bool = False) -> list[ChainNode]:
    """The links of a chain, with their industries, among each other in their order; `anew` as they are by
    now, also those that were read before.
    """
    query = select(ChainNode).where(ChainNode.chain_id == chain.id, ChainNode.archived_at.is_(None))
    query = query.order_by(ChainNode.position, ChainNode.id).options(selectinload(ChainNode.industries))
    return list(db.session.scalars(query.execution_options(populate_existing=anew)))


def places_for(chain: Chain, node: ChainNode | None) -> list[Placed[ChainNode]]:
    """The links below which a link (None: a new one) may hang, in order: neither itself nor its parts."""
    nodes = nodes_of(chain)
    own = {node.id, *(each.id for each in rules.below(nodes, node.id))} if node else set()
    return [one for one in rules.in_order(nodes) if one.node.id not in own]


def supplies_of(chain: Chain) -> list[tuple[int, int]]:
    """(supplier, buyer) of all links of a chain that are there, by their inner ids."""
    supplier, buyer = aliased(ChainNode), aliased(ChainNode)
    query = (
        select(ChainSupply.supplier_id, ChainSupply.buyer_id)
        .join(supplier, supplier.id == ChainSupply.supplier_id)
        .join(buyer, buyer.id == ChainSupply.buyer_id)
        .where(supplier.chain_id == chain.id)
        .where(supplier.archived_at.is_(None), buyer.archived_at.is_(None))
        .order_by(ChainSupply.id)
    )
    return [(one, other) for one, other in db.session.execute(query)]


def supply(supplier: ChainNode, buyer: ChainNode) -> ChainSupply | None:
    """That one supplies the other, if so."""
    query = select(ChainSupply).where(
        ChainSupply.supplier_id == supplier.id, ChainSupply.buyer_id == buyer.id
    )
    return db.session.scalar(query)


def supplies_at(ids: Collection[int]) -> list[ChainSupply]:
    """All rows that name one of these links, also those of links that were taken off."""
    either = or_(ChainSupply.supplier_id.in_(ids), ChainSupply.buyer_id.in_(ids))
    return list(db.session.scalars(select(ChainSupply).where(either).order_by(ChainSupply.id)))


def nodes_by_id(ids: Iterable[int]) -> list[ChainNode]:
    """Some links by their inner ids, also those that were taken off."""
    query = select(ChainNode).where(ChainNode.id.in_(list(ids))).options(selectinload(ChainNode.industries))
    return list(db.session.scalars(query))


def get_change(public_id: str) -> ChainChange:
    """A change of a chain's links; NotFound otherwise."""
    query = (
        select(ChainChange).where(ChainChange.public_id == public_id).options(joinedload(ChainChange.chain))
    )
    found = db.session.scalar(query) if looks_like_public_id(public_id) else None
    if found is None:
        raise NotFound
    return found


def last_change(chain: Chain, person_id: int | None) -> ChainChange | None:
    """What somebody did to the links of a chain last, unless it was undone."""
    query = select(ChainChange).where(
        ChainChange.chain_id == chain.id,
        ChainChange.author_id == person_id,
        ChainChange.undone_at.is_(None),
        ~lapsed(ChainChange.created_at, UNDO),
    )
    return db.session.scalar(query.order_by(ChainChange.id.desc()).limit(1))


# --- judgements --------------------------------------------------------------------------------------


def judged_as_of(chain_ids: Collection[int], day: date) -> Judged:
    """What the links of some chains were judged to be on a day: of each the row that counts, in one reading.
    A link without one was not judged by then.
    """
    latest = latest_judgements(chain_ids, day)
    rows = db.session.scalars(
        select(NodeJudgement).where(NodeJudgement.id.in_(latest)).options(joinedload(NodeJudgement.actor))
    )
    return {row.node_id: row for row in rows}


def states_counted(chain_ids: Collection[int], day: date) -> dict[int, dict[NodeState | None, int]]:
    """How many links of some chains stand how on a day, by the inner id of the chain, in one reading; `None`
    are those that nobody had judged by then.
    """
    counts = NodeJudgement.id.in_(latest_judgements(chain_ids, day)) & (NodeJudgement.node_id == ChainNode.id)
    query = (
        select(ChainNode.chain_id, NodeJudgement.state, func.count())
        .outerjoin(NodeJudgement, counts)
        .where(ChainNode.chain_id.in_(chain_ids), ChainNode.archived_at.is_(None))
        .group_by(ChainNode.chain_id, NodeJudgement.state)
    )
    found: dict[int, dict[NodeState | None, int]] = defaultdict(dict)
    for chain_id, state, count in db.session.execute(query):
        found[chain_id][state] = count
    return found


def latest_judgements(chain_ids: Collection[int], day: date) -> Select[int]:
    """The inner ids of the judgements that count on a day: of each link of some chains one."""
    place = func.row_number().over(
        partition_by=NodeJudgement.node_id,
        order_by=(NodeJudgement.effective_on.desc(), NodeJudgement.id.desc()),
    )
    known = (
        select(NodeJudgement.id, place.label("place"))
        .join(ChainNode, ChainNode.id == NodeJudgement.node_id)
        .where(ChainNode.chain_id.in_(chain_ids), NodeJudgement.effective_on <= day)
        .subquery()
    )
    return select(known.c.id).where(known.c.place == 1)


def _with_merged(node: ChainNode) -> Select[int]:
    """The inner ids of a link and of all that was merged into it, in one step or several."""
    own = select(ChainNode.id).where(ChainNode.id == node.id).cte("own", recursive=True)
    own = own.union(select(ChainNode.id).join(own, ChainNode.merged_into_id == own.c.id))
    return select(own.c.id)


def judgements_on(ids: Collection[int]) -> list[NodeJudgement]:
    """All judgements on these links, in the order in which they were entered."""
    query = select(NodeJudgement).where(NodeJudgement.node_id.in_(ids)).order_by(NodeJudgement.id)
    return list(db.session.scalars(query.options(joinedload(NodeJudgement.actor))))


def chain_with_code(code: str) -> Chain | None:
    """The chain with this code, also an archived one."""
    return db.session.scalar(select(Chain).where(Chain.code == code))


def history_of(node: ChainNode) -> list[NodeJudgement]:
    """All that a link was judged to be, and what was merged into it, the latest day first."""
    query = (
        select(NodeJudgement)
        .where(NodeJudgement.node_id.in_(_with_merged(node)))
        .options(joinedload(NodeJudgement.actor))
        .order_by(NodeJudgement.effective_on.desc(), NodeJudgement.id.desc())
    )
    return list(db.session.scalars(query))


def names_of_merged(node: ChainNode) -> dict[int, str]:
    """What was merged into a link, by inner id: whose judgements these were."""
    query = select(ChainNode.id, ChainNode.name).where(
        ChainNode.id.in_(_with_merged(node)), ChainNode.id != node.id
    )
    return {row_id: name for row_id, name in db.session.execute(query)}


# --- whom texts name ---------------------------------------------------------------------------------


def chains_naming(sought: Sought) -> Sequence[Chain]:
    """The chains whose own words name somebody."""
    named = contains_any(sought.words, Chain.name, Chain.aliases, Chain.note, Chain.archive_reason)
    known = Chain.public_id.in_(sought.known_of("chain"))
    query = select(Chain).where(or_(named, known)).order_by(Chain.id.desc()).limit(BESIDE)
    return db.session.scalars(query).all()


def nodes_naming(sought: Sought) -> Sequence[ChainNode]:
    """The links whose words, or those of whose judgements, name somebody; also those that were taken off."""
    judged = select(NodeJudgement.node_id).where(
        contains_any(sought.words, NodeJudgement.reason, NodeJudgement.evidence)
    )
    texts = (ChainNode.name, ChainNode.keywords, ChainNode.products, ChainNode.archive_reason)
    known = ChainNode.public_id.in_(sought.known_of("chain_node"))
    query = select(ChainNode).where(or_(contains_any(sought.words, *texts), known, ChainNode.id.in_(judged)))
    query = query.options(joinedload(ChainNode.chain)).order_by(ChainNode.id.desc()).limit(BESIDE)
    return db.session.scalars(query).all()


def as_it_stands(node: ChainNode | None) -> ChainNode | None:
    """The link that one is by now: itself, or what it was merged into; None where it was removed."""
    while node is not None and node.is_archived:
        node = db.session.get(ChainNode, node.merged_into_id) if node.merged_into_id else None
    return node
