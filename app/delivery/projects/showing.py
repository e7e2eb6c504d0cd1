"""From projects to what templates and the list show: the stage bar, rows of the ledger, facts.

A room beside `views`: it knows URLs and words, reads nothing that is not handed to it and decides nothing.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for

from app.core.records.history import FOREVER, Span
from app.core.records.ledger import shown
from app.core.values.clock import days_between, today
from app.core.values.labels import label_of
from app.core.values.money import in_words
from app.delivery.projects import rules
from app.delivery.projects.enums import PATH, ProjectStage
from app.delivery.projects.happenings import sentence_of
from app.delivery.projects.models import Project, ProjectEntry
from app.delivery.projects.services import why_fixed
from app.promotion.leads.models import Lead
from app.promotion.steps.models import Step

Words = dict[str, Any]


def stage_bar(project: Project, came_from: ProjectStage | None, spans: Sequence[Span]) -> Words:
    """The segments of the path; a terminated project stands where it came from."""
    at = project.stage if project.stage in PATH else (came_from or ProjectStage.SIGNED)
    entered, days = _entered(spans)
    segments = []
    for place, stage in enumerate(PATH):
        state = "now" if stage is at else ("done" if place < PATH.index(at) else "ahead")
        reached = state != "ahead" and stage in entered
        segments.append(
            {
                "label": stage.label,
                "state": state,
                "date": entered[stage] if reached else None,
                "days": f"{days[stage]} 天" if reached else None,
            }
        )
    return {"segments": segments, "note": _since_signing(project)}


def _entered(spans: Sequence[Span]) -> tuple[dict[str, str], dict[str, int]]:
    """Per stage: the date of its first entry, and the days spent there altogether."""
    first: dict[str, str] = {}
    days: dict[str, int] = {}
    for span in spans:
        first.setdefault(span.stage, f"{span.d1:%m-%d}" if span.d1.year == today().year else f"{span.d1}")
        end = today() if span.d2 == FOREVER else span.d2
        days[span.stage] = days.get(span.stage, 0) + days_between(span.d1, end)
    return first, days


def _since_signing(project: Project) -> str:
    if project.signed_on is None:
        return ""
    if project.stage is ProjectStage.TERMINATED:
        return f"{project.stage_since} 终止，签约后 {(project.stage_since - project.signed_on).days} 天"
    return f"签约到今天 {days_between(project.signed_on, today())} 天"


def facts(project: Project, industry: str, lead: Lead | None) -> list[Words]:
    """The contract, at the side of a project's page; `lead` only when the reader may see it."""
    return [
        {"label": label_of(Project.amount), "value": in_words(project.amount) if project.amount else None},
        {"label": label_of(Project.signed_on), "value": project.signed_on},
        {"label": label_of(Project.kind), "value": project.kind.label},
        {"label": label_of(Project.industry_code), "value": industry},
        {"label": label_of(Project.project_code), "value": project.project_code},
        *(
            [
                {
                    "label": label_of(Project.lead_id),
                    "value": lead.number,
                    "url": url_for("leads.detail", public_id=lead.public_id),
                }
            ]
            if lead is not None
            else []
        ),
        {"label": "口径", "value": "招商口径"},
    ]


def ledger(entries: Sequence[ProjectEntry], owners: Mapping[int, str], may_correct: bool) -> list[Words]:
    """Rows of 阶段台账 from entries newest first."""
    return shown(
        entries,
        lambda row, by_id: sentence_of(row, owners, by_id),
        lambda row: may_correct and why_fixed(row) is None,
    )


def next_panel(project: Project) -> Words | None:
    """What the next stage of the path asks for."""
    to = rules.next_stage(project.stage)
    return None if to is None else {"to": to, "label": to.label, "evidence": rules.EVIDENCE[to]}


# --- the list ---


def in_stage(project: Project) -> str:
    """How long it stands where it stands."""
    if project.stage is ProjectStage.TERMINATED:
        return f"{project.stage_since} 终止"
    return f"{days_between(project.stage_since, today())} 天"


def next_step(project: Project) -> Step | None:
    return next(iter(project.next_steps), None)
