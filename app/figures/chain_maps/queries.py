"""Reads of the companies on the links of a chain."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.core.storage.db import db
from app.core.values.registries import LAST_CONTACTS
from app.register.enterprises.models import Enterprise
from app.register.placements.enums import PlacementState
from app.register.placements.models import NodePlacement
from app.register.placements.queries import homes, is_seen

Places = dict[int, list[str]]  # by the inner id of a link: of each company confirmed on it where it is


def places_of_firms(node_ids: Collection[int]) -> Places:
    """Where the companies are that are confirmed on some links, or on what was merged into them."""
    own = {node_id: node_id for node_id in node_ids}
    own |= {merged: home for merged, home in homes().items() if home in own}
    firm = aliased(Enterprise)  # `is_seen` asks for companies itself
    query = (
        select(NodePlacement.node_id, firm.id, firm.region_code)
        .join(firm, firm.id == NodePlacement.enterprise_id)
        .where(NodePlacement.node_id.in_(own), NodePlacement.state == PlacementState.CONFIRMED, is_seen())
    )
    firms = {(own[node_id], firm_id): region or "" for node_id, firm_id, region in db.session.execute(query)}
    found: Places = defaultdict(list)
    for (node_id, _firm), region in firms.items():
        found[node_id].append(region)
    return found


def last_met(enterprise_ids: list[int]) -> dict[int, date]:
    """When somebody last met each of some companies, as every page tells it."""
    found = dict[int, date]()
    for ask in LAST_CONTACTS.values() if enterprise_ids else ():
        for enterprise_id, day in ask(enterprise_ids).items():
            found[enterprise_id] = max(day, found.get(enterprise_id, day))
    return found
