"""Leads on the pages of others."""

from collections.abc import Callable, Collection

from flask import url_for

from app.core.access.auth import Actor
from app.core.records.kinds import subject_kind
from app.core.values import money
from app.core.values.registries import Naming, Related, RelatedRow, Sought, beside
from app.promotion.leads import policy, queries, services, showing
from app.promotion.leads.models import Lead
from app.promotion.leads.views.blueprint import page_of
from app.register.accounts.enums import Permission as P


def related_to(enterprise_id: int, actor: Actor) -> Related | None:
    """The leads of a company that this person may see, for the side of its page."""
    if not actor.may(P.LEADS_READ):
        return None
    found = queries.leads_of([enterprise_id], actor)
    return _block(found, lambda: url_for("leads.index", q=found[0].enterprise.name, state="all"))


def of_companies(enterprise_ids: Collection[int], actor: Actor) -> Related | None:
    """The same of several companies together."""
    if not actor.may(P.LEADS_READ):
        return None
    return _block(queries.leads_of(enterprise_ids, actor), lambda: url_for("leads.index", state="all"))


def _block(found: list[Lead], all_url: Callable[[], str]) -> Related | None:
    stages = queries.stages_on()
    return beside("线索与项目", [_related_row(lead, stages) for lead in found], all_url)


KIND = subject_kind(
    policy.LEAD_ACCESS,
    endpoint="leads.detail",
    reads=P.LEADS_READ,
    found=queries.get_lead,
    may_change=policy.may_change,
    why_fixed=services.why_fixed,
)


def named_in(sought: Sought, actor: Actor) -> list[Naming]:
    """The leads whose words name somebody, for the page on which they are erased."""
    if not actor.may(P.LEADS_READ):
        return []
    words = "线索：内容、研判、上会、台账、协议或附件的名称"
    return [
        Naming("lead", lead.public_id, RelatedRow(f"{lead.name} {lead.number}", page_of(lead), words))
        for lead in queries.naming(sought, actor)
    ]


def _related_row(lead: Lead, stages: queries.Stages) -> RelatedRow:
    on = showing.light(lead, stages)
    amount = money.in_words(lead.amount) if lead.amount else "金额未定"
    words = f"{stages.label(lead.stage)}　{amount}　{lead.owner.name}"
    return RelatedRow(lead.name, page_of(lead), words, on if on.kind else None)
