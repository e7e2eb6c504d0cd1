"""What a link is judged to be, from a day on: a row of its own each time."""

from dataclasses import dataclass
from datetime import date

from app.core.access.auth import require_actor
from app.core.records.archiving import must_be_live
from app.core.storage.db import db
from app.core.values.clock import today
from app.core.values.errors import NotAllowed, RuleBroken
from app.register.chains import policy, rules
from app.register.chains.enums import NodeState
from app.register.chains.models import ChainNode, NodeJudgement
from app.register.chains.services.chains import NOT_THEIRS


@dataclass(frozen=True, slots=True)
class JudgementData:
    """What is typed about how a link stands."""

    state: NodeState
    effective_on: date
    reason: str
    local_rate: int | None = None
    evidence: str = ""


def judge(node: ChainNode, data: JudgementData) -> NodeJudgement:
    """Records a judgement in the name of who acts. Raises NotAllowed and RuleBroken."""
    actor = require_actor()
    if actor.person_id is None or not policy.may_write(actor, node.chain):
        raise NotAllowed(NOT_THEIRS)
    must_be_live(node.chain)
    must_be_live(node)
    if problems := rules.problems_of_judgement(data.effective_on, today()):
        raise RuleBroken(problems)
    row = NodeJudgement(
        node_id=node.id,
        state=data.state,
        local_rate=data.local_rate,
        reason=data.reason,
        evidence=data.evidence,
        effective_on=data.effective_on,
        actor_id=actor.person_id,
    )
    db.session.add(row)
    db.session.flush()
    return row
