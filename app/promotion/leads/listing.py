"""The list of leads, declared; the board shows the same conditions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from app.core.access.auth import Actor
from app.core.access.permissions import OURS, of_ours
from app.core.records.columns import Cell, ListColumn, of
from app.core.records.filters import Amount, Archived, Condition, Text, YesOnly, any_of, choice, days
from app.core.records.listing import Listing, State, Sum, View
from app.core.values.clock import in_beijing, today
from app.core.values.labels import label_of
from app.core.values.money import in_wan
from app.promotion.leads import policy, queries, rules
from app.promotion.leads.enums import LeadSource, LeadStage
from app.promotion.leads.models import Lead
from app.promotion.leads.showing import light, quiet
from app.promotion.steps.models import Step
from app.promotion.steps.queries import next_steps
from app.promotion.steps.showing import next_cell
from app.register.accounts.enums import Permission
from app.register.accounts.filters import ByPerson, ByTeam, ByUnit
from app.register.reference.filters import ByIndustry
from app.register.tags.filters import ByTag


@dataclass(frozen=True, slots=True)
class _LeadRow:
    lead: Lead
    stages: queries.Stages
    step: Step | None


def _with_steps(leads: Sequence[Lead]) -> list[_LeadRow]:
    steps, stages = next_steps("lead", [lead.public_id for lead in leads]), queries.stages_on()
    return [_LeadRow(lead, stages, steps.get(lead.public_id)) for lead in leads]


def _name(row: _LeadRow) -> Cell:
    tags = ("保密",) if row.lead.confidential else ()
    return Cell(row.lead.name, page=("leads.detail", row.lead.public_id), tags=tags)


def _since(row: _LeadRow) -> Cell:
    on = light(row.lead, row.stages)
    return Cell(light=(quiet(on), on.words))


def _amount(row: _LeadRow) -> Cell:
    lead = row.lead
    if not lead.amount:
        return Cell(lead.amount_text, is_bare=True)
    return Cell(in_wan(lead.amount), tags=("待核",) if lead.amount_doubtful else ())


def _silence(row: _LeadRow) -> Cell:
    lead = row.lead
    on = rules.silence_light(rules.days_of_silence(lead.last_contact_on, lead.registered_on, today()))
    return Cell(light=(on.kind, on.words))


def _this_week(_actor: Actor) -> list[Condition]:
    day = today()
    return [Lead.registered_on >= day - timedelta(days=day.weekday())]


LEADS = Listing(
    kind="lead",
    title="线索与在谈",
    noun="线索",
    counter="条",
    endpoint="leads.index",
    reads=Permission.LEADS_READ,
    takes=Permission.LISTS_EXPORT,
    key=Lead.id,
    visible=policy.visible,
    load=queries.load,
    shown=_with_steps,
    filters=(
        Text(name="q", label="名称", holds=queries.by_text, hint="线索、企业或编号"),
        any_of(Lead.stage, LeadStage, offers=lambda: queries.stage_labels().items(), says_more=True),
        choice(Lead.source, LeadSource),
        ByUnit(column=Lead.unit_id),
        ByPerson(column=Lead.owner_id),
        ByTeam(column=Lead.team_id),
        Amount(name="least", label="金额不低于", holds=Lead.amount.__ge__, hint="万元，或写 1亿"),
        Amount(name="most", label="金额不高于", holds=Lead.amount.__le__, hint="万元，或写 5亿"),
        ByIndustry(column=Lead.industry_code, folded=True),
        *days(Lead.registered_on, "登记不早于", "登记不晚于"),
        YesOnly(
            name="cold",
            label="要凉的",
            yes=f"超过 {rules.COLD_AFTER} 天没有联系",
            holds=queries.going_cold,
            folded=True,
        ),
        YesOnly(
            name="confidential",
            label=label_of(Lead.confidential),
            yes="只看保密",
            holds=lambda: Lead.confidential.is_(True),
            folded=True,
        ),
        ByTag(column=Lead.public_id),
        Archived(column=Lead.archived_at),
    ),
    views={
        "all": View("全部"),
        "mine": View("我的", lambda actor: [Lead.owner_id == actor.person_id]),
        "team": View(OURS, lambda actor: [of_ours(actor, Lead.unit_id, Lead.team_id)]),
        "late": View("下一步逾期", lambda _actor: [queries.late_step()], alarms=True),
        "overdue": View("停留超时", lambda _actor: [queries.overdue(queries.stages_on())], alarms=True),
        "week": View("本周新增", _this_week),
    },
    # Sums of one of them mean something, sums of all mix what is hoped for with what is lost.
    states={
        "open": State("在跟", (Lead.stage.in_(queries.BOARD_STAGES),)),
        "signed": State("已签约", (Lead.stage == LeadStage.SIGNED,)),
        "on_hold": State("暂缓", (Lead.stage == LeadStage.ON_HOLD,)),
        "lost": State("流失", (Lead.stage == LeadStage.LOST,)),
        "all": State("所有阶段"),
    },
    sorts={
        "updated": Lead.updated_at,
        "amount": Lead.amount,
        "since": Lead.stage_since,
        "number": Lead.number,
    },
    sorted_by="-updated",
    sum=Sum("amount", Lead.amount, in_wan, unit="万元"),
    columns=(
        of(Lead.name, _name, width="name"),
        of(Lead.number, lambda row: row.lead.number, kind="nowrap", sorts=True),
        of(Lead.enterprise_id, lambda row: row.lead.enterprise.name, phone="note"),
        of(
            Lead.stage, lambda row: row.stages.label(row.lead.stage), kind="nowrap", phone="stage", tells=True
        ),
        ListColumn(key="since", label="在本阶段", cell=_since, kind="nowrap", phone="light", sorts=True),
        of(Lead.amount, _amount, unit="万元", kind="num", width="money", phone="sum", sorts=True),
        of(Lead.unit_id, lambda row: (row.lead.team or row.lead.unit).name, kind="nowrap"),
        of(Lead.owner_id, lambda row: row.lead.owner.name, kind="nowrap", phone="owner"),
        ListColumn(
            key="silence", label="最近联系", cell=_silence, kind="nowrap", phone="more", only_with="cold"
        ),
        ListColumn(
            key="next",
            label="下一步",
            cell=lambda row: next_cell(row.step),
            phone="next",
            unknown="没有下一步",
        ),
        ListColumn(
            key="updated",
            label="更新",
            cell=lambda row: in_beijing(row.lead.updated_at).date(),
            kind="date",
            width="date",
            sorts=True,
            on_paper=False,
        ),
    ),
)
