"""Visits on the pages of others."""

from collections.abc import Collection

from flask import url_for

from app.core.access.auth import Actor
from app.core.storage.subjects import Lines, SubjectKind
from app.core.values.registries import Naming, RelatedRow, Sought
from app.promotion.visits import policy, queries
from app.promotion.visits.models import Visit
from app.register.accounts.enums import Permission as P


def as_lines(public_ids: Collection[str], actor: Actor) -> Lines:
    """Visits on the pages of the steps that were written down with them."""
    return {visit.public_id: _line(visit) for visit in queries.seen_of(public_ids, actor)}


def _line(visit: Visit) -> RelatedRow:
    url = url_for("visits.detail", public_id=visit.public_id)
    return RelatedRow(f"{visit.held_on} {visit.kind.label}", url)


def named_in(sought: Sought, actor: Actor) -> list[Naming]:
    """The visits whose words name somebody, for the page on which they are erased."""
    if not actor.may(P.VISITS_READ):
        return []
    return [
        Naming(
            "visit",
            visit.public_id,
            RelatedRow(
                f"{visit.held_on} {visit.kind.label}",
                url_for("visits.detail", public_id=visit.public_id),
                "走访接待：谈了什么、诉求、地点、见到的人",
            ),
        )
        for visit in queries.naming(sought, actor)
    ]


KIND = SubjectKind("走访", as_lines, P.VISITS_READ, queries.get_visit, policy.may_change)
