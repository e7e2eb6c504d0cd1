"""From leads to what templates and the list show: cards, rows, the stage bar, the gate panel, the ledger.

A room beside `views`: it knows URLs and words, reads nothing that is not handed to it and decides nothing.
"""

from app.promotion.leads.showing.cards import Board, board_column, light, quiet, refused
from app.promotion.leads.showing.records import agreement, ledger, review, side_facts
from app.promotion.leads.showing.rows import silence, since, stage
from app.promotion.leads.showing.stages import OF_CONTRACT, gate, stage_bar

__all__ = [
    "Board",
    "OF_CONTRACT",
    "agreement",
    "board_column",
    "gate",
    "ledger",
    "light",
    "quiet",
    "refused",
    "review",
    "side_facts",
    "silence",
    "since",
    "stage",
    "stage_bar",
]
