"""Events on the pages of others, and where they name somebody."""

from flask import url_for

from app.core.access.auth import Actor
from app.core.records.kinds import subject_kind
from app.core.values.registries import Naming, Related, RelatedRow, Sought, beside
from app.promotion.gatherings import policy, queries
from app.promotion.gatherings.models import Guest
from app.register.accounts.enums import Permission as P

_PAGES = {"gathering": "gatherings.detail", "gathering_guest": "gatherings.guests"}
_WHERE = {
    "gathering": "招商活动：名称、地点、议程、说明、归档原因",
    "gathering_guest": "招商活动的名单：姓名、职务、答复说明",
}

KIND = subject_kind(
    policy.GATHERING_ACCESS,
    endpoint="gatherings.detail",
    reads=P.GATHERINGS_READ,
    found=queries.get_gathering,
    may_change=policy.may_change,
)


def related_to(enterprise_id: int, actor: Actor) -> Related | None:
    """The events to which people of a company were invited or came, for the side of its page."""
    if not actor.may(P.GATHERINGS_READ):
        return None
    rows = [
        RelatedRow(
            guest.gathering.name,
            url_for("gatherings.detail", public_id=guest.gathering.public_id),
            _words(guest),
        )
        for guest in queries.of_company(enterprise_id, actor)
    ]
    return beside("招商活动", rows, lambda: url_for("gatherings.index", state="all"))


def _words(guest: Guest) -> str:
    came = "签到" if guest.came_at else guest.reply.label
    return f"{guest.gathering.first_on}　{guest.name} {came}"


def named_in(sought: Sought, actor: Actor) -> list[Naming]:
    """Events that name somebody, and their guests."""
    if not actor.may(P.GATHERINGS_READ):
        return []
    return [
        Naming(kind, public_id, RelatedRow(name, url_for(_PAGES[kind], public_id=event), _WHERE[kind]))
        for kind, public_id, event, name in queries.naming(sought, actor)
    ]
