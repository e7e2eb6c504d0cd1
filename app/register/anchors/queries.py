"""Reads of anchors and their needs: of a chain, of a company, of a link."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, cast, literal, null, or_, select, union_all
from sqlalchemy.orm import aliased, joinedload, selectinload

from app.core.records.typed import contains_any
from app.core.storage.db import db
from app.core.values.clean import clean_line
from app.core.values.clock import today
from app.core.values.errors import NotFound
from app.core.values.ids import looks_like_public_id
from app.core.values.registries import BESIDE, Sought
from app.register.accounts.queries import on_day
from app.register.anchors.models import AnchorNeed, ChainAnchor
from app.register.anchors.rules import NeedKey
from app.register.chains.models import Chain, ChainNode, ChainSupply
from app.register.enterprises.models import Enterprise
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


def needs_of_node(node_id: int, day: date) -> Sequence[AnchorNeed]:
    """What the anchors of a day need of a link and of what was merged into it, the latest word first."""
    own = [node_id, *(merged for merged, home in homes().items() if home == node_id)]
    return db.session.scalars(_needs_on(own, day)).all()


def _needs_on(node_ids: Collection[int], day: date) -> Select[AnchorNeed]:
    query = select(AnchorNeed).join(ChainAnchor, ChainAnchor.id == AnchorNeed.anchor_id)
    query = query.join(Chain, Chain.id == ChainAnchor.chain_id).options(*_OF_NEED)
    query = query.where(AnchorNeed.node_id.in_(node_ids), _stands(day))
    return query.order_by(AnchorNeed.told_on.desc(), AnchorNeed.id)


def needs_beside(enterprise_id: int) -> Sequence[AnchorNeed]:
    """What anchors of today, but not the company itself, need of the links on which it stands or may stand;
    the latest word first, one more than BESIDE.
    """
    home = homes()
    own = {home.get(row.node_id, row.node_id) for row in of_company(enterprise_id)}
    own |= {merged for merged, into in home.items() if into in own}
    rows = _needs_on(own, today()).where(ChainAnchor.enterprise_id != enterprise_id)
    return db.session.scalars(rows.limit(BESIDE + 1)).all()


@dataclass(frozen=True, slots=True)
class AnchorTie:
    """What ties a link to the company of an anchor of a day: it `needs` something that the link makes, or it
    stands on a link, of the name `what`, that this one supplies. Ids are inner ones but for `chain`.
    """

    node_id: int
    company_id: int
    company: str
    chain: str
    on: date
    needs: bool
    what: str
    amount: int | None
    source: str


def ties_of(node_ids: Collection[int], day: date) -> list[AnchorTie]:
    """What ties some links to the anchors of a day, the latest word first, in one reading; what was merged
    into a link counts for it (`homes`).
    """
    home = homes()
    own = {*node_ids, *(merged for merged, into in home.items() if into in node_ids)}
    of_anchor = (ChainAnchor.enterprise_id, Enterprise.name, Chain.public_id)
    needs = (
        select(AnchorNeed.node_id.label("node_id"), *of_anchor, AnchorNeed.told_on.label("told_on"))
        .add_columns(literal(1), AnchorNeed.what, AnchorNeed.amount, AnchorNeed.source)
        .join(ChainAnchor, ChainAnchor.id == AnchorNeed.anchor_id)
        .where(AnchorNeed.node_id.in_(own))
    )
    buyer = aliased(ChainNode)
    supplies = (
        select(ChainSupply.supplier_id, *of_anchor, ChainAnchor.starts_on)
        .add_columns(literal(0), buyer.name, cast(null(), AnchorNeed.amount.type), literal(""))
        .join(buyer, buyer.id == ChainSupply.buyer_id)
        .join(NodePlacement, _placed_at(home) == buyer.id)
        .join(ChainAnchor, ChainAnchor.enterprise_id == NodePlacement.enterprise_id)
        .where(ChainSupply.supplier_id.in_(node_ids), NodePlacement.state == PlacementState.CONFIRMED)
        .where(buyer.chain_id == ChainAnchor.chain_id, buyer.archived_at.is_(None))
        .distinct()  # who stands on a link, and on one that was merged into it, stands there once
    )
    both = union_all(
        *(
            rows.join(Chain, Chain.id == ChainAnchor.chain_id)
            .join(Enterprise, Enterprise.id == ChainAnchor.enterprise_id)
            .where(_stands(day))
            for rows in (needs, supplies)
        )
    )
    return [
        AnchorTie(home.get(node_id, node_id), company_id, name, chain, on, bool(needed), what, amount, source)
        for node_id, company_id, name, chain, on, needed, what, amount, source in db.session.execute(
            both.order_by("told_on", "node_id")
        )
    ][::-1]


def _placed_at(home: Mapping[int, int]) -> ColumnElement[int]:
    """The link on which a company stands by now."""
    stands = NodePlacement.node_id
    return case(home, value=stands, else_=stands) if home else stands.expression


def _stands(day: date) -> ColumnElement[bool]:
    """That an anchor is one on a day, in a chain that is in use."""
    return and_(*on_day(day, ChainAnchor), Chain.is_kept())


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


def needs_by_link(anchors: Iterable[ChainAnchor]) -> list[tuple[NeedKey, AnchorNeed]]:
    """What some anchors need, each by what tells it from others; those of links that were taken off apart,
    and at what a merged link has become.
    """
    home = homes()
    pairs = [(need, home.get(need.node_id, need.node_id)) for row in anchors for need in row.needs]
    live = select(ChainNode.id, ChainNode.code).where(
        ChainNode.id.in_({node_id for _need, node_id in pairs}), ChainNode.archived_at.is_(None)
    )
    codes = {node_id: code for node_id, code in db.session.execute(live)}
    return [
        (
            (
                (need.anchor.enterprise_id, need.anchor.starts_on),
                codes[node_id],
                clean_line(need.what),
                need.told_on,
            ),
            need,
        )
        for need, node_id in pairs
        if node_id in codes
    ]
