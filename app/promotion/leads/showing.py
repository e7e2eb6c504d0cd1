"""From leads to what templates show: cards, the stage bar, the gate panel, rows of the ledger.

A room beside `views`: it knows URLs and words, reads nothing that is not handed to it and decides nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from app.core.records.history import FOREVER, Entry, EntryKind, spans
from app.core.records.ledger import shown
from app.core.records.path import BY_CORRECTORS, Move, MoveKind, for_correctors
from app.core.values.clock import days_between, today
from app.core.values.labels import label_of
from app.core.values.money import in_words, in_yi
from app.promotion.leads import rules
from app.promotion.leads.enums import PATH, Criterion, LeadStage
from app.promotion.leads.happenings import sentence_of
from app.promotion.leads.models import Agreement, FairReview, Lead, LeadEntry
from app.promotion.leads.queries import Column, Stages, registration_of
from app.promotion.steps.models import Step
from app.promotion.steps.showing import in_lists

Words = dict[str, Any]
ANY_CARD = "-card-"  # stands for the id in an address that a column tells once for all its cards


def light(lead: Lead, stages: Stages) -> rules.Light:
    """The clock of the stage a lead stands in; ends have none."""
    if lead.stage in rules.ENDS or lead.stage is LeadStage.ON_HOLD:
        return rules.Light(None, f"{lead.stage_since} {stages.label(lead.stage)}", 0)
    return rules.clock_light(lead.stage_since, today(), stages.clocks.get(lead.stage))


def quiet(on: rules.Light) -> str | None:
    """In lists and on cards only what needs somebody gets a mark."""
    return None if on.kind == "green" else on.kind


@dataclass(frozen=True, slots=True)
class Board:
    """What cards are shown with. `steps`: by public id; `missing`: what a lead lacks for its next stage."""

    stages: Stages
    steps: Mapping[str, Step]
    missing: Mapping[int, Sequence[rules.Missing]]
    may_move: bool
    may_correct: bool
    refused: Words | None = None  # a move just refused, as `refused` shows it


def card(lead: Lead, board: Board) -> Words:
    """One card of the board."""
    stages, step = board.stages, board.steps.get(lead.public_id)
    on = light(lead, stages)
    refused = board.refused if board.refused and board.refused["id"] == lead.public_id else None
    return {
        "id": lead.public_id,
        "name": lead.name,
        "url": url_for("leads.detail", public_id=lead.public_id),
        "company": lead.enterprise.name,
        "amount": in_yi(lead.amount) if lead.amount else lead.amount_text or "未定",
        "unit": "亿元" if lead.amount else " ",
        "kind": quiet(on),
        "words": on.words,
        "owner": lead.owner.name,
        **in_lists(step),
        "version": lead.version,
        "press": _press(lead, board) if board.may_move else None,
        "press_url": url_for("leads.shift", public_id=lead.public_id),
        "refused": refused,
    }


def _press(lead: Lead, board: Board) -> Words | None:
    """移到…: one press for the next stage, with what it still asks for."""
    to = rules.next_stage(lead.stage)
    if to is None:
        return None
    lacking = board.missing.get(lead.id, ())
    missing = f"还差 {len(lacking)} 项：{'、'.join(item.title for item in lacking)}" if lacking else ""
    return {"label": board.stages.label(to), "stage": to, "missing": missing}


def _ways(stage: LeadStage, board: Board) -> list[Words]:
    """The moves that need words, which every card of a column has: told on each of two hundred cards they
    were a third of the page.
    """
    moves = rules.allowed_moves(stage, None, may_correct=board.may_correct) if board.may_move else []
    return [_way(move, board.stages) for move in moves if move.kind is not MoveKind.FORWARD]


def _way(move: Move[LeadStage], stages: Stages) -> Words:
    label = stages.label(move.to)
    return {
        "label": f"{move.kind.label}到「{label}」" if move.kind in BY_CORRECTORS else label,
        "stage": move.to,
        "url": url_for("leads.move", public_id=ANY_CARD, to=move.to),
    }


def refused(lead: Lead, label: str, problems: Mapping[str, str], panel: Words | None, move_url: str) -> Words:
    """Why a card was not moved, with a way to each thing that is missing. `panel`: the gate of the stage."""
    missing = list(panel["missing"]) if panel and any(map(Criterion.parse, problems)) else []
    why = f"还差 {len(missing)} 项" if missing else "；".join(problems.values())
    return {
        "id": lead.public_id,
        "words": f"「{lead.name}」没有移到「{label}」，{why}",
        "missing": missing,
        "url": None if missing else move_url,
    }


def board_column(column: Column, board: Board, list_url: str) -> Words:
    cards = [card(lead, board) for lead in column.leads]
    kinds = () if board.may_correct else (MoveKind.JUMP, MoveKind.BACK)
    return {
        "refusals": {kind.value: for_correctors(kind, column.label) for kind in kinds},
        "stage": column.stage,
        "label": column.label,
        "count": column.count,
        "amount": in_yi(column.amount),
        "ways": _ways(column.stage, board),
        "cards": cards,
        "more": column.count - len(cards),
        "list_url": list_url,
    }


# --- The stage bar -------------------------------------------------------------------------------


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


# --- 还差什么 ------------------------------------------------------------------------------------

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
    may_change: bool,
    contract: Agreement | None = None,
    *,
    is_asked: bool = False,
) -> Words:
    """The panel 还差什么 for the stage that comes next; `contract` is the one that lacks least, `is_asked`
    says whether its review was asked of who looks.
    """
    return {
        "stage": stages.label(to),
        "to": to,
        "missing": [_missing(lead, item, may_change, contract, is_asked=is_asked) for item in missing],
        "done": [criterion.label for criterion in met],
    }


def _missing(
    lead: Lead, item: rules.Missing, may_change: bool, contract: Agreement | None, *, is_asked: bool
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


def agreement(of: Agreement) -> list[tuple[str, Any]]:
    """What a page says of an agreement beside its files."""
    return [
        (label_of(Agreement.kind), of.kind.label),
        (label_of(Agreement.signed_on), of.signed_on),
        (label_of(Agreement.amount), in_words(of.amount) if of.amount else None),
        (label_of(Agreement.drafter_id), of.drafter.name),
    ]


def review(of: FairReview | None) -> list[tuple[str, Any]]:
    """What a page says of a 公平竞争审查: who asked, who concludes, what, and who entered it."""
    if of is None:
        return []
    asked = ("请审", f"{of.asker.name} {of.asked_on} 请 {of.reviewer.name} 审查") if of.asker else None
    if of.verdict is None:
        return [
            row
            for row in (asked, (label_of(FairReview.verdict), f"等 {of.reviewer.name} 登录后下结论"))
            if row
        ]
    if of.recorder is None:
        entered = "以前登记，没有记下登记人"
    elif of.is_own:
        entered = f"{of.recorder.name} 本人登录登记"
    else:
        entered = f"{of.recorder.name} 照纸面文书登记"
    told = [
        (label_of(FairReview.verdict), of.verdict.label),
        (label_of(FairReview.number), of.number),
        (label_of(FairReview.reviewed_on), of.reviewed_on),
    ]
    rest = [
        (label_of(FairReview.reviewer_id), of.reviewer.name),
        ("登记", entered),
        (label_of(FairReview.opinion), of.opinion),
    ]
    return [*told, *([asked] if asked else []), *rest]


# --- The ledger and the facts --------------------------------------------------------------------


def ledger(
    entries: Sequence[LeadEntry], stages: Stages, owners: dict[int, str], may_correct: bool
) -> list[Words]:
    """Rows of 阶段台账 from entries newest first; the registration may be given another day."""
    first = registration_of(entries)
    fixed = {row for kind, row in first.items() if kind is not EntryKind.AMOUNT}
    rows = shown(
        entries,
        lambda row, by_id: sentence_of(row, stages, owners, by_id),
        lambda row: may_correct and row not in fixed,
    )
    began = {first[EntryKind.MOVE].id} if EntryKind.MOVE in first and may_correct else set()
    return [row | {"may_redate": row["id"] in began} for row in rows]


def side_facts(lead: Lead, industry: str) -> list[Words]:
    """投资 at the side of a lead's page."""
    doubtful = "待核" if lead.amount_doubtful else ""
    reading = f"原写 {lead.amount_text}" if lead.amount_text and lead.amount else ""
    per_mu = ""
    if lead.land_mu and lead.amount:
        per_mu = f"{round(lead.amount / float(lead.land_mu) / 10_000):,} 万元/亩"
    return [
        {
            "label": label_of(Lead.amount),
            "value": in_words(lead.amount) if lead.amount else (lead.amount_text or None),
            "note": "　".join(filter(None, (reading, doubtful))),
        },
        {
            "label": label_of(Lead.fixed_amount),
            "value": None if lead.fixed_amount is None else in_words(lead.fixed_amount),
        },
        {
            "label": label_of(Lead.land_mu),
            "value": None if lead.land_mu is None else f"{lead.land_mu.normalize():f} 亩",
        },
        *([{"label": "亩均投资", "value": per_mu}] if per_mu else []),
        {
            "label": label_of(Lead.jobs_planned),
            "value": None if lead.jobs_planned is None else f"{lead.jobs_planned:,} 人",
        },
        {"label": label_of(Lead.industry_code), "value": industry},
        {"label": label_of(Lead.content), "value": lead.content},
        {"label": "口径", "value": "招商口径"},
    ]
