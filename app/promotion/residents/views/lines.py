"""Teams on the pages of others."""

from collections.abc import Collection

from app.core.access.auth import Actor
from app.core.storage.subjects import Lines, SubjectKind
from app.core.values.registries import RelatedRow
from app.promotion.residents import policy, queries
from app.promotion.residents.models import TeamProfile
from app.promotion.residents.views.blueprint import page_of
from app.register.accounts.enums import Permission as P


def _as_lines(public_ids: Collection[str], _actor: Actor) -> Lines:
    return {
        row.public_id: RelatedRow(row.name, page_of(row.team)) for row in queries.profiles_by_id(public_ids)
    }


def _seen(public_id: str, _actor: Actor) -> TeamProfile:
    return queries.get_profile(public_id)


def _may_change(actor: Actor, profile: TeamProfile) -> bool:
    return not profile.is_archived and policy.may_tell(actor, profile.team_id)


KIND = SubjectKind(TeamProfile.__called__, _as_lines, P.TEAMS_READ, _seen, _may_change)
