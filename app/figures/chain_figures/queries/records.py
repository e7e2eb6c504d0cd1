"""The records behind the rows of figures, read by their inner ids with what their lines say."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from app.core.storage.db import db
from app.figures.chain_figures.queries.dealings import stood
from app.promotion.leads.enums import LeadStage
from app.promotion.leads.models import Lead, LeadReach
from app.promotion.steps.models import Step
from app.promotion.targets.enums import TargetStage
from app.promotion.targets.models import TargetEnterprise, TargetNode
from app.promotion.visits.models import Visit
from app.register.anchors.models import AnchorNeed, ChainAnchor
from app.register.chains.models import ChainNode, NodeJudgement

Ids = Collection[int]


def nodes(ids: Ids) -> Sequence[ChainNode]:
    return db.session.scalars(select(ChainNode).where(ChainNode.id.in_(ids))).all()


def judgements(ids: Ids) -> list[tuple[NodeJudgement, ChainNode]]:
    """Each with its link."""
    query = select(NodeJudgement, ChainNode).join(ChainNode, ChainNode.id == NodeJudgement.node_id)
    query = query.where(NodeJudgement.id.in_(ids)).options(joinedload(NodeJudgement.actor))
    return [(row, node) for row, node in db.session.execute(query)]


def targets(ids: Ids) -> Sequence[TargetEnterprise]:
    query = select(TargetEnterprise).where(TargetEnterprise.id.in_(ids))
    return db.session.scalars(
        query.options(
            joinedload(TargetEnterprise.enterprise),
            joinedload(TargetEnterprise.owner),
            joinedload(TargetEnterprise.unit),
            selectinload(TargetEnterprise.wanted_for).joinedload(TargetNode.node),
        )
    ).all()


def stages_of_targets(ids: Ids, day: date) -> dict[int, TargetStage]:
    """Where each stood at the end of a day."""
    at = stood(day)
    query = select(at.c.target_id, at.c.stage).where(at.c.target_id.in_(ids))
    return {target_id: stage for target_id, stage in db.session.execute(query)}


def met_by(enterprise_ids: Ids, day: date) -> dict[int, date]:
    """When each company had last been met by the end of a day, ordinary visits alone."""
    query = select(Visit.enterprise_id, func.max(Visit.held_on)).where(
        Visit.enterprise_id.in_(enterprise_ids),
        Visit.archived_at.is_(None),
        ~Visit.confidential,
        Visit.held_on <= day,
    )
    found = db.session.execute(query.group_by(Visit.enterprise_id))
    return {enterprise_id: held_on for enterprise_id, held_on in found}


def leads(ids: Ids) -> Sequence[Lead]:
    query = select(Lead).where(Lead.id.in_(ids))
    return db.session.scalars(query.options(joinedload(Lead.enterprise), joinedload(Lead.owner))).all()


def signings(lead_ids: Ids) -> dict[int, LeadReach]:
    """When each lead came to a contract first, by its inner id."""
    query = select(LeadReach).where(LeadReach.stage == LeadStage.SIGNED, LeadReach.lead_id.in_(lead_ids))
    return {row.lead_id: row for row in db.session.scalars(query)}


def visits(ids: Ids) -> Sequence[Visit]:
    query = select(Visit).where(Visit.id.in_(ids))
    return db.session.scalars(query.options(joinedload(Visit.enterprise), joinedload(Visit.author))).all()


def steps(ids: Ids) -> Sequence[Step]:
    query = select(Step).where(Step.id.in_(ids))
    return db.session.scalars(query.options(joinedload(Step.enterprise), joinedload(Step.owner))).all()


def needs(ids: Ids) -> Sequence[AnchorNeed]:
    query = select(AnchorNeed).where(AnchorNeed.id.in_(ids)).options(joinedload(AnchorNeed.node))
    anchor = joinedload(AnchorNeed.anchor).joinedload(ChainAnchor.enterprise)
    return db.session.scalars(query.options(anchor)).all()
