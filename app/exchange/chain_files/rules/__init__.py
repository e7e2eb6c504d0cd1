"""The tables of a chain's file, what its cells say, and all that is wrong with them. Pure."""

from app.exchange.chain_files.rules.judging import MOST_PROBLEMS, Hung, Problem, Reading, industries_in
from app.exchange.chain_files.rules.tables import (
    COLUMNS,
    LISTS,
    NOTES,
    NUMBERS,
    Cells,
    ChainSheet,
    SheetColumn,
    Tables,
)

__all__ = [
    "COLUMNS",
    "Cells",
    "ChainSheet",
    "Hung",
    "LISTS",
    "MOST_PROBLEMS",
    "NOTES",
    "NUMBERS",
    "Problem",
    "Reading",
    "SheetColumn",
    "Tables",
    "industries_in",
]
