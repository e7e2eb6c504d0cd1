"""The rows of a figure as lines of a table: which columns, and what stands in them."""

from collections.abc import Callable
from dataclasses import dataclass

from app.core.records.columns import Cell
from app.core.values.labels import label_of
from app.core.values.money import in_words
from app.figures.chain_figures.enums import Figure
from app.figures.chain_figures.queries import records
from app.figures.chain_figures.rules import ChainDays
from app.promotion.leads.models import Lead
from app.promotion.leads.queries import stages_on
from app.promotion.steps.models import Step
from app.promotion.steps.rules import light_of as due_light
from app.promotion.targets.models import TargetEnterprise, TargetNode
from app.promotion.targets.rules import silence
from app.promotion.visits.models import Visit
from app.register.anchors.models import AnchorNeed
from app.register.anchors.queries import node_of
from app.register.chains.models import ChainNode, NodeJudgement
from app.register.chains.queries import judged_as_of
from app.register.chains.showing import light_of as state_light


@dataclass(frozen=True, slots=True)
class RowHeading:
    """A column of a table of lines."""

    label: str
    width: str = ""
    num: bool = False


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One row of a figure; the first cell names it."""

    id: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class RowsShown:
    """How rows of one kind are shown; `load` gives some as of some days by their inner ids, in any order."""

    headings: tuple[RowHeading, ...]
    load: Callable[[list[int], ChainDays], list[FigureRow]]

    def of(self, ids: list[int], days: ChainDays) -> list[FigureRow]:
        """In the order of the ids."""
        found = {line.id: line for line in self.load(ids, days)} if ids else {}
        return [found[each] for each in ids if each in found]


def _node(node: ChainNode) -> Cell:
    return Cell(node.name, page=None if node.is_archived else ("chains.node", node.public_id))


def _links(ids: list[int], days: ChainDays) -> list[FigureRow]:
    nodes = records.nodes(ids)
    stands = judged_as_of({node.chain_id for node in nodes}, days.end)
    return [_link(node, stands.get(node.id)) for node in nodes]


def _link(node: ChainNode, row: NodeJudgement | None) -> FigureRow:
    return FigureRow(
        node.id,
        (
            _node(node),
            Cell(node.tier.label),
            Cell(light=state_light(row.state if row else None)),
            Cell(str(node.importance)),
            Cell("" if row is None or row.local_rate is None else f"{row.local_rate}%"),
            Cell(row.effective_on.isoformat() if row else ""),
        ),
    )


def _judgements(ids: list[int], _days: ChainDays) -> list[FigureRow]:
    return [
        FigureRow(
            row.id,
            (
                _node(node),
                Cell(light=state_light(row.state)),
                Cell(row.reason),
                Cell(row.actor.name),
                Cell(row.effective_on.isoformat()),
            ),
        )
        for row, node in records.judgements(ids)
    ]


def _targets(ids: list[int], days: ChainDays) -> list[FigureRow]:
    found, stages = records.targets(ids), records.stages_of_targets(ids, days.end)
    met = records.met_by({one.enterprise_id for one in found}, days.end)
    return [
        FigureRow(
            one.id,
            (
                Cell(one.enterprise.name, page=("targets.detail", one.public_id)),
                Cell("、".join(wanted.node.name for wanted in one.wanted_for)),
                Cell(stages[one.id].label if one.id in stages else ""),
                Cell(light=silence(met.get(one.enterprise_id), one.registered_on, days.end)),
                Cell(one.owner.name if one.owner else f"{one.unit.name}（未定人）"),
                Cell(one.registered_on.isoformat()),
            ),
        )
        for one in found
    ]


def _lead(lead: Lead, *more: Cell) -> FigureRow:
    owner = lead.owner.name if lead.owner else ""
    name = Cell(lead.name, page=("leads.detail", lead.public_id))
    return FigureRow(lead.id, (name, Cell(lead.enterprise.name), *more, Cell(owner)))


def _money(amount: int | None) -> Cell:
    return Cell(in_words(amount) if amount else "")


def _leads(ids: list[int], _days: ChainDays) -> list[FigureRow]:
    stages = stages_on()
    return [
        _lead(
            lead,
            Cell(stages.label(lead.stage)),
            _money(lead.amount),
            Cell(lead.registered_on.isoformat()),
        )
        for lead in records.leads(ids)
    ]


def _signed(ids: list[int], _days: ChainDays) -> list[FigureRow]:
    at = records.signings(ids)
    return [
        _lead(lead, _money(at[lead.id].amount), Cell(at[lead.id].first_date.isoformat()))
        for lead in records.leads(ids)
    ]


def _visits(ids: list[int], _days: ChainDays) -> list[FigureRow]:
    return [
        FigureRow(
            visit.id,
            (
                Cell(visit.enterprise.name, page=("visits.detail", visit.public_id)),
                Cell(visit.kind.label),
                Cell(visit.summary[:_SAID] + ("…" if len(visit.summary) > _SAID else "")),
                Cell(visit.author.name),
                Cell(visit.held_on.isoformat()),
            ),
        )
        for visit in records.visits(ids)
    ]


def _due(ids: list[int], days: ChainDays) -> list[FigureRow]:
    return [
        FigureRow(
            step.id,
            (
                Cell(step.what, page=("steps.detail", step.public_id)),
                Cell(step.enterprise.name if step.enterprise else ""),
                Cell(step.owner.name),
                Cell(step.due_on.isoformat(), light=due_light(step.due_on, days.end)),
            ),
        )
        for step in records.steps(ids)
    ]


def _needs(ids: list[int], _days: ChainDays) -> list[FigureRow]:
    return [
        FigureRow(
            need.id,
            (
                Cell(need.what),
                Cell(
                    need.anchor.enterprise.name,
                    page=("enterprises.detail", need.anchor.enterprise.public_id),
                ),
                _node(node_of(need)),
                _money(need.amount),
                Cell(need.bought_from),
                Cell(need.told_on.isoformat()),
            ),
        )
        for need in records.needs(ids)
    ]


_SAID = 60  # characters of what was said
_NAME, _DATE, _WIDE = "name", "date", "wide"
_H = RowHeading
_NODE = _H(label_of(NodeJudgement.node_id), _NAME)
_STATE, _DAY = _H(label_of(NodeJudgement.state), "light"), _H(label_of(NodeJudgement.effective_on), _DATE)
_LEAD = (_H(label_of(Lead.name), _NAME), _H(label_of(Lead.enterprise_id), _NAME))
_AMOUNT, _OWNER = _H(label_of(Lead.amount), num=True), _H(label_of(Lead.owner_id))

LINKS = RowsShown(
    (
        *(_NODE, _H(label_of(ChainNode.tier)), _STATE, _H(label_of(ChainNode.importance), num=True)),
        *(_H(label_of(NodeJudgement.local_rate), num=True), _DAY),
    ),
    _links,
)
JUDGEMENTS = RowsShown(
    (_NODE, _STATE, _H(label_of(NodeJudgement.reason), _WIDE), _H(label_of(NodeJudgement.actor_id)), _DAY),
    _judgements,
)
TARGETS = RowsShown(
    (
        *(_H(label_of(TargetEnterprise.enterprise_id), _NAME), _H(label_of(TargetNode.node_id), "light")),
        *(_H(label_of(TargetEnterprise.stage)), _H("最近接触"), _H(label_of(TargetEnterprise.owner_id))),
        _H(label_of(TargetEnterprise.registered_on), _DATE),
    ),
    _targets,
)
LEADS = RowsShown(
    (*_LEAD, _H(label_of(Lead.stage)), _AMOUNT, _H(label_of(Lead.registered_on), _DATE), _OWNER), _leads
)
SIGNED = RowsShown((*_LEAD, _AMOUNT, _H("日期", _DATE), _OWNER), _signed)
VISITS = RowsShown(
    (
        *(_H(label_of(Visit.enterprise_id), _NAME), _H(label_of(Visit.kind))),
        *(
            _H(label_of(Visit.summary), _WIDE),
            _H(label_of(Visit.author_id)),
            _H(label_of(Visit.held_on), _DATE),
        ),
    ),
    _visits,
)
DUE = RowsShown(
    (
        *(_H(label_of(Step.what), _WIDE), _H(label_of(Step.enterprise_id), _NAME)),
        *(_H(label_of(Step.owner_id)), _H(label_of(Step.due_on), _DATE)),
    ),
    _due,
)
NEEDS = RowsShown(
    (
        *(_H(label_of(AnchorNeed.what), "light"), _H(label_of(AnchorNeed.anchor_id), _NAME)),
        *(_H(label_of(AnchorNeed.node_id), "light"), _H(label_of(AnchorNeed.amount), num=True)),
        *(_H(label_of(AnchorNeed.bought_from), "narrow"), _H(label_of(AnchorNeed.told_on), _DATE)),
    ),
    _needs,
)
SHOWN_AS = {
    **dict.fromkeys(
        (Figure.MISSING, Figure.WEAK, Figure.STRONG, Figure.UNJUDGED, Figure.FILLED, Figure.UNTARGETED), LINKS
    ),
    **dict.fromkeys(
        (Figure.TARGETS, Figure.CONTACTED, Figure.IN_TALKS, Figure.SILENT, Figure.TAKEN_UP), TARGETS
    ),
    Figure.SIGNED: SIGNED,
    Figure.JUDGED: JUDGEMENTS,
    Figure.VISITS: VISITS,
    Figure.LEADS: LEADS,
    Figure.DUE: DUE,
    Figure.NEEDS: NEEDS,
}
