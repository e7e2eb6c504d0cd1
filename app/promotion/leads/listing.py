"""The list of leads, declared; the board shows the same conditions."""

from app.core.records.columns import day, holder, leading, lit, money, of
from app.core.records.filters import Archived, Text, YesOnly, amounts, any_of, choice, days, flag
from app.core.records.listing import Listing, Sum
from app.core.records.tabs import State, View, this_week, whose
from app.core.values.money import in_wan
from app.promotion.leads import policy, queries, rules, showing
from app.promotion.leads.enums import LeadSource, LeadStage
from app.promotion.leads.models import Lead
from app.promotion.steps.showing import next_column
from app.register.accounts.enums import Permission
from app.register.accounts.filters import ByPerson, ByTeam, ByUnit
from app.register.reference.filters import ByIndustry
from app.register.tags.filters import ByTag

_LONG = f"超过 {rules.COLD_AFTER} 天没有联系"

LEADS = Listing(
    model=Lead,
    title="线索与在谈",
    counter="条",
    reads=Permission.LEADS_READ,
    takes=Permission.LISTS_EXPORT,
    visible=policy.visible,
    load=queries.load,
    shown=queries.listed,
    filters=(
        Text(name="q", label="名称", holds=queries.by_text, hint="线索、企业或编号"),
        any_of(Lead.stage, LeadStage, offers=lambda: queries.stage_labels().items(), says_more=True),
        choice(Lead.source, LeadSource),
        ByUnit(column=Lead.unit_id),
        ByPerson(column=Lead.owner_id),
        ByTeam(column=Lead.team_id),
        *amounts(Lead.amount, "金额不低于", "金额不高于"),
        ByIndustry(column=Lead.industry_code, folded=True),
        *days(Lead.registered_on, "登记不早于", "登记不晚于"),
        YesOnly(name="cold", label="要凉的", yes=_LONG, holds=queries.going_cold),
        flag(Lead.confidential, "只看保密"),
        ByTag(column=Lead.public_id),
        Archived(column=Lead.archived_at),
    ),
    views={
        **whose(Lead.owner_id, Lead.unit_id, Lead.team_id),
        "late": View("下一步逾期", lambda _actor: queries.late_step(), alarms=True),
        "overdue": View("停留超时", lambda _actor: queries.overdue(queries.stages_on()), alarms=True),
        "week": this_week(Lead.registered_on, "本周新增"),
    },
    # Sums of one of them mean something, sums of all mix what is hoped for with what is lost.
    states={
        "open": State("在跟", (Lead.stage.in_(queries.BOARD_STAGES),)),
        "signed": State("已签约", (Lead.stage == LeadStage.SIGNED,)),
        "on_hold": State("暂缓", (Lead.stage == LeadStage.ON_HOLD,)),
        "lost": State("流失", (Lead.stage == LeadStage.LOST,)),
        "all": State("所有阶段"),
    },
    sorted_by="-updated",
    sum=Sum("amount", Lead.amount, in_wan, unit="万元"),
    columns=(
        leading(Lead.name, width="name"),
        of(Lead.number, kind="nowrap", sorts=True),
        of(Lead.enterprise_id, phone="note"),
        of(Lead.stage, showing.stage, kind="nowrap", phone="stage", tells=True),
        lit("since", "在本阶段", showing.since, kind="nowrap", order=Lead.stage_since),
        money(Lead.amount, in_wan, "万元", written=Lead.amount_text, doubtful=Lead.amount_doubtful),
        holder(Lead.unit_id),
        of(Lead.owner_id, kind="nowrap", phone="owner"),
        lit("silence", "最近联系", showing.silence, kind="nowrap", phone="more", only_with="cold"),
        next_column(lambda row: row.step),
        day(Lead.updated_at, sorts=True, on_paper=False),
    ),
)
