"""Which companies belong to a chain: those that people have confirmed on one of its links."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Select, or_, select

from app.core.access.scopes import Belonging
from app.core.storage.db import db, read_once
from app.register.chains.models import ChainNode
from app.register.placements.enums import PlacementState
from app.register.placements.models import NodePlacement
from app.register.placements.queries.placements import homes


def _confirmed() -> tuple[ColumnElement[bool], ...]:
    """On a link that is there, or on what was merged into one, as `is_seen` says it for pages. Not asked is
    whether company and chain are in use: work goes on under an archived company, and with an archived chain
    nobody is charged.
    """
    there = or_(ChainNode.archived_at.is_(None), ChainNode.id.in_(sorted(homes())))
    return NodePlacement.state == PlacementState.CONFIRMED, there


def companies_in(chain_ids: list[int]) -> Select[int]:
    """The inner ids of the companies of some chains."""
    rows = select(NodePlacement.enterprise_id).join(ChainNode, ChainNode.id == NodePlacement.node_id)
    return rows.where(ChainNode.chain_id.in_(chain_ids), *_confirmed())


def companies_by_chain() -> Select[int, int]:
    """(chain, company) by their inner ids, once for each link on which somebody confirmed the company."""
    rows = select(ChainNode.chain_id, NodePlacement.enterprise_id)
    return rows.join(ChainNode, ChainNode.id == NodePlacement.node_id).where(*_confirmed())


def chains_of_companies() -> Mapping[int, frozenset[int]]:
    """Of every company that belongs to any its chains, read once: some thousands at most, since people have
    confirmed each.
    """
    return read_once("chains of companies", _read)


def _read() -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = {}
    for chain_id, enterprise_id in db.session.execute(companies_by_chain()):
        found.setdefault(enterprise_id, set()).add(chain_id)
    return {enterprise_id: frozenset(chains) for enterprise_id, chains in found.items()}


IN_CHAIN = Belonging(companies_in, chains_of_companies)
