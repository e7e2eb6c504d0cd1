"""The stage bar of a lead, and what it lacks for the next stage."""

from collections.abc import Iterable, Sequence
from datetime import date

from flask import url_for

from app.core.records.history import FOREVER, Entry, EntryKind, spans
from app.core.values.clock import days_between, today
from app.promotion.leads import rules
from app.promotion.leads.enums import PATH, Criterion, LeadStage
from app.promotion.leads.models import Agreement, Lead
from app.promotion.leads.queries import Stages
from app.promotion.leads.showing.cards import Words, light


def _short(day: date) -> str:
    return f"{day:%m-%d}" if day.year == today().year else day.isoformat()


def _visited(counted: Sequence[Entry]) -> dict[str, tuple[date, int]]:
    """Per stage: the date of its first entry and the days spent there altogether, of no days too."""
    days: dict[str, int] = {}
    for span in spans(counted):
        end = today() if span.d2 == FOREVER else span.d2
        days[span.stage] = days.get(span.stage, 0) + days_between(span.d1, end)
    first: dict[str, date] = {}
    for entry in counted:
        if entry.kind is EntryKind.MOVE and entry.stage:
            first.setdefault(entry.stage, entry.effective_on)
    return {stage: (day, days.get(stage, 0)) for stage, day in first.items()}


def stage_bar(
    lead: Lead, came_from: LeadStage | None, counted: Sequence[Entry], stages: Stages, missing: int
) -> Words:
    """The segments of the path; a lead on hold or lost stands where it came from. `counted`: its ledger."""
    at = lead.stage if lead.stage in PATH else (came_from or LeadStage.LEAD)
    visited = _visited(counted)
    place = PATH.index(at)
    segments = [
        _segment(stages.label(stage), index - place, visited.get(stage), lead)
        for index, stage in enumerate(PATH)
    ]
    if missing and lead.stage in PATH:
        segments[place + 1]["days"] = f"还差 {missing} 项"
    return {"segments": segments, "clock": _clock(lead, stages), "note": _total_days(lead)}


def _segment(label: str, ahead: int, visited: tuple[date, int] | None, lead: Lead) -> Words:
    """`ahead`: how many stages beyond the current one. A signed lead has all of the path behind it."""
    if ahead > 0:
        return {"label": label, "state": "ahead"}
    signed = lead.stage is LeadStage.SIGNED
    state = "now" if ahead == 0 and not signed else "done"
    if visited is None:
        return {"label": label, "state": state, "days": "跳过"}
    day, days = visited
    spent = f"{days} 天" if state == "done" else (f"已 {days} 天" if days else "今天刚到")
    return {
        "label": label,
        "state": state,
        "date": _short(day),
        "days": None if signed and ahead == 0 else spent,
    }


def _clock(lead: Lead, stages: Stages) -> Words | None:
    on = light(lead, stages)
    label = stages.label(lead.stage)
    if lead.stage in rules.ENDS or lead.stage is LeadStage.ON_HOLD:
        return {"kind": None, "words": f"{lead.stage_since} 起{label}"}
    limit = stages.clocks.get(lead.stage)
    if limit is None:
        return {"kind": None, "words": f"「{label}」{on.words}"}
    return {"kind": on.kind, "words": f"「{label}」应在 {limit} 天内，{on.words}"}


def _total_days(lead: Lead) -> str:
    end = lead.stage_since if lead.stage in rules.ENDS else today()
    until = "" if lead.stage in rules.ENDS else "到今天"
    return f"从登记{until}共 {days_between(lead.registered_on, end)} 天"


# criterion -> (words of the button, endpoint, more values of its URL)
_ACTIONS: dict[Criterion, tuple[str, str, Words]] = {
    Criterion.ASSESSMENT: ("写意见", "leads.fill", {"part": "assessment"}),
    Criterion.FIRST_NEGOTIATOR: ("去登记", "leads.fill", {"part": "first-talk"}),
    Criterion.SUMMARY: ("写概要", "leads.fill", {"part": "summary"}),
    Criterion.CONCLUSION: ("去登记", "leads.fill", {"part": "conclusion"}),
    Criterion.AGREEMENT: ("登记协议", "leads.new_agreement", {}),
    Criterion.FAIR_REVIEW: ("请人审查", "leads.detail", {"tab": "agreements", "_anchor": "records"}),
}
# What a contract that is there already still lacks is seen to on its own pages.
OF_CONTRACT: dict[Criterion, tuple[str, str]] = {
    Criterion.AGREEMENT: ("补协议", "leads.edit_agreement"),
    Criterion.FAIR_REVIEW: ("请人审查", "leads.ask_review"),
}


def gate(
    lead: Lead,
    to: LeadStage,
    missing: Sequence[rules.Missing],
    met: Iterable[Criterion],
    stages: Stages,
    *,
    may_change: bool,
    contract: Agreement | None = None,
    is_asked: bool = False,
) -> Words:
    """The panel 还差什么 for the stage that comes next; `contract` is the one that lacks least, `is_asked`
    says whether its review was asked of who looks.
    """
    return {
        "stage": stages.label(to),
        "to": to,
        "missing": [
            _missing(lead, item, contract, may_change=may_change, is_asked=is_asked) for item in missing
        ],
        "done": [criterion.label for criterion in met],
    }


def _missing(
    lead: Lead, item: rules.Missing, contract: Agreement | None, *, may_change: bool, is_asked: bool
) -> Words:
    shown: Words = {"title": item.title, "reason": item.reason, "who": item.who, "kind": None}
    if not may_change:
        return shown
    if item.criterion is Criterion.CONTACT_MADE:
        return shown | {"action_label": "记走访", "action_url": url_for("visits.new", lead=lead.public_id)}
    if contract is not None and item.criterion in OF_CONTRACT:
        label, endpoint = OF_CONTRACT[item.criterion]
        if item.criterion is Criterion.FAIR_REVIEW and contract.review and contract.review.waits:
            label, endpoint = ("下结论", "leads.conclude_review") if is_asked else ("改请别人", endpoint)
        if item.criterion is Criterion.AGREEMENT and contract.signed_on and contract.amount:
            label = "补扫描件"
        url = url_for(endpoint, public_id=contract.public_id)
        return shown | {"action_label": label, "action_url": url}
    label, endpoint, values = _ACTIONS[item.criterion]
    return shown | {
        "action_label": label,
        "action_url": url_for(endpoint, public_id=lead.public_id, **values),
    }
