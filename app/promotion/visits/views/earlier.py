"""Steps that were open before a visit, and what its form says of them."""

from collections.abc import Mapping

from app.core.access.auth import require_actor
from app.core.storage.subjects import subject_of
from app.core.values.errors import RuleBroken
from app.promotion.leads.models import Lead
from app.promotion.steps.models import Step
from app.promotion.steps.queries import find_step, open_about, open_of_company
from app.promotion.visits import services
from app.promotion.visits.forms import EARLIER, LATER, VisitForm
from app.register.enterprises.models import Enterprise


def open_before(company: Enterprise | None, lead: Lead | None) -> dict[str, Step]:
    """What is still to be done for a company and for the lead in hand, by public id, own steps first; as far
    as this person's reach goes.
    """
    if company is None:
        return {}
    actor = require_actor()
    of_lead = open_about(subject_of(lead)) if lead else []
    every = [*of_lead, *open_of_company(actor, company.id)]
    found = dict.fromkeys(step for step in every if step.kind.is_ticked)
    own_first = sorted(found, key=lambda step: (step.owner_id != actor.person_id, step.due_on, step.id))
    return {step.public_id: step for step in own_first}


def offer_earlier(form: VisitForm, before: Mapping[str, Step]) -> None:
    """One question for each step that is open, up to EARLIER of them; what was answered already stays."""
    offered = list(before)[:EARLIER]
    if len(offered) < len(before):
        form.earlier.description = f"只列出 {EARLIER} 件，另有 {len(before) - EARLIER} 件没办完的"
    if [entry.step.data for entry in form.earlier] == offered:
        return
    said = {entry.step.data: entry.form.data for entry in form.earlier}
    while form.earlier.entries:
        form.earlier.pop_entry()
    for code in offered:
        form.earlier.append_entry(said.get(code, {"step": code}))


def earlier_said(form: VisitForm, company: Enterprise) -> list[services.Earlier]:
    """What was said of the steps before; those of another company that was chosen before mean nothing."""
    found = []
    for entry in form.earlier:
        step = find_step(entry.step.data or "", require_actor())
        if not entry.state.data or step is None or step.enterprise_id != company.id:
            continue
        later = entry.due_on.data if entry.state.data == LATER else None
        if entry.state.data == LATER and later is None:
            raise RuleBroken({"earlier": f"「{step.what}」没办的，写上改到哪天"})
        found.append(services.Earlier(step, entry.outcome.data or "", later))
    return found
