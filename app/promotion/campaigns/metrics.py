"""What the numbers of campaigns mean, each with its rows; goals beside what came of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.core.access.auth import Actor
from app.core.records.metrics import Metric, Rows, Told, counted_together
from app.core.web.pages import PAGE_SIZE, Page
from app.promotion.campaigns import showing
from app.promotion.campaigns.enums import CampaignFigure
from app.promotion.campaigns.models import Campaign
from app.promotion.campaigns.queries import figures as sources
from app.promotion.campaigns.queries.figures import CampaignsAsked, Source
from app.promotion.campaigns.showing import CampaignRow
from app.promotion.leads.enums import LeadStage
from app.promotion.visits.enums import VisitKind
from app.promotion.visits.queries import MEETINGS
from app.register.accounts.enums import Permission as P

F = CampaignFigure


@dataclass(frozen=True, kw_only=True, slots=True)
class CampaignMetric(Metric[CampaignsAsked]):
    """A number of a campaign."""

    of: str = "定向招商"
    formula: str = "合于条件的有几条，每条只数一次"
    cohort: str = "企业在这场定向招商里，日期在它的第一天到最后一天之内"
    cut_off: str = "截至日那天结束时，不含以后的"
    figure: CampaignFigure
    counted: Source
    has_amount: bool = False

    def rows(self, actor: Actor, question: CampaignsAsked) -> Rows:
        source = self.counted(actor, question)
        condition = source.c.campaign_id.in_(question.campaign_ids)
        return Rows(source, condition, source.c.amount if self.has_amount else None)

    def told(self, campaign: Campaign, count: int, amount: int | None, until: date) -> Told:
        query = {"public_id": campaign.public_id, "figure": self.figure.value, "on": until.isoformat()}
        return Told(self, count, amount, "campaigns.figure", query)


def _metric(
    figure: CampaignFigure, counted: Source, words: str, unit: str, reads: P, has_amount: bool = False
) -> CampaignMetric:
    return CampaignMetric(
        code=f"campaign.{figure.value}",
        name=f"定向招商，{figure.label}",
        figure=figure,
        counted=counted,
        words=words,
        unit=unit,
        reads=reads,
        has_amount=has_amount,
    )


OWN: tuple[CampaignMetric, ...] = (
    _metric(
        F.VISITS,
        sources.visits(*MEETINGS),
        "外出拜访和来访接待，不含电话视频和已归档的",
        "次",
        P.VISITS_READ,
    ),
    _metric(F.OUT, sources.visits(VisitKind.OUTBOUND), "外出拜访，不含已归档的", "次", P.VISITS_READ),
    _metric(F.IN, sources.visits(VisitKind.RECEPTION), "来访接待，不含已归档的", "次", P.VISITS_READ),
    _metric(F.MET, sources.met(), "外出拜访或来访接待过的企业，见几次都算一家", "家", P.VISITS_READ),
    _metric(
        F.MET_FIRST,
        sources.met(before=False),
        "见过的企业里，这场定向招商开始以前没有见过面的；保密走访不计以前见过",
        "家",
        P.VISITS_READ,
    ),
    _metric(
        F.MET_BEFORE,
        sources.met(before=True),
        "见过的企业里，这场定向招商开始以前就见过面的；保密走访不计以前见过",
        "家",
        P.VISITS_READ,
    ),
    _metric(F.LEADS, sources.leads(LeadStage.LEAD), "登记进来的线索", "条", P.LEADS_READ),
    _metric(F.VALID, sources.leads(LeadStage.ASSESSED), "第一次走到研判、确定跟进的线索", "条", P.LEADS_READ),
    _metric(F.TALKS, sources.leads(LeadStage.NEGOTIATING), "第一次走到在谈的线索", "条", P.LEADS_READ),
    _metric(
        F.SIGNED,
        sources.leads(LeadStage.SIGNED),
        "第一次走到正式签约的线索，金额是当天的计划总投资之和；意向协议、框架协议不算",
        "个",
        P.LEADS_READ,
        has_amount=True,
    ),
)
BY_FIGURE: Mapping[CampaignFigure, CampaignMetric] = {metric.figure: metric for metric in OWN}
_GOALS = {
    F.VISITS: "goal_visits",
    F.VALID: "goal_leads",
    F.TALKS: "goal_talks",
    F.SIGNED: "goal_signed",
}


@dataclass(frozen=True, slots=True)
class GoalReached:
    """A number of a campaign beside its goal, None where none was set."""

    told: Told
    count: int
    label: str
    unit: str
    goal: int | None

    @property
    def share(self) -> str:
        """How much of the goal that is."""
        return f"{self.count * 100 // self.goal}%" if self.goal else ""


def outcomes(campaign: Campaign, asked: CampaignsAsked, actor: Actor) -> list[GoalReached]:
    """All numbers of a campaign that somebody may read."""
    readable = [metric for metric in OWN if actor.may(metric.reads)]
    rows = {metric.figure.value: metric.rows(actor, asked) for metric in readable}
    counts = counted_together(rows, "campaign_id")
    amount = rows[F.SIGNED.value].total().amount if F.SIGNED.value in rows else None
    found = []
    for metric in readable:
        count = counts[metric.figure.value].get(campaign.id, 0)
        told = metric.told(campaign, count, amount if metric.has_amount else None, asked.until)
        goal = getattr(campaign, _GOALS[metric.figure]) if metric.figure in _GOALS else None
        found.append(GoalReached(told, count, metric.figure.label, metric.unit, goal))
    return found


@dataclass(frozen=True, slots=True)
class CampaignRows:
    """A page of the rows of a number."""

    metric: CampaignMetric
    headings: Sequence[str]
    page: Page[CampaignRow]


def shown_rows(metric: CampaignMetric, asked: CampaignsAsked, actor: Actor, number: int) -> CampaignRows:
    """Exactly what the number counts."""
    rows = metric.rows(actor, asked)
    keys = sources.keys_of(rows.source, PAGE_SIZE, PAGE_SIZE * (number - 1))
    lines: Any = showing.LINES[metric.figure]
    page = Page(lines.of(keys), number, rows.total().count, capped=False)
    return CampaignRows(metric, lines.headings, page)
