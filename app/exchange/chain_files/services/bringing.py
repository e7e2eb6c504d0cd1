"""A file's tables brought into the county's chains: all of it, or nothing and every mistake."""

from app.core.access.auth import require_actor
from app.core.storage.db import Turn, wait_turn
from app.core.values.clock import today
from app.core.values.errors import NotAllowed
from app.exchange.chain_files.rules import ChainSheet, Problem, Reading, Tables
from app.register.accounts.enums import Permission
from app.register.chains import queries
from app.register.chains.models import Chain
from app.register.chains.rules import words_of
from app.register.chains.services import Brought, write_whole
from app.register.reference.queries import industries_meant


def bring_in(tables: Tables) -> Brought | list[Problem]:
    """Writes what a file tells of a chain, or says all that is wrong with it and writes nothing."""
    if not require_actor().may(Permission.CHAINS_WRITE):
        raise NotAllowed
    wait_turn(Turn.LINKS)
    chain = queries.chain_with_code(_code(tables))
    if chain is not None and chain.is_archived:
        return [Problem(ChainSheet.CHAIN, 2, f"「{chain.name}」已归档，先恢复再导入")]
    words = {
        word
        for _row, cells in tables.get(ChainSheet.NODES, ())
        for word in words_of(cells.get("industries", ""))
    }
    reading = Reading(tables, industries_meant(words), today(), _there(chain))
    told = reading.read()
    return reading.problems if told is None else write_whole(told, chain)


def _code(tables: Tables) -> str:
    return next((cells.get("code", "").upper() for _row, cells in tables.get(ChainSheet.CHAIN, ())), "")


def _there(chain: Chain | None) -> dict[str, str]:
    """What the links that are there are a part of, by their codes."""
    nodes = queries.nodes_of(chain) if chain else []
    codes = {node.id: node.code for node in nodes}
    return {node.code: codes.get(node.parent_id or 0, "") for node in nodes}
