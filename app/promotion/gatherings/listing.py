"""The list of events, declared."""

from app.core.records.columns import day, holder, leading, lit, of
from app.core.records.filters import Archived, Text, choice, days
from app.core.records.listing import Listing
from app.core.records.tabs import by_days, whose
from app.promotion.gatherings import policy, queries, showing
from app.promotion.gatherings.enums import GatheringKind
from app.promotion.gatherings.models import Gathering
from app.register.accounts.enums import Permission
from app.register.accounts.filters import ByPerson, ByTeam, ByUnit
from app.register.tags.filters import ByTag

GATHERINGS = Listing(
    model=Gathering,
    title="招商活动",
    counter="场",
    reads=Permission.GATHERINGS_READ,
    takes=Permission.LISTS_EXPORT,
    visible=policy.visible,
    load=queries.load,
    filters=(
        Text(name="q", label="名称", holds=queries.by_text, hint="名称、地点、议程或说明里的字"),
        choice(Gathering.kind, GatheringKind),
        ByPerson(column=Gathering.owner_id),
        ByUnit(column=Gathering.unit_id),
        ByTeam(column=Gathering.team_id),
        *days(Gathering.first_on, "第一天不早于", "第一天不晚于"),
        ByTag(column=Gathering.public_id),
        Archived(column=Gathering.archived_at),
    ),
    views=whose(Gathering.owner_id, Gathering.unit_id, Gathering.team_id),
    states=by_days(Gathering.first_on, Gathering.last_on),
    sorted_by="-first",
    columns=(
        leading(Gathering.name, width="name"),
        of(Gathering.kind, kind="nowrap", phone="more"),
        lit("state", "状态", showing.light_cell, kind="nowrap"),
        day(Gathering.first_on, key="first", phone="sum", sorts=True),
        day(Gathering.last_on, key="last", sorts=True),
        of(Gathering.place, phone="note"),
        of(Gathering.owner_id, phone="owner", kind="nowrap"),
        holder(Gathering.unit_id),
    ),
)
