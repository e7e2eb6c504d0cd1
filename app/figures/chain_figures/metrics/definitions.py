"""What the numbers of chains mean, each with its rows.

They are counted for whoever reads them: of targets, visits, leads and steps what this person may see.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import FromClause

from app.core.access.auth import Actor
from app.core.records.metrics import Metric, Rows, Told, counted_together
from app.figures.chain_figures import queries
from app.figures.chain_figures.enums import COMPARED, Figure
from app.figures.chain_figures.queries import dealings, links
from app.figures.chain_figures.rules import ChainDays, ChainsAsked
from app.promotion.targets.enums import TargetStage
from app.promotion.targets.listing import TARGETS
from app.promotion.targets.rules import SILENT_AFTER
from app.register.accounts.enums import Permission as P
from app.register.chains.enums import NodeState
from app.register.chains.models import Chain

_TARGET_COHORT = "不分批次，环节按打开页面时写的"
_COMPANY = "本链企业：有人确认在本链环节上的，和列为本链目标企业的，按打开页面时的算"
_END = "截至日那天结束时"
_FLOW = "从开始日期到截至日，两天都算"
STANDING = (Figure.MISSING, Figure.WEAK, Figure.STRONG, Figure.UNJUDGED)  # the map shows their rows


@dataclass(frozen=True, kw_only=True, slots=True)
class ChainMetric(Metric[ChainsAsked]):
    """A figure of a chain."""

    of: str = "产业链"
    formula: str = "合于条件的有几条，每条只数一次"
    figure: Figure
    counted: Callable[[Actor, ChainsAsked], FromClause]
    earliest_first: bool = False  # of its rows those of the earliest days, else those of the latest

    def rows(self, actor: Actor, question: ChainsAsked) -> Rows:
        source = self.counted(actor, question)
        return Rows(source, source.c.chain_id.in_(question.chain_ids))

    def told(self, chain: Chain, days: ChainDays, count: int) -> Told:
        """Its answer for a chain, with the page that shows these rows."""
        if self.figure in STANDING:
            query = {"on": days.end.isoformat(), "state": self.figure.value}
            return Told(self, count, None, "chain_maps.show", {"public_id": chain.public_id, **query})
        return Told(self, count, None, "chain_figures.rows", self.address(chain, days))

    def in_list(self, chain: Chain) -> dict[str, Any] | None:
        """What the list of targets is asked for to show the rows of today; None where it has no such part."""
        if self.figure not in _LISTED:
            return None
        view, state = _LISTED[self.figure]
        return TARGETS.address(TARGETS.asked({"chain": chain}, view=view, state=state))

    def address(self, chain: Chain, days: ChainDays) -> dict[str, Any]:
        """What the page of its rows is asked for."""
        return {
            "public_id": chain.public_id,
            "figure": self.figure.value,
            "from": days.start.isoformat(),
            "on": days.end.isoformat(),
        }


def _links(figure: Figure, state: NodeState | None, words: str) -> ChainMetric:
    return ChainMetric(
        code=f"chain.{figure.value}",
        name=f"环节，{figure.label}",
        figure=figure,
        counted=links.in_state(state),
        words=f"{words}；环节按现在有的，已移除、已并入别处的不算",
        unit="个",
        cohort="不分批次",
        cut_off="判断日期不晚于截至日的判断，同一天的以最后录入的为准",
        reads=P.CHAINS_READ,
    )


def _targets(figure: Figure, counted: Any, words: str, **more: Any) -> ChainMetric:
    told: dict[str, Any] = {"cohort": _TARGET_COHORT, "cut_off": "生效日期不晚于截至日的台账"}
    return ChainMetric(
        code=f"chain.{figure.value}",
        name=f"产业链的{figure.label}",
        figure=figure,
        counted=counted,
        words=words,
        unit="家",
        reads=P.TARGETS_READ,
        **(told | more),
    )


def _dealt(figure: Figure, counted: Any, words: str, unit: str, reads: StrEnum, **more: Any) -> ChainMetric:
    return ChainMetric(
        code=f"chain.{figure.value}",
        name=f"产业链的{figure.label}",
        figure=figure,
        counted=counted,
        words=f"{words}。{_COMPANY}",
        unit=unit,
        cohort="按事情发生的日期",
        cut_off=_FLOW,
        reads=reads,
        **more,
    )


OWN: tuple[ChainMetric, ...] = (
    _links(Figure.MISSING, NodeState.MISSING, f"{_END}判断为缺的环节"),
    _links(Figure.WEAK, NodeState.WEAK, f"{_END}判断为弱的环节"),
    _links(Figure.STRONG, NodeState.STRONG, f"{_END}判断为强的环节"),
    _links(Figure.UNJUDGED, None, f"{_END}还没有人判断过强弱缺的环节"),
    ChainMetric(
        code="chain.filled",
        name=Figure.FILLED.label,
        figure=Figure.FILLED,
        counted=links.filled,
        words="本期开始时判断为缺、截至日那天结束时不再是缺的环节",
        formula="开始日期前一天结束时是缺，截至日结束时是弱或强的环节，有几个",
        unit="个",
        cohort="按本期开始时的判断",
        cut_off="判断日期不晚于截至日的判断",
        reads=P.CHAINS_READ,
    ),
    _targets(
        Figure.TARGETS, dealings.open_targets, f"{_END}已列入、没有放弃也没有归档、写着本链环节的目标企业"
    ),
    _targets(
        Figure.CONTACTED,
        dealings.at_stage(TargetStage.CONTACTED),
        f"{_END}处在已接触的目标企业；已经进入在谈的不在内",
    ),
    _targets(
        Figure.IN_TALKS,
        dealings.at_stage(TargetStage.IN_TALKS),
        f"{_END}有普通线索在谈的目标企业；保密线索不计",
    ),
    _dealt(
        Figure.SIGNED,
        dealings.signed,
        "本期第一次走到正式签约的本链企业的线索，含已归档的；意向协议、框架协议不算",
        "条",
        P.LEADS_READ,
    ),
    ChainMetric(
        code="chain.untargeted",
        name=Figure.UNTARGETED.label,
        figure=Figure.UNTARGETED,
        counted=links.untargeted,
        words=f"{_END}判断为缺，本人看得到的目标企业里没有一家写着它的环节",
        unit="个",
        cohort="不分批次",
        cut_off="判断日期、台账生效日期不晚于截至日",
        reads=P.TARGETS_READ,
    ),
    _targets(
        Figure.SILENT,
        dealings.silent,
        f"{_END}还在库、列入超过 {SILENT_AFTER} 天、{SILENT_AFTER} 天内没有人接触过的目标企业；保密走访不计",
    ),
    ChainMetric(
        code="chain.judged",
        name=Figure.JUDGED.label,
        figure=Figure.JUDGED,
        counted=links.judged,
        words="判断日期在本期之内的判断，同一环节同一天只算最后录入的一条",
        unit="条",
        cohort="按判断日期",
        cut_off=_FLOW,
        reads=P.CHAINS_READ,
    ),
    _targets(
        Figure.TAKEN_UP,
        dealings.taken_up,
        "列入日期在本期之内、写着本链环节的目标企业，不论后来怎样；截至日已归档的不算",
        cohort="按列入日期",
        cut_off=_FLOW,
    ),
    _dealt(
        Figure.VISITS,
        dealings.visits,
        "日期在本期之内的本链企业的走访，含来访接待和电话视频，不含已归档的",
        "次",
        P.VISITS_READ,
    ),
    _dealt(
        Figure.LEADS,
        dealings.leads,
        "登记日期在本期之内的本链企业的线索，不含已归档的",
        "条",
        P.LEADS_READ,
    ),
    _dealt(
        Figure.DUE,
        dealings.due,
        "本链企业的下一步里，期限在截至日所在的月底以前、截至日还没有办结的，连同早已逾期的；期限按现在写的",
        "件",
        P.VISITS_READ,
        earliest_first=True,
    ),
    ChainMetric(
        code="chain.needs",
        name=Figure.NEEDS.label,
        figure=Figure.NEEDS,
        counted=links.needs,
        words="截至日那天的链主写着要买、在本地买不到的；买到了的，由干部从链主名下删掉",
        unit="条",
        cohort="不分批次，按截至日那天的链主",
        cut_off="「哪天说的」不晚于截至日",
        reads=P.ENTERPRISES_READ,
    ),
)
# The list of targets has the same rows, of today: in a view and a state.
_LISTED = {
    Figure.CONTACTED: ("all", TargetStage.CONTACTED.value),
    Figure.IN_TALKS: ("all", TargetStage.IN_TALKS.value),
    Figure.SILENT: ("silent", "all"),
}
BY_FIGURE: Mapping[Figure, ChainMetric] = {metric.figure: metric for metric in OWN}


def readable(figures: Iterable[Figure], actor: Actor) -> list[ChainMetric]:
    """The metrics of some figures that somebody may read."""
    return [BY_FIGURE[figure] for figure in figures if actor.may(BY_FIGURE[figure].reads)]


def compared(actor: Actor) -> list[ChainMetric]:
    """What chains are compared by."""
    return readable(COMPARED, actor)


def told_of(
    chains: Iterable[Chain], days: Mapping[str, ChainDays], metrics: Iterable[ChainMetric], actor: Actor
) -> dict[str, dict[int, list[Told]]]:
    """All figures of some chains for several periods, in one statement: by the name of the period and the
    inner id of the chain, in the order of the metrics.
    """
    chains, metrics = list(chains), list(metrics)
    ids = [chain.id for chain in chains]
    counted = counted_together(
        {
            f"{name}:{metric.code}": metric.rows(actor, ChainsAsked(ids, period))
            for name, period in days.items()
            for metric in metrics
        }
        if ids
        else {},
        "chain_id",
    )
    return {
        name: {
            chain.id: [
                metric.told(chain, period, counted[f"{name}:{metric.code}"].get(chain.id, 0))
                for metric in metrics
            ]
            for chain in chains
        }
        for name, period in days.items()
    }


def rows_of(metric: ChainMetric, chain: Chain, days: ChainDays, actor: Actor) -> Rows:
    """The rows of one figure of one chain."""
    return metric.rows(actor, ChainsAsked([chain.id], days))


def keys_of(metric: ChainMetric, rows: Rows, most: int, skipped: int = 0) -> list[int]:
    """The inner ids of some of them, in their order."""
    return queries.keys_of(rows, most, skipped, earliest_first=metric.earliest_first)
