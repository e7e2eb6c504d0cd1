"""Reads of placements, and of what there is to judge."""

from app.register.placements.queries.belonging import IN_CHAIN, companies_by_chain
from app.register.placements.queries.library import (
    changed_companies,
    known_companies,
    nodes_to_judge,
    sample_of_companies,
)
from app.register.placements.queries.placements import (
    ListedPlacement,
    OfNode,
    by_text,
    get_placement,
    homes,
    is_seen,
    links_of,
    listed,
    load,
    naming,
    of_companies,
    of_company,
    of_node,
    placement_at,
    placements_by_id,
)

__all__ = [
    "IN_CHAIN",
    "ListedPlacement",
    "OfNode",
    "by_text",
    "changed_companies",
    "companies_by_chain",
    "get_placement",
    "homes",
    "is_seen",
    "known_companies",
    "listed",
    "load",
    "naming",
    "nodes_to_judge",
    "links_of",
    "of_companies",
    "of_company",
    "of_node",
    "placement_at",
    "placements_by_id",
    "sample_of_companies",
]
