"""The page of one target."""

from collections.abc import Sequence
from typing import Any

from flask import render_template, url_for

from app.core.access.auth import Actor, require_actor
from app.core.access.permissions import requires
from app.core.records.archiving import ArchiveForm, serve_archiving
from app.core.records.history import TAKE_BACK, spans
from app.core.records.ledger import Ledger
from app.core.records.timeline import About, timeline
from app.core.storage.subjects import subject_of
from app.core.values.clock import in_beijing, today
from app.core.values.registries import ON_TARGET, Related
from app.core.web import pages
from app.promotion.leads.queries import leads_of
from app.promotion.steps.queries import next_step, open_about
from app.promotion.targets import policy, queries, rules, services, showing
from app.promotion.targets.happenings import sentence_of
from app.promotion.targets.models import TargetEnterprise, TargetEntry, TargetFact
from app.promotion.targets.views.blueprint import bp, page_of
from app.register.accounts.enums import Permission as P
from app.register.accounts.queries import names_of

_TABS = {"timeline": "动态", "ledger": "台账"}


@bp.get("/targets/<public_id>")
@requires(P.TARGETS_READ)
def detail(public_id: str) -> str:
    """一家目标企业."""
    return _detail_page(public_id)


def _detail_page(public_id: str, archiving: ArchiveForm | None = None) -> str:
    actor, target = require_actor(), queries.get_target(public_id)
    tab = pages.read_choice("tab", "记录", _TABS.items()) or "timeline"
    entries = queries.entries_of(target)
    ledger, owners = Ledger(reversed(entries)), names_of(entry.owner_id for entry in entries)
    stands, may_correct = ledger.standing(), policy.may_correct(actor, target)
    steps = open_about(subject_of(target))
    goes_on = target.open_enterprise_id is not None
    first = next_step(steps) if goes_on else None
    facts = queries.facts_of(target)
    reach = queries.reach_of([target.enterprise_id])
    met = reach.get(target.enterprise_id, queries.NOBODY).met_on
    return render_template(
        "targets/detail.html",
        target=target,
        bar=showing.stage_bar(
            target, rules.STAGES.stage_of(stands.came_from if stands else None), spans(ledger.entries())
        ),
        silence=rules.silence(met, target.registered_on, today()) if goes_on else None,
        met_on=met,
        leads=_leads(target, actor),
        score=queries.scores_of([queries.of_target(target, facts)], reach)[0] if goes_on else None,
        entered=_entered(facts, actor),
        goes_on=goes_on,
        next_step=first,
        steps=[step for step in steps if step is not first],
        moves=rules.offered(target.stage, may_correct=may_correct),
        may=_rights(actor, target),
        new_lead=_new_lead(target),
        own=_own_last_deed(target, ledger, owners),
        archiving=archiving or ArchiveForm(formdata=None, version=target.version),
        tab=tab,
        tabs=_tabs(target, tab),
        past=timeline(_about(target), actor, pages.read_page_number()) if tab == "timeline" else None,
        ledger=showing.ledger(entries, owners, may_correct) if tab == "ledger" else [],
        reason=_last_reason(ledger),
        related=_related(target, actor),
    )


serve_archiving(bp, services.ARCHIVING, _detail_page)


def _tabs(target: TargetEnterprise, now: str) -> list[dict[str, Any]]:
    return [
        {"label": label, "url": page_of(target, key, "records"), "active": key == now}
        for key, label in _TABS.items()
    ]


def _related(target: TargetEnterprise, actor: Actor) -> list[Related]:
    """What higher features have of its company."""
    return [block for ask in ON_TARGET.values() if (block := ask(target.enterprise_id, actor))]


def _entered(facts: Sequence[TargetFact], actor: Actor) -> list[tuple[TargetFact, bool]]:
    """What was entered of a target for its score, each with whether the reader may lift it."""
    return [(row, row.lifted_on is None and policy.may_lift(actor, row)) for row in facts]


def _rights(actor: Actor, target: TargetEnterprise) -> dict[str, bool]:
    return {
        "change": policy.may_change(actor, target),
        "assign": policy.may_assign(actor, target),
        "correct": policy.may_correct(actor, target),
        "restore": target.is_archived and policy.may_write(actor, target),
    }


def _about(target: TargetEnterprise) -> About:
    """The whole way: also what happened to the company."""
    return About((subject_of(target), subject_of(target.enterprise)))


def _leads(target: TargetEnterprise, actor: Actor) -> list[tuple[str, str]]:
    """The leads of the company that this reader may see: name and address."""
    if not actor.may(P.LEADS_READ):
        return []
    return [
        (f"{lead.name} {lead.number}", url_for("leads.detail", public_id=lead.public_id))
        for lead in leads_of([target.enterprise_id], actor)
    ]


def _new_lead(target: TargetEnterprise) -> str:
    """The form of a lead of this company, with all that the target knows."""
    nodes = [row.node.name for row in target.wanted_for]
    return url_for(
        "leads.new",
        enterprise=target.enterprise.public_id,
        source=target.method.value,
        name=f"{nodes[0]}项目" if nodes else None,
        introducer=target.origin[:60] or None,
        content=target.note[:1000] or None,
        owner=target.owner.public_id if target.owner else None,
    )


def _last_reason(ledger: Ledger[TargetEntry]) -> str:
    counted = [row for row in ledger.counted() if row.stage is not None]
    return counted[-1].reason if counted else ""


def _own_last_deed(
    target: TargetEnterprise, ledger: Ledger[TargetEntry], owners: dict[int, str]
) -> dict[str, Any] | None:
    """What the one who looks has just entered in the ledger and may still take back."""
    found = services.LEDGER.last_deed(target, ledger)
    if found is None:
        return None
    last, place = found
    return {
        "words": sentence_of(last, owners, {}),
        "until": f"{in_beijing(last.recorded_at + TAKE_BACK):%H:%M}",
        "url": url_for("targets.take_back", public_id=target.public_id, place=place),
    }
