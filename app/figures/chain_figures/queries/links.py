"""The rows of figures about links: how they stand on a day, what anchors need of them.

Each source has a row for each chain (`chain_id`) and record (`id`), with the day it speaks of (`day`).
"""

from collections.abc import Callable
from datetime import date

from sqlalchemy import ColumnElement, FromClause, Select, and_, case, func, select
from sqlalchemy.orm import InstrumentedAttribute

from app.core.access.auth import Actor
from app.figures.chain_figures.queries.dealings import open_targets
from app.figures.chain_figures.rules import ChainsAsked
from app.promotion.targets.models import TargetNode
from app.register.accounts.queries import on_day
from app.register.anchors.models import AnchorNeed, ChainAnchor
from app.register.chains.enums import NodeState
from app.register.chains.models import ChainNode, NodeJudgement
from app.register.chains.queries import latest_judgements
from app.register.placements.queries import homes

Source = Callable[[Actor, ChainsAsked], FromClause]


def _is_there(asked: ChainsAsked) -> ColumnElement[bool]:
    return and_(ChainNode.chain_id.in_(asked.chain_ids), ChainNode.archived_at.is_(None))


def _standing(asked: ChainsAsked) -> Select[int, int, date]:
    """The links that are there by now, with the judgement that counted at the end of the days."""
    counts = NodeJudgement.id.in_(latest_judgements(asked.chain_ids, asked.days.end))
    query = select(ChainNode.chain_id, ChainNode.id, NodeJudgement.effective_on.label("day"))
    query = query.outerjoin(NodeJudgement, and_(NodeJudgement.node_id == ChainNode.id, counts))
    return query.where(_is_there(asked))


def in_state(state: NodeState | None) -> Source:
    """Links that stand so; None: that nobody had judged."""

    def source(_actor: Actor, asked: ChainsAsked) -> FromClause:
        stands = NodeJudgement.state.is_(None) if state is None else NodeJudgement.state == state
        return _standing(asked).where(stands).subquery()

    return source


def filled(_actor: Actor, asked: ChainsAsked) -> FromClause:
    """Links that were missing when the period began and are no longer so."""
    missing = select(NodeJudgement.node_id).where(
        NodeJudgement.id.in_(latest_judgements(asked.chain_ids, asked.days.eve)),
        NodeJudgement.state == NodeState.MISSING,
    )
    no_longer = NodeJudgement.state != NodeState.MISSING
    return _standing(asked).where(no_longer, ChainNode.id.in_(missing)).subquery()


def untargeted(actor: Actor, asked: ChainsAsked) -> FromClause:
    """Missing links for which nobody wants a company, among the targets that this person sees."""
    targets = open_targets(actor, asked)
    merged = homes()
    own: ColumnElement[int] | InstrumentedAttribute[int] = TargetNode.node_id
    node = case(dict(merged), value=own, else_=own) if merged else own
    wanted = select(node).where(TargetNode.target_id.in_(select(targets.c.id)))
    missing = NodeJudgement.state == NodeState.MISSING
    return _standing(asked).where(missing, ChainNode.id.not_in(wanted)).subquery()


def judged(_actor: Actor, asked: ChainsAsked) -> FromClause:
    """Judgements of these days on links that are there; of one link and day the one that counts."""
    place = func.row_number().over(
        partition_by=(NodeJudgement.node_id, NodeJudgement.effective_on), order_by=NodeJudgement.id.desc()
    )
    rows = (
        select(
            ChainNode.chain_id,
            NodeJudgement.id,
            NodeJudgement.effective_on.label("day"),
            place.label("place"),
        )
        .join(ChainNode, ChainNode.id == NodeJudgement.node_id)
        .where(_is_there(asked), NodeJudgement.effective_on.between(asked.days.start, asked.days.end))
        .subquery()
    )
    return select(rows.c.chain_id, rows.c.id, rows.c.day).where(rows.c.place == 1).subquery()


def needs(_actor: Actor, asked: ChainsAsked) -> FromClause:
    """What the anchors of the last day need, as far as it had been told by then."""
    day = asked.days.end
    query = select(ChainAnchor.chain_id, AnchorNeed.id, AnchorNeed.told_on.label("day"))
    query = query.join(ChainAnchor, ChainAnchor.id == AnchorNeed.anchor_id)
    return query.where(
        ChainAnchor.chain_id.in_(asked.chain_ids), *on_day(day, ChainAnchor), AnchorNeed.told_on <= day
    ).subquery()
