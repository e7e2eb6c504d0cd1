"""From targets to what templates and the list show: the state, silence, links, rows of the ledger.

A room beside `views`: it reads nothing that is not handed to it and decides nothing.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from app.core.records.columns import Cell
from app.core.records.history import FOREVER, Span
from app.core.records.ledger import shown
from app.core.values.clock import days_between, today
from app.core.values.lights import Light
from app.promotion.targets import rules
from app.promotion.targets.enums import PATH, TargetStage
from app.promotion.targets.happenings import sentence_of
from app.promotion.targets.models import TargetEnterprise, TargetEntry
from app.promotion.targets.queries import ListedTarget
from app.promotion.targets.services.ledger import why_fixed

_SHOWN = 2  # links in a list


def nodes_cell(row: ListedTarget) -> str:
    """The first of them."""
    names = [wanted.node.name for wanted in row.record.wanted_for]
    more = f"等 {len(names)} 个" if len(names) > _SHOWN else ""
    return "、".join(names[:_SHOWN]) + more


def holder_cell(row: ListedTarget) -> str:
    """Whose it is: a person, or the team or unit while nobody is named."""
    target = row.record
    return target.owner.name if target.owner else f"{(target.team or target.unit).name}（未定人）"


def silence_cell(row: ListedTarget) -> Light:
    """How long nobody has met the company; nothing of a target that is no longer worked on."""
    target = row.record
    if target.stage is TargetStage.DROPPED:
        return Light(None, f"最近接触 {row.met_on}" if row.met_on else "没有接触过")
    return rules.silence(row.met_on, target.registered_on, today())


def score_cell(row: ListedTarget) -> Cell:
    """The points, as a range while something is unknown; a veto says so in their place."""
    score = row.score
    if score is None:
        return Cell("不评分")
    return Cell(light=Light("red", score.words), phone="note") if score.is_vetoed else Cell(score.words)


def stage_bar(
    target: TargetEnterprise, came_from: TargetStage | None, spans: Sequence[Span]
) -> dict[str, Any]:
    """The segments of the path; a dropped target stands where it came from."""
    at = target.stage if target.stage in PATH else (came_from or TargetStage.POOL)
    first: dict[str, str] = {}
    days: dict[str, int] = {}
    for span in spans:
        first.setdefault(span.stage, f"{span.d1:%m-%d}" if span.d1.year == today().year else f"{span.d1}")
        end = today() if span.d2 == FOREVER else span.d2
        days[span.stage] = days.get(span.stage, 0) + days_between(span.d1, end)
    segments = []
    for place, stage in enumerate(PATH):
        state = "now" if stage is at else ("done" if place < PATH.index(at) else "ahead")
        reached = state != "ahead" and stage in first
        segments.append(
            {
                "label": stage.label,
                "state": state,
                "date": first[stage] if reached else None,
                "days": f"{days[stage]} 天" if reached else None,
            }
        )
    note = f"{target.stage_since} 放弃" if target.stage is TargetStage.DROPPED else ""
    return {"segments": segments, "note": note}


def ledger(
    entries: Sequence[TargetEntry], owners: Mapping[int, str], may_correct: bool
) -> list[dict[str, Any]]:
    """Rows of the ledger from entries newest first."""
    return shown(
        entries,
        lambda row, by_id: sentence_of(row, owners, by_id),
        lambda row: may_correct and why_fixed(row) is None,
    )
