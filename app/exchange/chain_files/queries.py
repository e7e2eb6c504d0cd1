"""A chain as the tables of its file."""

from collections.abc import Mapping
from typing import Any

from app.exchange.chain_files.rules import Cells, ChainSheet, Tables
from app.register.chains import queries
from app.register.chains.models import Chain, ChainNode, NodeJudgement

_FIRST = 2  # row of a sheet, below the headings


def tables_of(chain: Chain) -> Tables:
    """All that stands on a chain, as text; its judgements in the order in which they were entered."""
    nodes = queries.nodes_of(chain)
    codes = {node.id: node.code for node in nodes}
    rows: Mapping[ChainSheet, list[Cells]] = {
        ChainSheet.CHAIN: [_texts(chain, "code", "name", "aliases", "position", "note")],
        ChainSheet.NODES: [_node(node, codes) for node in nodes],
        ChainSheet.SUPPLIES: [
            {"supplier": codes[one], "buyer": codes[other]} for one, other in queries.supplies_of(chain)
        ],
        ChainSheet.JUDGEMENTS: [_judgement(row, codes) for row in queries.judgements_on(list(codes))],
    }
    return {sheet: list(enumerate(found, start=_FIRST)) for sheet, found in rows.items()}


def _texts(row: Any, *names: str) -> dict[str, str]:
    return {name: str(getattr(row, name)) for name in names}


def _node(node: ChainNode, codes: Mapping[int, str]) -> Cells:
    return _texts(node, "code", "name", "position", "importance", "keywords", "products") | {
        "tier": node.tier.label,
        "parent": codes.get(node.parent_id or 0, ""),
        "action": node.action.label if node.action else "",
        "industries": "、".join(node.codes),
    }


def _judgement(row: NodeJudgement, codes: Mapping[int, str]) -> Cells:
    return {
        "node": codes[row.node_id],
        "effective_on": row.effective_on.isoformat(),
        "state": row.state.label,
        "local_rate": "" if row.local_rate is None else str(row.local_rate),
        "reason": row.reason,
        "evidence": row.evidence,
        "by": row.actor.name,
    }
