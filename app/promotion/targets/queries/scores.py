"""The scores of companies and targets, and what a list of targets asks of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, case, false, select
from sqlalchemy.orm import joinedload, selectinload

from app.core.access.auth import Actor
from app.core.records.dated import holding
from app.core.storage.db import db, read_once
from app.core.values.clock import today
from app.promotion.targets import rules
from app.promotion.targets.enums import ScoreBand
from app.promotion.targets.models import TargetEnterprise, TargetFact, TargetNode, TargetWeights
from app.promotion.targets.policy import visible
from app.promotion.targets.queries.known import Reachable, ToScore, known_of
from app.promotion.targets.rules import Score, Weights
from app.register.chains.models import ChainNode


def of_target(target: TargetEnterprise, facts: Sequence[TargetFact] | None = None) -> ToScore:
    """A target with its company and links, which are loaded."""
    return ToScore(target.enterprise, [row.node for row in target.wanted_for], target.id, facts)


def weights_on(day: date | None = None) -> Weights:
    """What the parts are worth on a day, today unless told; read once."""
    on = day or today()
    return read_once((TargetWeights, on), lambda: _read_weights(on))


def _read_weights(day: date) -> Weights:
    query = select(TargetWeights).where(TargetWeights.id == holding(TargetWeights))
    return db.session.scalars(query, {"day": day}).one().weights


def scores_of(asked: Sequence[ToScore], reach: Mapping[int, Reachable] | None = None) -> list[Score]:
    """The score of each, by the weights of today; `reach` as `known_of` takes it."""
    return [rules.score_of(known, weights_on()) for known in known_of(asked, reach)]


def scores_of_targets(
    targets: Iterable[TargetEnterprise], reach: Mapping[int, Reachable] | None = None
) -> dict[int, Score]:
    """Those of the open ones, by inner id; a target that is dropped or put away has none."""
    opened = [target for target in targets if target.open_enterprise_id is not None]
    scores = scores_of([of_target(target) for target in opened], reach)
    return {target.id: score for target, score in zip(opened, scores, strict=True)}


def open_targets(actor: Actor | None = None) -> Sequence[TargetEnterprise]:
    """All open ones, or those that somebody sees, with what is scored of them."""
    query = select(TargetEnterprise).where(TargetEnterprise.open_enterprise_id.is_not(None))
    if actor is not None:
        query = query.where(visible(actor))
    nodes = selectinload(TargetEnterprise.wanted_for).joinedload(TargetNode.node).joinedload(ChainNode.chain)
    return db.session.scalars(query.options(joinedload(TargetEnterprise.enterprise), nodes)).all()


def _all_scores() -> dict[int, Score]:
    return read_once("scores of open targets", lambda: scores_of_targets(open_targets()))


def by_band(band: ScoreBand) -> ColumnElement[bool]:
    """That the score of a target is such."""
    ids = [target_id for target_id, score in _all_scores().items() if score.is_in(band)]
    return TargetEnterprise.id.in_(ids) if ids else false()


def by_score() -> ColumnElement[int]:
    """Targets by the points that are sure, then by what they may come to; below are those with a veto, then
    those without a score.
    """
    places: dict[tuple[bool, object, object], list[int]] = defaultdict(list)
    for target_id, score in _all_scores().items():
        places[not score.is_vetoed, score.least, score.most].append(target_id)
    whens = [(TargetEnterprise.id.in_(places[key]), place) for place, key in enumerate(sorted(places), 1)]
    return case(*whens, else_=0) if whens else TargetEnterprise.id * 0
