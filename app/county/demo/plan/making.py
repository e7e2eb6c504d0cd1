"""The whole plan, in the order in which it happened."""

from collections.abc import Sequence
from datetime import datetime
from random import Random

from app.core.values.clock import BEIJING
from app.county.demo.acts import (
    Company,
    Deed,
)
from app.county.demo.calendar import HistorySpan
from app.county.demo.plan.chains import chains_judged
from app.county.demo.plan.companies import calls_on_companies, companies_known
from app.county.demo.plan.contracts import lead_to_project, sign_contract
from app.county.demo.plan.expenses import money_spent
from app.county.demo.plan.leads import all_leads
from app.county.demo.plan.reports import reports_written
from app.county.demo.plan.residents import teams_kept
from app.county.demo.plan.stories import amounts, handovers, moves, product_of, register_lead
from app.county.demo.plan.targets import targets_taken_up
from app.county.demo.plan.telling import SEED, VISITS, LeadStory, S, Telling
from app.county.demo.plan.visits import visits_of


def make(companies: Sequence[Company], now: datetime, seed: int = SEED) -> list[Deed]:
    """All acts in order. `now` is the instant at which the history ends."""
    telling = Telling(Random(seed), HistorySpan(now.astimezone(BEIJING)), companies)
    leads = all_leads(telling)
    acts = [act for lead in leads for act in _told(telling, lead)]
    acts += calls_on_companies(telling, VISITS - telling.visits)
    acts += targets_taken_up(telling, leads)
    acts += companies_known(telling)
    acts += chains_judged(telling)
    acts += money_spent(telling, acts)
    acts += reports_written(telling.span)
    acts += teams_kept(telling.span)
    return sorted(acts, key=lambda act: act.at)


def _told(telling: Telling, lead: LeadStory) -> list[Deed]:
    product = product_of(telling, lead)
    register_lead(telling, lead, product)
    moves(telling, lead, product)
    handovers(lead)
    amounts(telling, lead)
    visits_of(telling, lead)
    if lead.now in {S.SIGNED, S.APPROVED}:
        sign_contract(telling, lead)
    if lead.now is S.SIGNED:
        lead_to_project(telling, lead)
    return lead.story.acts(telling.rng, telling.span)
