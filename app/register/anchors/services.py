"""Anchors are named, changed and taken off the list; what they need is written, changed and taken off."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.core.access.auth import require_actor
from app.core.records.archiving import must_be_live
from app.core.records.versions import claim, claim_whole
from app.core.storage.db import Turn, db, wait_turn
from app.core.values.clock import today
from app.core.values.errors import NotAllowed, RuleBroken
from app.core.values.terms import Days
from app.register.anchors import policy, queries, rules
from app.register.anchors.models import AnchorNeed, ChainAnchor
from app.register.anchors.rules import AnchorTold, NeedTold
from app.register.chains.models import Chain, ChainNode
from app.register.chains.queries import nodes_of
from app.register.enterprises.models import Enterprise

NOT_THEIRS = "链主由招商局负责人来定"
NOT_THEIR_NEED = "链主要买什么由招商干部和招商局负责人来写，知道的情况请写成留言"


@dataclass(frozen=True, slots=True)
class AnchorData:
    """What is typed about an anchor besides the company."""

    starts_on: date
    ends_on: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class NeedData:
    """What is typed about a need."""

    node: ChainNode
    what: str
    source: str
    told_on: date
    amount: int | None = None
    bought_from: str = ""


def name_anchor(chain: Chain, enterprise: Enterprise, data: AnchorData) -> ChainAnchor:
    """A company is an anchor from a day on. Raises NotAllowed, and RuleBroken where it is one already."""
    _begin(chain)
    must_be_live(enterprise)
    _check(chain, enterprise.id, data)
    row = ChainAnchor(chain=chain, enterprise=enterprise)
    _write(row, data)
    db.session.add(row)
    db.session.flush()
    return row


def change_anchor(row: ChainAnchor, seen: int | None, data: AnchorData) -> None:
    """Its days and its note. Raises as `name_anchor` does, and Stale when somebody saved since."""
    _begin(row.chain)
    claim(row, seen or 0)
    _check(row.chain, row.enterprise_id, data, but=row)
    _write(row, data)
    db.session.flush()


def remove_anchor(row: ChainAnchor, seen: int | None) -> None:
    """One that never was, with what was written of its needs; the audit keeps all of it."""
    _begin(row.chain)
    claim_whole(row, seen, "删掉")
    db.session.delete(row)
    db.session.flush()


def _begin(chain: Chain) -> None:
    if not policy.may_name(require_actor(), chain):
        must_be_live(chain)
        raise NotAllowed(NOT_THEIRS)
    wait_turn(Turn.ANCHORS, of=chain.id)  # before the row: its days are judged beside those of others


def _check(chain: Chain, enterprise_id: int, data: AnchorData, but: ChainAnchor | None = None) -> None:
    rows = queries.anchors_of(chain.id)
    others = [row.days for row in rows if row is not but and row.enterprise_id == enterprise_id]
    if problems := rules.problems_of_days(Days(data.starts_on, data.ends_on), others):
        raise RuleBroken(problems)


def _write(row: ChainAnchor, data: AnchorData) -> None:
    row.starts_on, row.ends_on, row.note = data.starts_on, data.ends_on, data.note


# --- what it needs -----------------------------------------------------------------------------------


def add_need(anchor: ChainAnchor, data: NeedData) -> AnchorNeed:
    """Something that an anchor buys and cannot get here. Raises NotAllowed and RuleBroken."""
    _must_be_told(anchor)
    _check_need(anchor, data)
    need = AnchorNeed(anchor=anchor, node=data.node)
    _tell(need, data)
    db.session.add(need)
    db.session.flush()
    return need


def change_need(need: AnchorNeed, seen: int | None, data: NeedData) -> None:
    """Raises as `add_need` does, and Stale when somebody saved since."""
    _must_be_told(need.anchor)
    claim(need, seen or 0)
    _check_need(need.anchor, data)
    _tell(need, data)
    db.session.flush()


def remove_need(need: AnchorNeed, seen: int | None) -> None:
    """It is needed no more, or got here by now."""
    _must_be_told(need.anchor)
    claim_whole(need, seen, "删掉")
    db.session.delete(need)
    db.session.flush()


def _must_be_told(anchor: ChainAnchor) -> None:
    if not policy.may_tell(require_actor(), anchor.chain):
        must_be_live(anchor.chain)
        raise NotAllowed(NOT_THEIR_NEED)


def _check_need(anchor: ChainAnchor, data: NeedData) -> None:
    problems = rules.problems_of_need(data.told_on, today())
    if data.node.chain_id != anchor.chain_id or data.node.is_archived:
        problems["node"] = "选这条产业链上还在的环节"
    if problems:
        raise RuleBroken(problems)


def _tell(need: AnchorNeed, data: NeedData) -> None:
    need.node, need.what, need.source, need.told_on = data.node, data.what, data.source, data.told_on
    need.amount, need.bought_from = data.amount, data.bought_from


# --- both as a file tells them -----------------------------------------------------------------------


def standing(chain: Chain) -> dict[str, Any]:
    """What is there before a file is judged, once nobody else can change the anchors of the chain: `terms`,
    the last day of each by company and first day, and `needs`, how often each of these is there.
    """
    _begin(chain)
    rows = queries.anchors_of(chain.id)
    pairs = queries.needs_by_link(rows)
    return {
        "terms": {(row.enterprise_id, row.starts_on): row.ends_on for row in rows},
        "needs": Counter(key for key, _need in pairs),
    }


def bring(chain: Chain, anchors: Sequence[AnchorTold], needs: Sequence[NeedTold]) -> list[str]:
    """Writes what was found good beside what is there (`standing`): new ones are added, others changed where
    they differ. Says in words what it did. Raises NotAllowed.
    """
    _begin(chain)
    if needs and not policy.may_tell(require_actor(), chain):
        raise NotAllowed(NOT_THEIR_NEED)
    there = queries.anchors_of(chain.id)
    rows = {(row.enterprise_id, row.starts_on): row for row in there}
    done: Counter[str] = Counter()
    for each in anchors:
        row = rows.get(each.key)
        if row is None:
            row = ChainAnchor(chain=chain, enterprise_id=each.company_id, starts_on=each.starts_on)
        done[_put(row, each.more, "家链主")] += 1
        rows[each.key] = row
    db.session.flush()
    known: dict[rules.NeedKey, list[AnchorNeed]] = {}
    for key, need in queries.needs_by_link(there):
        known.setdefault(key, []).append(need)
    nodes = {node.code: node for node in nodes_of(chain)}
    for one in needs:
        need = _taken(known.get(one.key, []), one.more) or AnchorNeed(
            anchor=rows[one.anchor], node=nodes[one.node], what=one.what, told_on=one.told_on
        )
        done[_put(need, one.more, "条采购需求")] += 1
    db.session.flush()
    return [words.format(count) for words, count in done.items() if words]


def _put(row: ChainAnchor | AnchorNeed, values: Mapping[str, Any], called: str) -> str:
    """What was done to a row, with a place for how many; nothing where it says so already."""
    is_new = row.id is None
    differs = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in differs.items():
        setattr(row, name, value)
    db.session.add(row)
    return f"新增 {{}} {called}" if is_new else f"改了 {{}} {called}" if differs else ""


def _taken(left: list[AnchorNeed], values: Mapping[str, Any]) -> AnchorNeed | None:
    """The need that a row means, off those that no row has meant yet: the one that says the same, if any."""
    same = (each for each in left if all(getattr(each, name) == value for name, value in values.items()))
    found = next(same, left[0] if left else None)
    if found is not None:
        left.remove(found)
    return found
