"""The tables of a chain's file, what its cells say, and all that is wrong with them. Pure."""

from app.exchange.chain_files.rules.anchoring import AnchorLook, NamedFirm, amount_as_text, firms_in
from app.exchange.chain_files.rules.judging import Hung, Reading, industries_in
from app.exchange.chain_files.rules.looking import MOST_PROBLEMS, Problem
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
    "AnchorLook",
    "COLUMNS",
    "Cells",
    "ChainSheet",
    "Hung",
    "LISTS",
    "MOST_PROBLEMS",
    "NOTES",
    "NUMBERS",
    "NamedFirm",
    "Problem",
    "Reading",
    "SheetColumn",
    "Tables",
    "amount_as_text",
    "firms_in",
    "industries_in",
]
