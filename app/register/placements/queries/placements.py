"""Placements: one, those of a link, of a company, of a list; which of them still count."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from app.core.access.auth import Actor
from app.core.records.columns import ListedRecord
from app.core.records.typed import contains, contains_any
from app.core.storage.db import db, read_once
from app.core.values.errors import NotFound
from app.core.values.ids import looks_like_public_id
from app.core.values.registries import BESIDE, Sought
from app.register.chains.models import Chain, ChainNode
from app.register.enterprises.models import Enterprise
from app.register.enterprises.naming import about_company
from app.register.placements.enums import PlacementState
from app.register.placements.models import NodePlacement
from app.register.placements.policy import may_read

SHOWN = 20  # of each kind on the page of a link
_WITH_ALL = (
    joinedload(NodePlacement.node).joinedload(ChainNode.chain),
    joinedload(NodePlacement.enterprise),
    joinedload(NodePlacement.decided_by),
)


def get_placement(public_id: str) -> NodePlacement:
    """The placement with this id, also of what is archived by now; NotFound otherwise."""
    query = select(NodePlacement).where(NodePlacement.public_id == public_id).options(*_WITH_ALL)
    found = db.session.scalar(query) if looks_like_public_id(public_id) else None
    if found is None:
        raise NotFound
    return found


def placements_by_id(public_ids: Collection[str]) -> Sequence[NodePlacement]:
    """Some placements, by their public ids."""
    query = select(NodePlacement).where(NodePlacement.public_id.in_(public_ids)).options(*_WITH_ALL)
    return db.session.scalars(query).all()


def placement_at(node: ChainNode, enterprise: Enterprise) -> NodePlacement | None:
    """The placement of a company on a link, as it is by now."""
    query = select(NodePlacement).where(
        NodePlacement.node_id == node.id, NodePlacement.enterprise_id == enterprise.id
    )
    return db.session.scalar(query.with_for_update().execution_options(populate_existing=True))


# --- which still count -------------------------------------------------------------------------------


def homes() -> Mapping[int, int]:
    """What merged links have become: by the inner id of each that of the link that is there, read once."""
    return read_once("homes of merged links", _read_homes)


def _read_homes() -> dict[int, int]:
    became = aliased(ChainNode)
    merged = (
        select(ChainNode.id, became.id, became.archived_at.is_(None))
        .join(became, became.id == ChainNode.merged_into_id)
        .where(ChainNode.merged_into_id.is_not(None))
    )
    rows = db.session.execute(merged).all()
    into = {row_id: home for row_id, home, _is_there in rows}
    there = {home for _row_id, home, is_there in rows if is_there}
    ends = {row_id: _end_of(row_id, into) for row_id in into}
    return {row_id: end for row_id, end in ends.items() if end in there}


def _end_of(row_id: int, into: Mapping[int, int]) -> int:
    seen: set[int] = set()
    while row_id in into and row_id not in seen:
        seen.add(row_id)
        row_id = into[row_id]
    return row_id


def is_seen(_actor: Actor | None = None) -> ColumnElement[bool]:
    """That a placement still counts: company and chain are in use, the link is there. Of a link that was
    merged what people decided goes over; what waited there is proposed anew for the link it became.
    """
    chain_kept = exists().where(Chain.id == ChainNode.chain_id, Chain.is_kept())
    there = exists().where(ChainNode.id == NodePlacement.node_id, ChainNode.is_kept(), chain_kept)
    over = and_(
        NodePlacement.state != PlacementState.PROPOSED,
        NodePlacement.node_id.in_(homes()),
        exists().where(ChainNode.id == NodePlacement.node_id, chain_kept),
    )
    company = exists().where(Enterprise.id == NodePlacement.enterprise_id, Enterprise.is_kept())
    return and_(company, or_(there, over))


# --- of a link, of a company -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OfNode:
    """Who stands on a link: confirmed, and waiting to be decided with the best first; at most SHOWN of each,
    and whether there are more.
    """

    confirmed: Sequence[NodePlacement]
    more_confirmed: bool
    waiting: Sequence[NodePlacement]
    more_waiting: bool


def of_node(node_id: int) -> OfNode:
    """Who stands on a link, and on what was merged into it."""
    own = [node_id, *(merged for merged, home in homes().items() if home == node_id)]
    on_node = and_(NodePlacement.node_id.in_(own), is_seen())

    def first(state: PlacementState, *order: ColumnElement[Any]) -> tuple[Sequence[NodePlacement], bool]:
        rows = select(NodePlacement).where(on_node, NodePlacement.state == state).options(*_WITH_ALL)
        found = db.session.scalars(rows.order_by(*order, NodePlacement.id).limit(SHOWN + 1)).all()
        return found[:SHOWN], len(found) > SHOWN

    return OfNode(
        *first(PlacementState.CONFIRMED, NodePlacement.decided_at.desc()),
        *first(PlacementState.PROPOSED, func.coalesce(NodePlacement.score, 0).desc()),
    )


def of_company(enterprise_id: int) -> Sequence[NodePlacement]:
    """The links on which a company stands or may stand, the confirmed ones first; one more than BESIDE. Read
    once for all parts of a page.
    """
    return read_once(("links of a company", enterprise_id), lambda: _read_of_company(enterprise_id))


def _read_of_company(enterprise_id: int) -> Sequence[NodePlacement]:
    query = (
        select(NodePlacement)
        .where(NodePlacement.enterprise_id == enterprise_id, is_seen())
        .where(NodePlacement.state != PlacementState.REFUSED)
        .options(*_WITH_ALL)
        .order_by(NodePlacement.state, func.coalesce(NodePlacement.score, 0).desc(), NodePlacement.id)
    )
    return db.session.scalars(query.limit(BESIDE + 1)).all()


def of_companies(ids: Collection[int]) -> Sequence[NodePlacement]:
    """All placements of some companies, held until our commit and as they are by now."""
    query = select(NodePlacement).where(NodePlacement.enterprise_id.in_(ids)).order_by(NodePlacement.id)
    return db.session.scalars(query.with_for_update().execution_options(populate_existing=True)).all()


def links_of(ids: Collection[int], actor: Actor) -> dict[int, list[ChainNode]]:
    """The links on which some companies (inner ids) are confirmed, each with its chain; of a link that was
    merged what it was merged into. As many statements for one company as for many.
    """
    if not ids or not may_read(actor):
        return {}
    query = select(NodePlacement.enterprise_id, NodePlacement.node_id).where(
        NodePlacement.enterprise_id.in_(ids), NodePlacement.state == PlacementState.CONFIRMED, is_seen()
    )
    rows = [(company, homes().get(node, node)) for company, node in db.session.execute(query)]
    nodes = select(ChainNode).where(ChainNode.id.in_({node for _company, node in rows}))
    by_id = {node.id: node for node in db.session.scalars(nodes.options(joinedload(ChainNode.chain)))}
    found: dict[int, list[ChainNode]] = defaultdict(list)
    for company, node in rows:
        if node in by_id and by_id[node] not in found[company]:
            found[company].append(by_id[node])
    return found


# --- of a list ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ListedPlacement(ListedRecord[NodePlacement]):
    """A placement in the list, with the link on which it counts: what its own link was merged into, if so."""

    node: ChainNode


def load(ids: list[int]) -> Sequence[NodePlacement]:
    """The rows of one page of the list."""
    return db.session.scalars(
        select(NodePlacement).where(NodePlacement.id.in_(ids)).options(*_WITH_ALL)
    ).all()


def listed(rows: Sequence[NodePlacement]) -> list[ListedPlacement]:
    """They with the links that count, in one reading more where some were merged."""
    moved = {row.node_id: homes()[row.node_id] for row in rows if row.node_id in homes()}
    query = select(ChainNode).where(ChainNode.id.in_(set(moved.values()))).join(ChainNode.chain)
    found = db.session.scalars(query.options(contains_eager(ChainNode.chain))) if moved else ()
    nodes = {node.id: node for node in found}
    return [ListedPlacement(row, nodes.get(moved.get(row.node_id, 0), row.node)) for row in rows]


def by_text(text: str) -> ColumnElement[bool]:
    """What the text box of the list asks: by any name or code of the company, or by the link."""

    def of_link(term: str) -> ColumnElement[bool]:
        held: Select[int] = select(ChainNode.id).where(contains(term, ChainNode.name, ChainNode.code))
        return NodePlacement.node_id.in_(held)

    return about_company(text, NodePlacement.enterprise_id, of_link)


def naming(sought: Sought) -> Sequence[NodePlacement]:
    """The placements of the company of somebody sought whose notes name them."""
    known = NodePlacement.public_id.in_(sought.known_of(NodePlacement.__tablename__))
    query = (
        select(NodePlacement)
        .where(NodePlacement.enterprise_id == sought.enterprise_id)
        .where(or_(contains_any(sought.words, NodePlacement.note), known))
        .options(*_WITH_ALL)
        .order_by(NodePlacement.id.desc())
        .limit(BESIDE)
    )
    return db.session.scalars(query).all()
