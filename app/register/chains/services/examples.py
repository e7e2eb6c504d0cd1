"""The example chains that come with the program, written by hand for it: loaded on demand, labelled, and the
county's own to change from then on.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from app.core.storage.db import Turn, db, wait_turn
from app.core.values.errors import RuleBroken
from app.register.chains import queries, rules
from app.register.chains.enums import ChainTier
from app.register.chains.models import Chain, ChainNode, ChainSupply, NodeIndustry
from app.register.chains.services.chains import ChainData, create_chain
from app.register.reference.queries import codes_by_digits

_FOLDER = Path(__file__).parents[1] / "data"
_NOTE = "程序自带的示例，不是本县的判断；环节、行业代码和供应关系都可以改"


def example_codes() -> list[str]:
    """The codes of the example chains."""
    return sorted(path.stem for path in _FOLDER.glob("*.json"))


def load_examples(codes: Sequence[str] = ()) -> list[Chain]:
    """Enters example chains, all of them unless told which; what the county has under their codes stays as it
    is. Raises RuleBroken where there is no such example, or the industries were not loaded yet.
    """
    known = example_codes()
    asked = [code.upper() for code in codes] or known
    if unknown := [code for code in asked if code not in known]:
        raise RuleBroken(f"没有示例 {'、'.join(unknown)}，有的是 {'、'.join(known)}")
    wait_turn(Turn.CHAIN_CODES)
    taken = queries.codes_taken()
    return [_load(code, known.index(code)) for code in asked if code not in taken]


def _load(code: str, position: int) -> Chain:
    told = json.loads((_FOLDER / f"{code}.json").read_text(encoding="utf-8"))
    names = {"name": told["name"], "aliases": "、".join(told["aliases"])}
    chain = create_chain(ChainData(code=code, note=_NOTE, position=position, **names), is_example=True)
    industries = _industries(told["nodes"])
    nodes = {each["code"]: _node(chain, place, each, industries) for place, each in enumerate(told["nodes"])}
    db.session.add_all(nodes.values())
    db.session.flush()
    db.session.add_all(
        ChainSupply(supplier_id=nodes[one].id, buyer_id=nodes[other].id) for one, other in told["supplies"]
    )
    db.session.flush()
    return chain


def _industries(nodes: Collection[Mapping[str, Any]]) -> dict[str, str]:
    """Full codes by the digits that the examples have: 3841 -> C3841."""
    digits = {each for node in nodes for each in node["industries"]}
    found = codes_by_digits(digits)
    if digits - set(found):
        raise RuleBroken("国标行业还没有装入，先运行 flask reference load")
    return found


def _node(chain: Chain, place: int, told: Mapping[str, Any], industries: Mapping[str, str]) -> ChainNode:
    return ChainNode(
        chain_id=chain.id,
        code=told["code"],
        live_code=told["code"],
        name=told["name"],
        tier=ChainTier(told["tier"]),
        position=place,
        importance=3,
        keywords=rules.in_words("、".join(told["keywords"])),
        industries=[NodeIndustry(industry_code=industries[each]) for each in told["industries"]],
    )
