"""评分权重: what each part of the score of a target is worth, from when on."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint

from app.core.access.auth import require_actor
from app.core.records.configured import serve_configuration
from app.core.records.configuring import Configuration
from app.promotion.targets import queries, rules
from app.promotion.targets.enums import ScorePart
from app.promotion.targets.forms import TargetWeightsForm
from app.promotion.targets.models import TargetWeights
from app.promotion.targets.services import fill_weights
from app.register.accounts.enums import Permission

bp = Blueprint("target_weights", __name__)


def _opened(row: TargetWeights) -> Mapping[str, Any]:
    return {part.value: weight for part, weight in row.weights.items()}


def _fill(row: TargetWeights, form: Any, _before: TargetWeights) -> None:
    fill_weights(row, {part: form[part.value].data for part in ScorePart})


def _told(row: TargetWeights) -> Mapping[str, str]:
    return {part.label: f"{weight} 分" for part, weight in row.weights.items()}


def _effects(row: TargetWeights, before: TargetWeights) -> list[str]:
    """What it would do today to the open targets that the reader sees."""
    targets = queries.open_targets(require_actor())
    known = queries.known_of([queries.of_target(target) for target in targets])
    shifts = [
        rules.Shift(target.name, *(rules.score_of(one, each.weights) for each in (before, row)))
        for target, one in zip(targets, known, strict=True)
    ]
    return rules.words_of_shifts(shifts)


TARGET_WEIGHTS = Configuration(
    model=TargetWeights,
    title="评分权重",
    reads=Permission.TARGETS_READ,
    writes=Permission.TARGETS_WEIGH,
    form=TargetWeightsForm,
    opened=_opened,
    fill=_fill,
    told=_told,
    effects=_effects,
)
serve_configuration(bp, TARGET_WEIGHTS)
