"""What people decide: that a company belongs on a link, that it does not, or on another one; and that all of
it is open again. Where two decide at once, the first one counts and the other reads who it was.
"""

from app.core.access.auth import require_actor
from app.core.records.archiving import must_be_live
from app.core.records.versions import claim, claim_whole
from app.core.storage.db import Turn, db, wait_turn
from app.core.values.clock import now, today
from app.core.values.errors import NotAllowed, RuleBroken
from app.core.values.labels import label_of
from app.register.chains.models import ChainNode
from app.register.enterprises.models import Enterprise
from app.register.placements import policy, queries, rules
from app.register.placements.enums import PlacementSource, PlacementState, ShareOf
from app.register.placements.models import NodePlacement

NOT_THEIRS = "企业在哪个环节由招商干部和招商局负责人确认，知道的情况请写成留言"
CONFIRMED, REFUSED, PROPOSED = PlacementState.CONFIRMED, PlacementState.REFUSED, PlacementState.PROPOSED


def confirm(row: NodePlacement, seen: int | None) -> None:
    """The company belongs on the link. Raises NotAllowed, and Stale when somebody else has decided since
    version `seen`, unless they say the same.
    """
    _claim(row, seen, "确认在这个环节", CONFIRMED)
    if row.state is not CONFIRMED:
        _decide(row, CONFIRMED, row.note)


def refuse(row: NodePlacement, seen: int | None, note: str = "") -> None:
    """It does not; remembered, so that the job asks again only where it knows more. Raises as `confirm`."""
    _claim(row, seen, "不在这个环节", REFUSED)
    if row.state is not REFUSED:
        _decide(row, REFUSED, note)


def take_back(row: NodePlacement, seen: int | None) -> None:
    """What was decided is open again, for people: the job leaves the row alone from now on."""
    _claim(row, seen, "撤销判断", PROPOSED)
    if row.state is not PROPOSED:
        _decide(row, PROPOSED, row.note)


def confirm_one(row: NodePlacement) -> None:
    """`confirm` of one of many, which were seen in a list: what was decided meanwhile stays."""
    _must_wait(row, CONFIRMED)
    confirm(row, row.version)


def refuse_one(row: NodePlacement, note: str) -> None:
    """`refuse` of one of many."""
    _must_wait(row, REFUSED)
    refuse(row, row.version, note)


def correct(row: NodePlacement, seen: int | None, node: ChainNode, note: str = "") -> NodePlacement:
    """The company belongs on another link: refused here, confirmed there. Raises RuleBroken, and as `confirm`
    does.
    """
    _claim(row, seen, f"改到「{node.name}」", None)
    if node.id == queries.homes().get(row.node_id, row.node_id):
        raise RuleBroken({"into": "它现在就在这个环节，选另一个"})
    right = _put(node, row.enterprise, note)
    _decide(row, REFUSED, f"改到「{node.name}」")
    return right


def place_by_hand(node: ChainNode, enterprise: Enterprise, note: str = "") -> NodePlacement:
    """Puts a company on a link that nobody proposed for it. Raises NotAllowed and RuleBroken."""
    if not policy.may_decide(require_actor()):
        raise NotAllowed(NOT_THEIRS)
    return _put(node, enterprise, note)


def change_share(
    row: NodePlacement, seen: int | None, share: int | None, share_of: ShareOf | None, note: str
) -> None:
    """What part of an output it is, and a note. Raises NotAllowed, RuleBroken and Stale."""
    _must_be_theirs(row)
    claim(row, seen or 0)
    if row.state is not CONFIRMED:
        raise RuleBroken("还没有确认在这个环节，先确认再填占比")
    if problems := rules.problems_of_share(share, share_of):
        raise RuleBroken(problems)
    row.share, row.share_of, row.note = share, share_of, note
    db.session.flush()


def _put(node: ChainNode, enterprise: Enterprise, note: str) -> NodePlacement:
    must_be_live(node.chain)
    must_be_live(node)
    must_be_live(enterprise)
    wait_turn(Turn.PLACEMENTS)
    row = queries.placement_at(node, enterprise)
    if row is None:
        row = NodePlacement(
            node=node, enterprise=enterprise, source=PlacementSource.HAND, proposed_on=today(), hits=[]
        )
    elif row.state is CONFIRMED:
        raise RuleBroken(
            {"enterprise": f"「{enterprise.name}」已经在「{node.name}」了", "into": "它已经在那个环节了"}
        )
    _decide(row, CONFIRMED, note or row.note or "")
    return row


def _decide(row: NodePlacement, state: PlacementState, note: str) -> None:
    known = queries.known_companies([row.enterprise_id or row.enterprise.id])
    row.known_then = known[0].digest if known else ""
    row.was_refused = row.was_refused or row.state is REFUSED
    row.state, row.note = state, note[:300]
    row.decided_by_id, row.decided_at = require_actor().person_id, now()
    if state is not CONFIRMED:
        row.share, row.share_of = None, None
    db.session.add(row)
    db.session.flush()


def _claim(row: NodePlacement, seen: int | None, decision: str, wanted: PlacementState | None) -> None:
    _must_be_theirs(row)
    claim_whole(
        row,
        seen or 0,
        decision,
        label=label_of(NodePlacement.state),
        stands=lambda changed: told_of(row) if row.decided_at else changed,
        agrees=lambda: row.state is wanted,
    )


def _must_be_theirs(row: NodePlacement) -> None:
    if not policy.may_decide(require_actor()):
        raise NotAllowed(NOT_THEIRS)
    must_be_live(row.node.chain)
    must_be_live(row.enterprise)


def _must_wait(row: NodePlacement, wanted: PlacementState) -> None:
    if row.state not in {PROPOSED, wanted}:
        raise RuleBroken(f"{told_of(row)}；要改，请打开这一条")


def told_of(row: NodePlacement) -> str:
    """Who decided what: 刘芳已确认在这个环节."""
    who = row.decided_by.name if row.decided_by else "系统"
    said = {CONFIRMED: "已确认在这个环节", REFUSED: "已判断不在这个环节", PROPOSED: "撤销了判断，等重新确认"}
    return f"{who}{said[row.state]}" + (f"：{row.note}" if row.note else "")
