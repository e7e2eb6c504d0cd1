"""Outings on the pages of others, and where they name somebody."""

from flask import url_for

from app.core.access.auth import Actor
from app.core.records.kinds import subject_kind
from app.core.values.registries import Naming, Related, RelatedRow, Sought, beside
from app.promotion.outings import policy, queries
from app.register.accounts.enums import Permission as P

_WHERE = {
    "outing": "外出和来访：名称、地方、说明、纪要、归档原因",
    "outing_stop": "外出和来访的日程：做什么、地点、对方谁接待、要谈什么、没有谈成的原因",
}

KIND = subject_kind(
    policy.OUTING_ACCESS,
    endpoint="outings.detail",
    reads=P.OUTINGS_READ,
    found=queries.get_outing,
    may_change=policy.may_change,
)


def related_to(enterprise_id: int, actor: Actor) -> Related | None:
    """The outings that a company is or was in the schedule of, for the side of its page."""
    if not actor.may(P.OUTINGS_READ):
        return None
    rows = [
        RelatedRow(
            stop.outing.name,
            url_for("outings.sheet", public_id=stop.public_id),
            f"{stop.stop_on}　{stop.outing.direction.label}",
        )
        for stop in queries.outings_of_company(enterprise_id, actor)
    ]
    return beside("外出和来访", rows, lambda: url_for("outings.index", state="all"))


def named_in(sought: Sought, actor: Actor) -> list[Naming]:
    """Outings that name somebody, and what stands in their schedules."""
    if not actor.may(P.OUTINGS_READ):
        return []
    return [
        Naming(kind, public_id, RelatedRow(name, url_for("outings.detail", public_id=outing), _WHERE[kind]))
        for kind, public_id, outing, name in queries.naming(sought, actor)
    ]
