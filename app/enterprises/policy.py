"""Companies are open to everybody with ENTERPRISES_READ; what stands here is who may see their people.

Numbers follow the scope own → team → unit → county: of who registered the company, and of every live lead,
visit, project or step about it that the actor may see, which the features above answer through WORKS_WITH.
"""

from collections.abc import Iterable

from app.accounts.enums import Permission
from app.core.auth import Actor
from app.core.permissions import AccessFacts, Scope
from app.core.reach import Reach
from app.core.registries import WORKS_WITH
from app.enterprises.models import Enterprise


def may_see_contacts(actor: Actor) -> bool:
    """Whether the people of a company are shown at all (their numbers stay masked)."""
    return actor.may(Permission.CONTACTS_READ)


def scope(actor: Actor) -> Scope:
    """How far this person sees."""
    return Scope(actor.person_id, Reach(actor.reach), actor.unit_ids, actor.team_ids)


def facts(row: Enterprise) -> AccessFacts:
    """Who registered a company, with their unit and resident team of that day."""
    return AccessFacts(
        confidential=False,
        unit_ids=_those([row.unit_id]),
        team_ids=_those([row.team_id]),
        named=_those([row.author_id]),
    )


def _those(ids: Iterable[int | None]) -> frozenset[int]:
    return frozenset(each for each in ids if each is not None)


def may_unmask(actor: Actor, row: Enterprise) -> bool:
    """Whether somebody may read the full numbers of a company's people; each look is recorded."""
    if not actor.may(Permission.CONTACTS_UNMASK):
        return False
    return scope(actor).allows(facts(row)) or any(works(actor, row.id) for works in WORKS_WITH.values())


def whom_to_ask(row: Enterprise) -> str:
    """Where somebody turns who may not read the numbers: names nobody whose work could be hidden."""
    author = row.author
    known = f"登记这家企业的{author.name}（{author.unit.name}）或" if author else ""
    return f"完整号码只给跟过这家企业的人看，需要时请找{known}招商局转达"
