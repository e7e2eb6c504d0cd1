"""The list of projects, declared."""

from app.core.access.permissions import OURS, of_ours
from app.core.records.columns import Cell, ListColumn, of
from app.core.records.filters import Archived, Condition, Text, any_of, days
from app.core.records.listing import Listing, State, Sum, View
from app.core.records.typed import contains
from app.core.values.clock import days_between, today
from app.core.values.money import in_yi
from app.delivery.projects import policy, queries
from app.delivery.projects.enums import ProjectStage
from app.delivery.projects.models import Project
from app.promotion.steps.showing import next_cell
from app.register.accounts.enums import Permission
from app.register.accounts.filters import ByPerson, ByTeam, ByUnit
from app.register.enterprises.naming import about_company
from app.register.tags.filters import ByTag


def _by_text(text: str) -> Condition:
    own = (Project.name, Project.number, Project.project_code)
    return about_company(text, Project.enterprise_id, lambda term: contains(term, *own))


def _name(project: Project) -> Cell:
    tags = ("保密",) if project.confidential else ()
    return Cell(project.name, page=("projects.detail", project.public_id), tags=tags)


def _amount(project: Project) -> str:
    return in_yi(project.amount)


def _in_stage(project: Project) -> str:
    """How long it stands where it stands."""
    if project.stage is ProjectStage.TERMINATED:
        return f"{project.stage_since} 终止"
    return f"{days_between(project.stage_since, today())} 天"


def _next(project: Project) -> Cell:
    return next_cell(next(iter(project.next_steps), None))


PROJECTS = Listing(
    kind="project",
    title="签约项目",
    noun="项目",
    counter="个",
    endpoint="projects.index",
    reads=Permission.PROJECTS_READ,
    takes=Permission.LISTS_EXPORT,
    key=Project.id,
    visible=policy.visible,
    load=queries.load,
    filters=(
        Text(name="q", label="名称", holds=_by_text, hint="项目、企业或编号"),
        any_of(Project.stage, ProjectStage, says_more=True),
        ByUnit(column=Project.unit_id),
        ByPerson(column=Project.owner_id),
        ByTeam(column=Project.team_id),
        *days(Project.signed_on, "签约不早于", "签约不晚于"),
        ByTag(column=Project.public_id),
        Archived(column=Project.archived_at),
    ),
    views={
        "all": View("全部"),
        "mine": View("我的", lambda actor: [Project.owner_id == actor.person_id]),
        "team": View(OURS, lambda actor: [of_ours(actor, Project.unit_id, Project.team_id)]),
    },
    # A contract that was terminated is no part of what the county has signed and is building.
    states={
        "live": State("推进中", (Project.stage != ProjectStage.TERMINATED,)),
        "terminated": State("终止", (Project.stage == ProjectStage.TERMINATED,)),
        "all": State("所有阶段"),
    },
    sorts={"signed": Project.signed_on, "amount": Project.amount},
    sorted_by="-signed",
    sum=Sum("amount", Project.amount, in_yi, unit="亿元"),
    columns=(
        of(Project.name, _name, width="name"),
        of(Project.number, kind="nowrap"),
        of(Project.enterprise_id, lambda one: one.enterprise.name, phone="note"),
        of(Project.stage, phone="stage", kind="nowrap"),
        ListColumn(key="since", label="在本阶段", cell=_in_stage, phone="light", kind="nowrap"),
        of(Project.amount, _amount, unit="亿元", kind="num", width="money", phone="sum", sorts=True),
        of(
            Project.signed_on,
            key="signed",
            kind="date",
            width="date",
            phone="more",
            is_named=True,
            sorts=True,
        ),
        of(Project.unit_id, lambda one: (one.team or one.unit).name, kind="nowrap"),
        of(Project.owner_id, lambda one: one.owner.name, phone="owner", kind="nowrap"),
        ListColumn(key="next", label="下一步", cell=_next, phone="next", unknown="没有下一步"),
    ),
)
