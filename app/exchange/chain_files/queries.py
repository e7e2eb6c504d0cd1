"""A chain as the tables of its file; which companies a file may mean."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from app.core.access.auth import require_actor
from app.core.storage.db import db
from app.exchange.chain_files.rules import Cells, ChainSheet, NamedFirm, Tables, amount_as_text
from app.register.anchors import policy as anchors_policy
from app.register.anchors import queries as anchors
from app.register.anchors.models import ChainAnchor
from app.register.chains import queries
from app.register.chains.models import Chain, ChainNode, NodeJudgement
from app.register.enterprises.models import Enterprise, EnterpriseName
from app.register.placements.queries import homes

_FIRST = 2  # row of a sheet, below the headings


def tables_of(chain: Chain) -> Tables:
    """All that stands on a chain, as text; its judgements in the order in which they were entered. Anchors
    and what they need are there for who reads companies; of links that were taken off there is nothing.
    """
    nodes = queries.nodes_of(chain)
    codes = {node.id: node.code for node in nodes}
    around = anchors.anchors_of(chain.id) if anchors_policy.may_read(require_actor()) else []
    around = sorted(around, key=lambda row: (row.starts_on, row.id))
    rows: Mapping[ChainSheet, list[Cells]] = {
        ChainSheet.CHAIN: [_texts(chain, "code", "name", "aliases", "position", "note")],
        ChainSheet.NODES: [_node(node, codes) for node in nodes],
        ChainSheet.SUPPLIES: [
            {"supplier": codes[one], "buyer": codes[other]} for one, other in queries.supplies_of(chain)
        ],
        ChainSheet.JUDGEMENTS: [_judgement(row, codes) for row in queries.judgements_on(list(codes))],
        ChainSheet.ANCHORS: [
            {"enterprise": row.enterprise.name, **_firm(row), "ends_on": _day(row.ends_on), "note": row.note}
            for row in around
        ],
        ChainSheet.NEEDS: list(_needs(around, codes)),
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


def _firm(row: ChainAnchor) -> Cells:
    """What tells an anchor beside the name of its company."""
    return {"credit_code": row.enterprise.credit_code or "", "starts_on": row.starts_on.isoformat()}


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _needs(around: Sequence[ChainAnchor], codes: Mapping[int, str]) -> Iterator[Cells]:
    """At which link a need counts: what its own was merged into, if so."""
    home = homes()
    for row in around:
        for need in row.needs:
            code = codes.get(home.get(need.node_id, need.node_id))
            if code is not None:
                yield {
                    "anchor": row.enterprise.name,
                    **_firm(row),
                    "node": code,
                    "what": need.what,
                    "amount": amount_as_text(need.amount),
                    "bought_from": need.bought_from,
                    "source": need.source,
                    "told_on": need.told_on.isoformat(),
                }


def firms_meant(names: Collection[str], codes: Collection[str]) -> list[NamedFirm]:
    """The companies of the library, archived ones as well, that go by one of these names (keys, see
    `name_key`) or credit codes; two statements for any number of them.
    """
    if not names and not codes:
        return []
    named = select(EnterpriseName.enterprise_id).where(EnterpriseName.name_key.in_(names))
    rows = db.session.scalars(
        select(Enterprise)
        .where(
            or_(
                Enterprise.name_key.in_(names),
                Enterprise.credit_code.in_(codes),
                Enterprise.id.in_(named),
            )
        )
        .order_by(Enterprise.id)
        .options(selectinload(Enterprise.other_names))
    )
    return [
        NamedFirm(
            row.id,
            row.name,
            row.credit_code,
            row.is_archived,
            frozenset({row.name_key, *(other.name_key for other in row.other_names)}),
        )
        for row in rows
    ]
