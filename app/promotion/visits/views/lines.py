"""Visits on the pages of others."""

from flask import url_for
from sqlalchemy.orm import joinedload

from app.core.access.auth import Actor
from app.core.records.kinds import LineWords, subject_kind
from app.core.values.registries import Naming, RelatedRow, Sought
from app.promotion.visits import policy, queries
from app.promotion.visits.models import Visit
from app.register.accounts.enums import Permission as P


def _title(visit: Visit) -> str:
    return f"{visit.held_on} {visit.kind.label}"


def _company(visit: Visit) -> str:
    return visit.enterprise.name


def named_in(sought: Sought, actor: Actor) -> list[Naming]:
    """The visits whose words name somebody, for the page on which they are erased."""
    if not actor.may(P.VISITS_READ):
        return []
    return [
        Naming(
            "visit",
            visit.public_id,
            RelatedRow(
                _title(visit),
                url_for("visits.detail", public_id=visit.public_id),
                "走访接待：谈了什么、诉求、地点、见到的人",
            ),
        )
        for visit in queries.naming(sought, actor)
    ]


KIND = subject_kind(
    policy.VISIT_ACCESS,
    endpoint="visits.detail",
    reads=P.VISITS_READ,
    found=queries.get_visit,
    may_change=policy.may_change,
    line=LineWords(_title, _company, (joinedload(Visit.enterprise),)),
    takes_steps=False,
)
