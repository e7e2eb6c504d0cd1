"""The list of projects, declared."""

from app.core.records.columns import ListColumn, day, holder, leading, money, of
from app.core.records.filters import Archived, Text, any_of, days
from app.core.records.listing import Listing, Sum
from app.core.records.tabs import State, whose
from app.core.values.money import in_yi
from app.delivery.projects import policy, queries, showing
from app.delivery.projects.enums import ProjectStage
from app.delivery.projects.models import Project
from app.promotion.steps.showing import next_column
from app.register.accounts.enums import Permission
from app.register.accounts.filters import ByPerson, ByTeam, ByUnit
from app.register.tags.filters import ByTag

PROJECTS = Listing(
    model=Project,
    title="签约项目",
    counter="个",
    reads=Permission.PROJECTS_READ,
    takes=Permission.LISTS_EXPORT,
    visible=policy.visible,
    load=queries.load,
    filters=(
        Text(name="q", label="名称", holds=queries.by_text, hint="项目、企业或编号"),
        any_of(Project.stage, ProjectStage, says_more=True),
        ByUnit(column=Project.unit_id),
        ByPerson(column=Project.owner_id),
        ByTeam(column=Project.team_id),
        *days(Project.signed_on, "签约不早于", "签约不晚于"),
        ByTag(column=Project.public_id),
        Archived(column=Project.archived_at),
    ),
    views=whose(Project.owner_id, Project.unit_id, Project.team_id),
    # A contract that was terminated is no part of what the county has signed and is building.
    states={
        "live": State("推进中", (Project.stage != ProjectStage.TERMINATED,)),
        "terminated": State("终止", (Project.stage == ProjectStage.TERMINATED,)),
        "all": State("所有阶段"),
    },
    sorted_by="-signed",
    sum=Sum("amount", Project.amount, in_yi, unit="亿元"),
    columns=(
        leading(Project.name, width="name"),
        of(Project.number, kind="nowrap"),
        of(Project.enterprise_id, phone="note"),
        of(Project.stage, phone="stage", kind="nowrap"),
        ListColumn(key="since", label="在本阶段", cell=showing.in_stage, phone="light", kind="nowrap"),
        money(Project.amount, in_yi, "亿元"),
        day(Project.signed_on, phone="more", is_named=True, sorts=True),
        holder(Project.unit_id),
        of(Project.owner_id, phone="owner", kind="nowrap"),
        next_column(showing.next_step),
    ),
)
