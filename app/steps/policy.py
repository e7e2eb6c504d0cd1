"""Who may see a step: unit, team and confidentiality of what it came from, and the people named on it."""

from app.core.auth import Actor
from app.core.permissions import AccessColumns, AccessFacts, Scope
from app.core.reach import Reach
from app.steps.models import Step

COLUMNS = AccessColumns(
    confidential=Step.confidential.is_(True),
    unit_in=lambda units: Step.unit_id.in_(units),
    team_in=lambda teams: Step.team_id.in_(teams),
    named=lambda person: (Step.owner_id == person) | (Step.author_id == person),
)


def scope(actor: Actor) -> Scope:
    """What this person may see of all steps."""
    return Scope(actor.person_id, Reach(actor.reach), actor.unit_ids, actor.team_ids)


def facts(step: Step) -> AccessFacts:
    """The same facts of one step."""
    return AccessFacts(
        confidential=step.confidential,
        unit_ids=frozenset() if step.unit_id is None else frozenset({step.unit_id}),
        team_ids=frozenset() if step.team_id is None else frozenset({step.team_id}),
        named=frozenset(person for person in (step.owner_id, step.author_id) if person is not None),
    )
