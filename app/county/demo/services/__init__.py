"""Loads the demo county: every act goes through the same services as the pages, at its own instant.

All of it is one transaction, so that a load cut short leaves nothing behind; each act is handed to audit and
outbox at once, so that every event of the chain has its own actor and time.
"""

from app.county.demo.services.assessments import score_teams
from app.county.demo.services.campaigns import run_campaigns
from app.county.demo.services.doing import PASSWORD, scan
from app.county.demo.services.gatherings import run_gatherings
from app.county.demo.services.loading import is_empty, load, read_companies, sign_ins
from app.county.demo.services.outings import run_outings

__all__ = [
    "PASSWORD",
    "is_empty",
    "load",
    "read_companies",
    "run_campaigns",
    "run_gatherings",
    "run_outings",
    "scan",
    "score_teams",
    "sign_ins",
]
