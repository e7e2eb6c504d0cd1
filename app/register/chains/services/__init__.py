"""Writes of chains, their links and the judgements on them. Never commits."""

from app.register.chains.services.chains import ARCHIVING, ChainData, change_chain, create_chain
from app.register.chains.services.examples import example_codes, load_examples
from app.register.chains.services.judging import JudgementData, judge
from app.register.chains.services.nodes import NodeData, add_supply, begin, remove_supply
from app.register.chains.services.shaping import SplitData, add_node, change_node, merge, move, remove, split
from app.register.chains.services.undoing import undo
from app.register.chains.services.whole import Brought, write_whole

__all__ = [
    "ARCHIVING",
    "Brought",
    "ChainData",
    "JudgementData",
    "NodeData",
    "SplitData",
    "add_node",
    "add_supply",
    "begin",
    "change_chain",
    "change_node",
    "create_chain",
    "example_codes",
    "judge",
    "load_examples",
    "merge",
    "move",
    "remove",
    "remove_supply",
    "split",
    "undo",
    "write_whole",
]
