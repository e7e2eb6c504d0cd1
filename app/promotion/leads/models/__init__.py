"""Leads, their ledger and its two projections, the dated stage tables, agreements and their review."""

from app.promotion.leads.models.agreements import Agreement, FairReview
from app.promotion.leads.models.leads import Lead, LeadMember
from app.promotion.leads.models.ledger import LeadEntry, LeadReach, LeadSpan
from app.promotion.leads.models.stages import StageCriterion, StageSet, StageSetting

__all__ = [
    "Agreement",
    "FairReview",
    "Lead",
    "LeadEntry",
    "LeadMember",
    "LeadReach",
    "LeadSpan",
    "StageCriterion",
    "StageSet",
    "StageSetting",
]
