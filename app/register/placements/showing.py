"""Placements as pages and lists want them: what speaks for one, who decided, what part of an output it is."""

from app.core.records.columns import Cell
from app.core.values.clock import in_beijing
from app.core.values.lights import Light
from app.register.placements.enums import PlacementState
from app.register.placements.models import NodePlacement
from app.register.placements.queries import ListedPlacement
from app.register.placements.rules import LIGHT, WordHit

_WORDS = 4  # of a row of the list


def light_of(row: NodePlacement) -> Light:
    """How it stands, as colour, shape and word."""
    return Light(LIGHT[row.state], row.state.label)


def hits_of(row: NodePlacement) -> list[WordHit]:
    """What speaks for it, the strongest first."""
    return WordHit.read(row.hits)


def share_words(row: NodePlacement) -> str:
    """占这家企业的产值 60%; empty where nobody knows."""
    if row.share is None or row.share_of is None:
        return ""
    return f"占{row.share_of.label} {row.share}%"


def decision_words(row: NodePlacement) -> str:
    """Who decided and on which day; of one that is open again also why."""
    if row.decided_at is None:
        return ""
    day = in_beijing(row.decided_at).date().isoformat()
    who = f"{row.decided_by.name if row.decided_by else '系统'} {day}"
    if row.state is not PlacementState.PROPOSED:
        return f"{who} {'确认' if row.state is PlacementState.CONFIRMED else '否决'}"
    again = row.was_refused and row.proposed_on >= in_beijing(row.decided_at).date()
    return f"{who} 否决过，之后企业信息有变化，再请看一看" if again else f"{who} 撤销了判断"


def words_cell(row: ListedPlacement) -> str:
    """The words that hit, in short."""
    return "、".join(dict.fromkeys(hit.shown for hit in hits_of(row.record)[:_WORDS]))


def node_cell(row: ListedPlacement) -> Cell:
    """The link, with its page."""
    return Cell(row.node.name, page=("chains.node", row.node.public_id))


def chain_cell(row: ListedPlacement) -> Cell:
    """Its chain, with its page."""
    return Cell(row.node.chain.name, page=("chains.detail", row.node.chain.public_id))


def score_cell(row: ListedPlacement) -> str | None:
    """Of a hundred; nothing where somebody put the company there by hand."""
    return None if row.record.score is None else str(row.record.score)
