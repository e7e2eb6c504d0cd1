"""What a stage still asks for, and what a lead became, as pages show it."""

from typing import Any

from app.core.access.auth import Actor, require_actor
from app.core.values.registries import OUTCOMES, RelatedRow
from app.promotion.leads import policy, queries, rules, showing
from app.promotion.leads.enums import LeadStage
from app.promotion.leads.models import Lead


def gate_panel(
    now: queries.LeadNow, to: LeadStage, stages: queries.Stages, may_change: bool
) -> dict[str, Any]:
    """还差什么: what a stage asks for, what of it is there, and where to see to the rest."""
    lead, facts = now.lead, now.facts(stages.criteria.get(to, ()))
    lacking = rules.missing_for(to, stages.criteria, facts)
    met = rules.met_for(to, stages.criteria, facts)
    on_contract = may_change and any(item.criterion in showing.OF_CONTRACT for item in lacking)
    contract = now.contracts.nearest if on_contract else None
    is_asked = contract is not None and policy.is_asked(require_actor(), contract)
    return showing.gate(
        lead, to, lacking, met, stages, may_change=may_change, contract=contract, is_asked=is_asked
    )


def outcome_of(lead: Lead, actor: Actor) -> RelatedRow | None:
    """What the lead became, as far as this person may see it; a signing alone makes something of one."""
    if lead.stage is not LeadStage.SIGNED:
        return None
    return next((found for answer in OUTCOMES.values() if (found := answer(lead.id, actor))), None)
