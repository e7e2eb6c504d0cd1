"""A file's tables brought into the county's chains: all of it, or nothing and every mistake."""

from collections.abc import Sequence

from app.core.access.auth import require_actor
from app.core.storage.db import Turn, wait_turn
from app.core.values.clock import today
from app.core.values.errors import NotAllowed
from app.exchange.chain_files.queries import firms_meant
from app.exchange.chain_files.rules import (
    AnchorLook,
    ChainSheet,
    Hung,
    Problem,
    Reading,
    Tables,
    firms_in,
    industries_in,
)
from app.register.accounts.enums import Permission
from app.register.anchors import services as anchors
from app.register.chains import queries
from app.register.chains.models import ChainNode
from app.register.chains.services import Brought, begin, write_whole
from app.register.reference.queries import industries_meant


def bring_in(tables: Tables) -> Brought | list[Problem]:
    """Writes what a file tells of a chain, or says all that is wrong with it and writes nothing. What the
    chain has is read once nobody else can change its links and its anchors.
    """
    if not require_actor().may(Permission.CHAINS_WRITE):
        raise NotAllowed
    industries = industries_meant(industries_in(tables))
    wait_turn(Turn.CHAIN_CODES)
    chain = queries.chain_with_code(_code(tables))
    if chain is not None and chain.is_archived:
        return [Problem(ChainSheet.CHAIN, 2, f"「{chain.name}」已归档，先恢复再导入")]
    there = _there(begin(chain)) if chain else {}
    reading = Reading(tables=tables, today=today(), industries=industries, there=there)
    told = reading.read()
    is_about_anchors = any(tables.get(sheet) for sheet in (ChainSheet.ANCHORS, ChainSheet.NEEDS))
    if not is_about_anchors:
        return reading.problems if told is None else write_whole(told, chain)
    look = AnchorLook(
        tables=tables,
        today=today(),
        problems=reading.problems,
        firms=firms_meant(*firms_in(tables)),
        codes={*there, *_codes(tables)},
        **(anchors.standing(chain) if chain else {}),
    )
    around, needs = look.read()
    if told is None or reading.problems:
        return reading.problems
    brought = write_whole(told, chain)
    brought.also = anchors.bring(brought.chain, around, needs)
    return brought


def _codes(tables: Tables) -> set[str]:
    return {cells.get("code", "").upper() for _row, cells in tables.get(ChainSheet.NODES, ())} - {""}


def _code(tables: Tables) -> str:
    return next((cells.get("code", "").upper() for _row, cells in tables.get(ChainSheet.CHAIN, ())), "")


def _there(nodes: Sequence[ChainNode]) -> dict[str, Hung]:
    """Where the links that are there stand, by their codes."""
    codes = {node.id: node.code for node in nodes}
    return {node.code: Hung(codes.get(node.parent_id or 0, ""), node.tier) for node in nodes}
