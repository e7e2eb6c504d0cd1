"""What the bureau's head did to the county's chains, and whom they charged with them."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from app.core.storage.db import db
from app.county.demo import acts
from app.register.chains import services as chains
from app.register.chains.models import Chain, ChainNode
from app.register.posts import services as posts


def load_chains(_loader: Any, act: acts.LoadChains) -> None:
    chains.load_examples(act.codes)


def plan_node(_loader: Any, act: acts.PlanNode) -> None:
    node = _node(act.node)
    data = chains.NodeData(
        code=node.code,
        name=node.name,
        tier=node.tier,
        parent=node.parent,
        position=node.position,
        importance=act.importance,
        keywords=node.keywords,
        products=node.products,
        industries="\n".join(node.codes),
        action=act.action,
    )
    chains.change_node(node, node.version, data)


def judge_node(_loader: Any, act: acts.JudgeNode) -> None:
    chains.judge(
        _node(act.node),
        chains.JudgementData(
            state=act.state,
            effective_on=act.on,
            reason=act.reason,
            local_rate=act.local_rate,
            evidence=act.evidence,
        ),
    )


def give_post(loader: Any, act: acts.GivePost) -> None:
    chain = db.session.scalars(select(Chain).where(Chain.code == act.chain)).one()
    posts.give(chain, posts.PostData(loader.people[act.person], act.post, act.on, act.until))


def _node(code: str) -> ChainNode:
    return db.session.scalars(select(ChainNode).where(ChainNode.live_code == code)).one()


DOING: dict[type[acts.Deed], Callable[[Any, Any], None]] = {
    acts.LoadChains: load_chains,
    acts.PlanNode: plan_node,
    acts.JudgeNode: judge_node,
    acts.GivePost: give_post,
}
