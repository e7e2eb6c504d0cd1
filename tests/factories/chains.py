"""Chains with links in the states that matter."""

from datetime import date
from typing import Any

from app.core.access.auth import Actor, acting_as
from app.core.storage.db import db
from app.core.values.clock import today
from app.register.chains import services
from app.register.chains.enums import ChainTier, NodeState
from app.register.chains.models import Chain, ChainNode, NodeJudgement


def chain_data(code: str = "CELL", name: str = "动力电池", **more: Any) -> services.ChainData:
    return services.ChainData(code=code, name=name, **more)


def a_chain(head: Actor, code: str = "CELL", **told: Any) -> Chain:
    """Entered by a head of the bureau, committed."""
    with acting_as(head):
        chain = services.create_chain(chain_data(code, **told))
        db.session.commit()
    return chain


def node_data(code: str, name: str = "", **more: Any) -> services.NodeData:
    values: dict[str, Any] = {"tier": ChainTier.MIDSTREAM} | more
    return services.NodeData(code=code, name=name or f"环节{code}", **values)


def a_node(head: Actor, chain: Chain, code: str, name: str = "", **more: Any) -> ChainNode:
    with acting_as(head):
        node, _change = services.add_node(chain, node_data(code, name, **more))
        db.session.commit()
    return node


def judged(
    head: Actor, node: ChainNode, state: NodeState, on: date | None = None, **more: Any
) -> NodeJudgement:
    with acting_as(head):
        values = {"reason": "县内没有企业做"} | more
        row = services.judge(node, services.JudgementData(state, on or today(), **values))
        db.session.commit()
    return row
