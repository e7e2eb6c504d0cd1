"""The list of targets, declared."""

from app.core.records.columns import ListColumn, Reckoned, day, leading, lit, of
from app.core.records.filters import Archived, OneMember, Text, choice
from app.core.records.listing import Listing
from app.core.records.tabs import State, View, each_of, whose
from app.promotion.leads.enums import LeadSource
from app.promotion.steps.showing import next_column
from app.promotion.targets import policy, queries, rules, showing
from app.promotion.targets.enums import ScoreBand, TargetStage
from app.promotion.targets.models import TargetEnterprise, TargetNode
from app.register.accounts.enums import Permission
from app.register.accounts.filters import ByPerson, ByTeam, ByUnit
from app.register.enterprises.filters import ByCompany
from app.register.enterprises.models import Enterprise
from app.register.placements.filters import ByChain, ByLink
from app.register.reference.filters import ByRegion
from app.register.tags.filters import ByTag

TARGETS = Listing(
    model=TargetEnterprise,
    title="目标企业",
    counter="家",
    reads=Permission.TARGETS_READ,
    takes=Permission.LISTS_EXPORT,
    visible=policy.visible,
    load=queries.load,
    shown=queries.listed,
    filters=(
        Text(name="q", label="企业", holds=queries.by_text, hint="企业、来源或说明"),
        ByChain(column=TargetNode.node_id, within=queries.wanted_for),
        choice(TargetEnterprise.method, LeadSource),
        OneMember(name="score", label="评分", members=ScoreBand, holds=queries.by_band),
        ByUnit(column=TargetEnterprise.unit_id),
        ByPerson(column=TargetEnterprise.owner_id),
        ByTeam(column=TargetEnterprise.team_id),
        ByRegion(column=Enterprise.region_code, within=queries.of_region, folded=True),
        ByLink(column=TargetNode.node_id, within=queries.wanted_for),
        ByCompany(column=TargetEnterprise.enterprise_id, folded=True),
        ByTag(column=TargetEnterprise.public_id),
        Archived(column=TargetEnterprise.archived_at),
    ),
    views={
        **whose(TargetEnterprise.owner_id, TargetEnterprise.unit_id, TargetEnterprise.team_id),
        "due": View("到期", lambda _actor: queries.is_due(), alarms=True),
        "silent": View(f"沉默 {rules.SILENT_AFTER} 天", lambda _actor: queries.is_silent(), alarms=True),
    },
    # The whole first: what is due or silent is asked of all states.
    states={"all": State("所有状态"), **each_of(TargetEnterprise.stage, TargetStage, "所有状态")},
    sorted_by="-updated",
    columns=(
        leading(TargetEnterprise.enterprise_id, width="name"),
        of(TargetNode.node_id, showing.nodes_cell, width="light", phone="note"),
        of(TargetEnterprise.stage, kind="nowrap", phone="stage", tells=True),
        ListColumn(
            key="score",
            label="评分",
            cell=showing.score_cell,
            kind="nowrap",
            phone="sum",
            is_named=True,
            order=Reckoned(queries.by_score),
        ),
        lit("silence", "最近接触", showing.silence_cell, kind="nowrap"),
        of(TargetEnterprise.method, kind="nowrap", phone="more"),
        of(TargetEnterprise.owner_id, showing.holder_cell, kind="nowrap", phone="owner"),
        next_column(lambda row: row.step),
        day(TargetEnterprise.registered_on, sorts=True),
        day(TargetEnterprise.updated_at, sorts=True, on_paper=False),
    ),
)
