"""The rows of figures about targets, visits, leads and steps, as far as somebody may see them.

A company is one of a chain when somebody confirmed it on a link, or wants it for one: a target stands on the
links for which it is wanted today, whatever the day that is asked for. Sources are shaped as in `links`.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, Subquery, exists, func, or_, select, union

from app.core.access.auth import Actor
from app.core.records.history import EntryKind
from app.core.values.clock import start_of
from app.figures.chain_figures.rules import ChainsAsked
from app.promotion.leads.enums import LeadStage
from app.promotion.leads.models import Lead, LeadReach
from app.promotion.leads.policy import visible as lead_visible
from app.promotion.steps.enums import StepKind, StepState
from app.promotion.steps.models import Step
from app.promotion.steps.policy import visible as step_visible
from app.promotion.targets.enums import TargetStage
from app.promotion.targets.models import TargetEnterprise, TargetEntry, TargetNode
from app.promotion.targets.policy import visible as target_visible
from app.promotion.targets.rules import SILENCE
from app.promotion.visits.models import Visit
from app.promotion.visits.policy import visible as visit_visible
from app.register.chains.models import ChainNode
from app.register.placements.queries import companies_by_chain

_DAY = timedelta(days=1)


def companies(actor: Actor, asked: ChainsAsked) -> Subquery:
    """(chain_id, enterprise_id), each once."""
    placed = companies_by_chain().where(ChainNode.chain_id.in_(asked.chain_ids))
    wanted = (
        select(ChainNode.chain_id, TargetEnterprise.enterprise_id)
        .select_from(TargetEnterprise)
        .join(TargetNode, TargetNode.target_id == TargetEnterprise.id)
        .join(ChainNode, ChainNode.id == TargetNode.node_id)
        .where(ChainNode.chain_id.in_(asked.chain_ids))
        .where(TargetEnterprise.archived_at.is_(None), target_visible(actor))
    )
    return union(placed, wanted).subquery()


# --- targets -----------------------------------------------------------------------------------------


def stood(day: date) -> Subquery:
    """Where each target (`target_id`) stood at the end of a day (`stage`), by its ledger."""
    void = select(TargetEntry.voids).where(TargetEntry.voids.is_not(None))
    place = func.row_number().over(
        partition_by=TargetEntry.target_id,
        order_by=(TargetEntry.effective_on.desc(), TargetEntry.id.desc()),
    )
    moves = (
        select(TargetEntry.target_id, TargetEntry.stage, place.label("place"))
        .where(TargetEntry.kind == EntryKind.MOVE, TargetEntry.stage.is_not(None))
        .where(TargetEntry.effective_on <= day, TargetEntry.id.not_in(void))
        .subquery()
    )
    return select(moves.c.target_id, moves.c.stage).where(moves.c.place == 1).subquery()


def _targets(actor: Actor, asked: ChainsAsked) -> Select[int, int, date]:
    """The targets of chains that this person sees and that had not been put away by the end of the days."""
    day = asked.days.end
    there = TargetEnterprise.archived_at.is_(None) | (TargetEnterprise.archived_at >= start_of(day + _DAY))
    query = select(ChainNode.chain_id, TargetEnterprise.id, TargetEnterprise.registered_on.label("day"))
    return (
        query.select_from(TargetEnterprise)
        .join(TargetNode, TargetNode.target_id == TargetEnterprise.id)
        .join(ChainNode, ChainNode.id == TargetNode.node_id)
        .where(ChainNode.chain_id.in_(asked.chain_ids), there, target_visible(actor))
        .distinct()
    )


def _at(
    actor: Actor, asked: ChainsAsked, stage: Callable[[Any], ColumnElement[bool]]
) -> Select[int, int, date]:
    at = stood(asked.days.end)
    return _targets(actor, asked).join(at, at.c.target_id == TargetEnterprise.id).where(stage(at.c.stage))


def _is_open(stage: Any) -> ColumnElement[bool]:
    found: ColumnElement[bool] = stage != TargetStage.DROPPED
    return found


def open_targets(actor: Actor, asked: ChainsAsked) -> Subquery:
    """Those on which work went on at the end of the days."""
    return _at(actor, asked, _is_open).subquery()


def at_stage(of: TargetStage) -> Callable[[Actor, ChainsAsked], FromClause]:
    """Those that stood at a stage."""

    def source(actor: Actor, asked: ChainsAsked) -> FromClause:
        return _at(actor, asked, lambda stage: stage == of).subquery()

    return source


def silent(actor: Actor, asked: ChainsAsked) -> FromClause:
    """Open ones whose company nobody had met for longer than may be, as the list of targets tells it of
    today: ordinary visits alone.
    """
    day = asked.days.end
    long_ago = day - SILENCE
    met = exists().where(
        Visit.enterprise_id == TargetEnterprise.enterprise_id,
        Visit.archived_at.is_(None),
        ~Visit.confidential,
        Visit.held_on.between(long_ago, day),
    )
    return _at(actor, asked, _is_open).where(TargetEnterprise.registered_on < long_ago, ~met).subquery()


def taken_up(actor: Actor, asked: ChainsAsked) -> FromClause:
    """Those that were listed within the days, whatever became of them."""
    days = asked.days
    return (
        _targets(actor, asked).where(TargetEnterprise.registered_on.between(days.start, days.end)).subquery()
    )


# --- visits, leads, steps ----------------------------------------------------------------------------


def visits(actor: Actor, asked: ChainsAsked) -> FromClause:
    """Visits of companies of the chains within the days."""
    of, days = companies(actor, asked), asked.days
    query = select(of.c.chain_id, Visit.id, Visit.held_on.label("day"))
    query = query.select_from(Visit).join(of, of.c.enterprise_id == Visit.enterprise_id)
    return query.where(
        Visit.archived_at.is_(None), Visit.held_on.between(days.start, days.end), visit_visible(actor)
    ).subquery()


def leads(actor: Actor, asked: ChainsAsked) -> FromClause:
    """Leads of companies of the chains that were registered within the days."""
    of, days = companies(actor, asked), asked.days
    query = select(of.c.chain_id, Lead.id, Lead.registered_on.label("day"))
    query = query.select_from(Lead).join(of, of.c.enterprise_id == Lead.enterprise_id)
    return query.where(
        Lead.archived_at.is_(None), Lead.registered_on.between(days.start, days.end), lead_visible(actor)
    ).subquery()


def signed(actor: Actor, asked: ChainsAsked) -> FromClause:
    """Leads of companies of the chains that came to a contract for the first time within the days; archived
    ones too, as in the funnel.
    """
    of, days = companies(actor, asked), asked.days
    query = select(of.c.chain_id, Lead.id, LeadReach.first_date.label("day"))
    query = query.select_from(LeadReach).join(Lead, Lead.id == LeadReach.lead_id)
    query = query.join(of, of.c.enterprise_id == Lead.enterprise_id)
    return query.where(
        LeadReach.stage == LeadStage.SIGNED,
        LeadReach.first_date.between(days.start, days.end),
        lead_visible(actor),
    ).subquery()


def due(actor: Actor, asked: ChainsAsked) -> FromClause:
    """Next steps with companies of the chains whose date comes by the end of the month, and that were not
    done at the end of the days.
    """
    of, days = companies(actor, asked), asked.days
    query = select(of.c.chain_id, Step.id, Step.due_on.label("day"))
    query = query.select_from(Step).join(of, of.c.enterprise_id == Step.enterprise_id)
    undone = or_(Step.state == StepState.OPEN, Step.done_on > days.end)
    return query.where(
        Step.kind == StepKind.NEXT,
        Step.due_on <= days.horizon,
        Step.created_at < start_of(days.end + _DAY),
        undone,
        step_visible(actor),
    ).subquery()
