"""What two people who changed one project at once differ on: both values in words, for the conflict page.

A room beside `queries`: it reads, and changes nothing.
"""

from collections.abc import Mapping

from app.core.auth import require_actor
from app.core.errors import Clash
from app.core.history import EntryKind
from app.core.labels import label_of, labels_of
from app.core.subjects import subject_of
from app.core.versions import what_changed
from app.projects import policy, queries, rules
from app.projects.enums import ProjectStage
from app.projects.models import Project, ProjectEntry

LABELS = labels_of(Project.name, Project.project_code)
# What else a project's row says, for the sentence on what somebody else changed.
_MORE_LABELS = labels_of(
    Project.stage,
    Project.owner_id,
    Project.unit_id,
    Project.team_id,
    Project.amount,
    Project.confidential,
)


def _changed(project: Project) -> str:
    """What the last save changed, in words: 改了项目名称."""
    return what_changed(LABELS | _MORE_LABELS, subject_of(project))


def of_fields(project: Project, wanted: Mapping[str, str | None]) -> list[Clash]:
    """Fields of a project, keys of LABELS; each can be chosen."""
    stored = {name: getattr(project, name) for name in wanted}
    return [
        Clash(LABELS[name], stored[name] or "未填", value or "未填", name, stored[name] or "")
        for name, value in wanted.items()
        if stored[name] != value
    ]


def of_move(project: Project, to: ProjectStage) -> list[Clash]:
    """Where the project stands by now and what else was changed, against where it was to go."""
    theirs = f"{project.stage.label}（{project.stage_since} 起），{_changed(project)}"
    return [Clash(label_of(Project.stage), theirs, f"到「{to.label}」")]


def may_still_move(project: Project, to: ProjectStage) -> bool:
    """Whether the move could be made from where the project stands by now."""
    may_correct = policy.may_correct(require_actor(), project)
    return rules.why_not_move(project.stage, to, may_correct=may_correct) is None


def of_correction(project: Project, entry: ProjectEntry, reason: str) -> list[Clash]:
    """Whether the row still counts, against the correction."""
    void = _correction_of(project, entry)
    theirs = f"已更正：{void.reason}" if void else f"照旧计入，项目{_changed(project)}"
    return [Clash("这一行台账", theirs, f"不算数：{reason}")]


def may_still_correct(project: Project, entry: ProjectEntry) -> bool:
    """Whether nobody has corrected the row yet."""
    return entry.kind is not EntryKind.CORRECT and _correction_of(project, entry) is None


def _correction_of(project: Project, entry: ProjectEntry) -> ProjectEntry | None:
    return next((row for row in queries.entries_of(project) if row.voids == entry.id), None)
