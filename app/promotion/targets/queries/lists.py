"""Conditions and rows of the list of targets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import joinedload, selectinload

from app.core.records.columns import ListedRecord
from app.core.records.typed import contains
from app.core.storage.db import db
from app.core.values.clock import today
from app.promotion.steps.enums import StepKind, StepState
from app.promotion.steps.models import Step
from app.promotion.steps.queries import next_steps
from app.promotion.targets.models import TargetEnterprise, TargetNode
from app.promotion.targets.queries.known import NOBODY, reach_of
from app.promotion.targets.queries.scores import scores_of_targets
from app.promotion.targets.rules import SILENCE, Score
from app.promotion.visits.models import Visit
from app.register.chains.models import ChainNode
from app.register.enterprises.models import Enterprise
from app.register.enterprises.naming import about_company


def wanted_for(node: ColumnElement[bool]) -> ColumnElement[bool]:
    """That a target is wanted for a link of which this holds."""
    return TargetEnterprise.id.in_(select(TargetNode.target_id).where(node))


def of_region(region: ColumnElement[bool]) -> ColumnElement[bool]:
    """That its company is where this holds."""
    return TargetEnterprise.enterprise_id.in_(select(Enterprise.id).where(region))


def is_silent() -> ColumnElement[bool]:
    """Open, and nobody has met the company for longer than may be. It follows from the day and is stored
    nowhere. Only ordinary visits count: a target must not tell of others.
    """
    long_ago = today() - SILENCE
    met = exists().where(
        Visit.enterprise_id == TargetEnterprise.enterprise_id,
        Visit.archived_at.is_(None),
        ~Visit.confidential,
        Visit.held_on >= long_ago,
    )
    return (
        TargetEnterprise.open_enterprise_id.is_not(None) & (TargetEnterprise.registered_on < long_ago) & ~met
    )


def is_due() -> ColumnElement[bool]:
    """Its next step is to be done today, or was to be done before."""
    return exists().where(
        Step.subject_kind == TargetEnterprise.__tablename__,
        Step.subject_id == TargetEnterprise.public_id,
        Step.state == StepState.OPEN,
        Step.kind == StepKind.NEXT,
        Step.due_on <= today(),
    )


def by_text(text: str) -> ColumnElement[bool]:
    """What the text box of the list asks, and the search without its index."""
    return about_company(
        text,
        TargetEnterprise.enterprise_id,
        lambda term: contains(term, TargetEnterprise.origin, TargetEnterprise.note),
    )


def load(ids: list[int]) -> Sequence[TargetEnterprise]:
    """The rows of one page of the list."""
    return db.session.scalars(
        select(TargetEnterprise)
        .where(TargetEnterprise.id.in_(ids))
        .options(
            joinedload(TargetEnterprise.enterprise),
            joinedload(TargetEnterprise.owner),
            joinedload(TargetEnterprise.unit),
            joinedload(TargetEnterprise.team),
            selectinload(TargetEnterprise.wanted_for).joinedload(TargetNode.node).joinedload(ChainNode.chain),
        )
    ).all()


@dataclass(frozen=True, slots=True)
class ListedTarget(ListedRecord[TargetEnterprise]):
    """A target with its next step, when its company was last met, and its score while it is open."""

    step: Step | None
    met_on: date | None
    score: Score | None


def listed(targets: Sequence[TargetEnterprise]) -> list[ListedTarget]:
    """What the rows of a page of the list are told from."""
    steps = next_steps("target", [target.public_id for target in targets])
    reach = reach_of([target.enterprise_id for target in targets])
    scores = scores_of_targets(targets, reach)
    return [
        ListedTarget(
            target,
            steps.get(target.public_id),
            reach.get(target.enterprise_id, NOBODY).met_on,
            scores.get(target.id),
        )
        for target in targets
    ]
