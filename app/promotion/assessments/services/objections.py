"""Who is scored objects; the bureau's head answers. Where the objection is upheld the period is issued
again.
"""

from datetime import date

from app.core.access.auth import require_actor
from app.core.records.versions import claim
from app.core.storage.db import Turn, db, wait_turn
from app.core.values.clock import now
from app.core.values.errors import NotAllowed, RuleBroken
from app.promotion.assessments import policy, queries
from app.promotion.assessments.enums import ObjectionState
from app.promotion.assessments.models import AssessmentObjection, AssessmentScheme
from app.promotion.assessments.queries import Ranking
from app.promotion.assessments.services.closing import issue_again


def object_to(
    scheme: AssessmentScheme, first_day: date, group_id: int, item_code: str, words: str
) -> AssessmentObjection:
    """Raises NotAllowed for who is not scored, RuleBroken while the period is open or one waits already."""
    actor = require_actor()
    if actor.person_id is None or not policy.is_theirs(actor, scheme, group_id):
        raise NotAllowed("异议由被考核的组、人或单位自己提")
    ranking = _closed(scheme, first_day)
    if item_code not in {item.code for item in ranking.items}:
        raise RuleBroken({"item": "方案里没有这一项，重新选"})
    for one in queries.objections_of(scheme, ranking.span):
        if (one.group_id, one.item_code, one.state) == (group_id, item_code, ObjectionState.OPEN):
            raise RuleBroken({"item": f"{one.author.name}对这一项已经提过，还在等答复"})
    row = AssessmentObjection(
        scheme_id=scheme.id,
        first_day=first_day,
        group_id=group_id,
        item_code=item_code,
        words=words,
        author_id=actor.person_id,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _closed(scheme: AssessmentScheme, first_day: date) -> Ranking:
    ranking = queries.ranking_of(scheme, scheme.span(first_day), moves=False)
    if ranking is None or ranking.closing is None:
        raise RuleBroken("还没有结账，数还会变；结账以后再提")
    return ranking


def uphold(row: AssessmentObjection, seen: int, reply: str, quantity: int) -> None:
    """The number becomes another one and the period is issued again. Raises NotAllowed, RuleBroken, Stale."""
    _begin(row, seen)
    ranking = _closed(row.scheme, row.first_day)
    line = ranking.line_of(row.group_id)
    of_item = [one for one in line.of.lines if one.item.code == row.item_code] if line else []
    if not of_item or of_item[0].quantity == quantity:
        raise RuleBroken({"quantity": "和现在的数一样，没有改动；要是不成立，选不成立"})
    issue_again(ranking, row, quantity, reply[:300])
    row.quantity = quantity
    _end(row, ObjectionState.UPHELD, reply)


def dismiss(row: AssessmentObjection, seen: int, reply: str) -> None:
    """The scores stay as they are. Raises NotAllowed, RuleBroken, Stale."""
    _begin(row, seen)
    _end(row, ObjectionState.DISMISSED, reply)


def _begin(row: AssessmentObjection, seen: int) -> None:
    if not policy.may_set(require_actor()):
        raise NotAllowed
    wait_turn(Turn.ASSESSMENTS, of=row.scheme_id)
    claim(row, seen)
    if row.state is not ObjectionState.OPEN:
        raise RuleBroken(f"已经答复过：{row.state.label}")


def _end(row: AssessmentObjection, state: ObjectionState, reply: str) -> None:
    row.state, row.reply, row.ruled_by_id, row.ruled_at = state, reply, require_actor().person_id, now()
    db.session.flush()
