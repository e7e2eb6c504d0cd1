"""Leads as cards of the board."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from app.core.records.path import BY_CORRECTORS, Move, MoveKind, for_correctors
from app.core.values.clock import today
from app.core.values.money import in_yi
from app.promotion.leads import rules
from app.promotion.leads.enums import Criterion, LeadStage
from app.promotion.leads.models import Lead
from app.promotion.leads.queries import BoardColumn, Stages
from app.promotion.steps.models import Step
from app.promotion.steps.showing import in_lists

Words = dict[str, Any]
ANY_CARD = "-card-"  # stands for the id in an address that a column tells once for all its cards


def light(lead: Lead, stages: Stages) -> rules.StageLight:
    """The clock of the stage a lead stands in; ends have none."""
    if lead.stage in rules.ENDS or lead.stage is LeadStage.ON_HOLD:
        return rules.StageLight(None, f"{lead.stage_since} {stages.label(lead.stage)}", 0)
    return rules.clock_light(lead.stage_since, today(), stages.clocks.get(lead.stage))


def quiet(on: rules.StageLight) -> str | None:
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


def board_column(column: BoardColumn, board: Board, list_url: str) -> Words:
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
