"""Schemes with their versions and items, what is entered by hand, months that are closed, objections."""

from app.promotion.assessments.models.closed import (
    AssessmentClosing,
    AssessmentInput,
    AssessmentObjection,
    AssessmentPoint,
    AssessmentScore,
)
from app.promotion.assessments.models.schemes import (
    AssessmentEntry,
    AssessmentItem,
    AssessmentScheme,
    AssessmentVersion,
)

__all__ = [
    "AssessmentClosing",
    "AssessmentEntry",
    "AssessmentInput",
    "AssessmentItem",
    "AssessmentObjection",
    "AssessmentPoint",
    "AssessmentScheme",
    "AssessmentScore",
    "AssessmentVersion",
]
