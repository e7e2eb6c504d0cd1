"""Reads of anchors and their needs: of a chain, of a company, of a link."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.core.records.typed import contains_any
from app.core.storage.db import db
from app.core.values.clock import today
from app.core.values.errors import NotFound
from app.core.values.ids import looks_like_public_id
from app.core.values.registries import BESIDE, Sought
from app.register.anchors.models import AnchorNeed, ChainAnchor
from app.register.chains.models import Chain, ChainNode
from app.register.placements.enums import PlacementState
from app.register.placements.models import NodePlacement
from app.register.placements.queries import homes, of_company

_OF_ANCHOR = (
    joinedload(ChainAnchor.chain),
    joinedload(ChainAnchor.enterprise),
    selectinload(ChainAnchor.needs).joinedload(AnchorNeed.node),
)
_OF_NEED = (
    joinedload(AnchorNeed.anchor).joinedload(ChainAnchor.chain),
    joinedload(AnchorNeed.anchor).joinedload(ChainAnchor.enterprise),
    joinedload(AnchorNeed.node),
)


def get_anchor(public_id: str) -> ChainAnchor:
    """The anchor with this id; NotFound otherwise."""
    query = select(ChainAnchor).where(ChainAnchor.public_id == public_id).options(*_OF_ANCHOR)
    found = db.session.scalar(query) if looks_like_public_id(public_id) else None
    if found is None:
        raise NotFound
    return found


def get_need(public_id: str) -> AnchorNeed:
    """The need with this id; NotFound otherwise."""
    query = select(AnchorNeed).where(AnchorNeed.public_id == public_id).options(*_OF_NEED)
    found = db.session.scalar(query) if looks_like_public_id(public_id) else None
    if found is None:
        raise NotFound
    return found


def anchors_of(chain_id: int) -> Sequence[ChainAnchor]:
    """All anchors of a chain, as they are by now, those that began last first."""
    query = select(ChainAnchor).where(ChainAnchor.chain_id == chain_id).options(*_OF_ANCHOR)
    order = (ChainAnchor.starts_on.desc(), ChainAnchor.id)
    return db.session.scalars(query.order_by(*order).execution_options(populate_existing=True)).all()


def anchors_of_company(enterprise_id: int) -> Sequence[ChainAnchor]:
    """The chains that are in use of which a company is or was an anchor; one more than BESIDE."""
    query = select(ChainAnchor).join(Chain, Chain.id == ChainAnchor.chain_id)
    rows = query.where(ChainAnchor.enterprise_id == enterprise_id, Chain.is_kept()).options(*_OF_ANCHOR)
    return db.session.scalars(rows.order_by(ChainAnchor.starts_on.desc()).limit(BESIDE + 1)).all()


def needs_of_node(node_id: int) -> Sequence[AnchorNeed]:
    """What anchors need of a link and of what was merged into it, the latest word first."""
    own = [node_id, *(merged for merged, home in homes().items() if home == node_id)]
    query = select(AnchorNeed).where(AnchorNeed.node_id.in_(own)).options(*_OF_NEED)
    return db.session.scalars(query.order_by(AnchorNeed.told_on.desc(), AnchorNeed.id)).all()


def needs_beside(enterprise_id: int) -> Sequence[AnchorNeed]:
    """What anchors of today, but not the company itself, need of the links on which it stands or may stand;
    the latest word first, one more than BESIDE.
    """
    home = homes()
    own = {home.get(row.node_id, row.node_id) for row in of_company(enterprise_id)}
    own |= {merged for merged, into in home.items() if into in own}
    query = select(AnchorNeed).join(ChainAnchor, ChainAnchor.id == AnchorNeed.anchor_id)
    query = query.join(Chain, Chain.id == ChainAnchor.chain_id).where(
        AnchorNeed.node_id.in_(own),
        ChainAnchor.enterprise_id != enterprise_id,
        or_(ChainAnchor.ends_on.is_(None), ChainAnchor.ends_on >= today()),
        Chain.is_kept(),
    )
    rows = query.options(*_OF_NEED).order_by(AnchorNeed.told_on.desc(), AnchorNeed.id)
    return db.session.scalars(rows.limit(BESIDE + 1)).all()


def needs_on(node_ids: Collection[int], day: date) -> Sequence[AnchorNeed]:
    """What the anchors of a day need of some links, the latest word first, in one reading; what was merged
    into a link counts for it (`homes`).
    """
    own = {*node_ids, *(merged for merged, home in homes().items() if home in node_ids)}
    query = select(AnchorNeed).join(ChainAnchor, ChainAnchor.id == AnchorNeed.anchor_id)
    query = query.join(Chain, Chain.id == ChainAnchor.chain_id).where(
        AnchorNeed.node_id.in_(own), _stands(day)
    )
    order = (AnchorNeed.told_on.desc(), AnchorNeed.id)
    return db.session.scalars(query.options(*_OF_NEED).order_by(*order)).all()


def places_of_anchors(day: date) -> list[tuple[ChainAnchor, int]]:
    """The anchors of a day, each with the links of its chain on which it was confirmed, by inner id."""
    query = (
        select(ChainAnchor, NodePlacement.node_id)
        .join(Chain, Chain.id == ChainAnchor.chain_id)
        .join(NodePlacement, NodePlacement.enterprise_id == ChainAnchor.enterprise_id)
        .join(ChainNode, ChainNode.id == NodePlacement.node_id)
        .where(NodePlacement.state == PlacementState.CONFIRMED, ChainNode.chain_id == ChainAnchor.chain_id)
        .where(_stands(day))
        .options(joinedload(ChainAnchor.enterprise), joinedload(ChainAnchor.chain))
        .order_by(ChainAnchor.id, NodePlacement.node_id)
    )
    return [(anchor, homes().get(node_id, node_id)) for anchor, node_id in db.session.execute(query)]


def _stands(day: date) -> ColumnElement[bool]:
    """That an anchor is one on a day, in a chain that is in use."""
    ends = or_(ChainAnchor.ends_on.is_(None), ChainAnchor.ends_on >= day)
    return and_(ChainAnchor.starts_on <= day, ends, Chain.is_kept())


def node_of(need: AnchorNeed) -> ChainNode:
    """The link at which a need counts: what its own was merged into, if so."""
    home = homes().get(need.node_id)
    return need.node if home is None else db.session.get_one(ChainNode, home)


def anchors_naming(sought: Sought) -> Sequence[ChainAnchor]:
    """The anchors of the company of somebody sought whose notes name them."""
    known = ChainAnchor.public_id.in_(sought.known_of(ChainAnchor.__tablename__))
    says = or_(contains_any(sought.words, ChainAnchor.note), known)
    return db.session.scalars(_about(select(ChainAnchor), sought).where(says).options(*_OF_ANCHOR)).all()


def needs_naming(sought: Sought) -> Sequence[AnchorNeed]:
    """The same of what they need."""
    known = AnchorNeed.public_id.in_(sought.known_of(AnchorNeed.__tablename__))
    texts = (AnchorNeed.what, AnchorNeed.bought_from, AnchorNeed.source)
    rows = _about(select(AnchorNeed).join(ChainAnchor, ChainAnchor.id == AnchorNeed.anchor_id), sought)
    return db.session.scalars(
        rows.where(or_(contains_any(sought.words, *texts), known)).options(*_OF_NEED)
    ).all()


def _about(rows: Select[Any], sought: Sought) -> Select[Any]:
    return rows.where(ChainAnchor.enterprise_id == sought.enterprise_id).limit(BESIDE)
