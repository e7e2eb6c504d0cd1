"""How scores are made: items and what is wrong with them, points, places, periods, what is shipped. Pure."""

from app.promotion.assessments.rules.checks import problem_of_item, problem_of_items
from app.promotion.assessments.rules.items import (
    COUNTED_IN,
    FULL,
    POINT,
    ScoreItem,
    read_points,
    read_quantity,
    read_steps,
    shown_points,
    shown_quantity,
    written_steps,
)
from app.promotion.assessments.rules.scoring import Scored, ScoredLine, places_of, scored
from app.promotion.assessments.rules.shipped import SHIPPED, SHIPPED_BY_CODE, ShippedScheme
from app.promotion.assessments.rules.spans import AssessedSpan, span_from, span_of
from app.promotion.assessments.rules.words import explained, words_of

__all__ = [
    "AssessedSpan",
    "COUNTED_IN",
    "FULL",
    "POINT",
    "SHIPPED",
    "SHIPPED_BY_CODE",
    "ScoreItem",
    "Scored",
    "ScoredLine",
    "ShippedScheme",
    "explained",
    "places_of",
    "problem_of_item",
    "problem_of_items",
    "read_points",
    "read_quantity",
    "read_steps",
    "scored",
    "shown_points",
    "shown_quantity",
    "span_from",
    "span_of",
    "words_of",
    "written_steps",
]
