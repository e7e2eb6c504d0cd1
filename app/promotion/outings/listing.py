"""The list of outings, declared."""

from app.core.records.columns import day, holder, leading, lit, of
from app.core.records.filters import Archived, Text, choice, days
from app.core.records.listing import Listing
from app.core.records.tabs import by_days, whose
from app.promotion.outings import policy, queries, showing
from app.promotion.outings.enums import OutingDirection
from app.promotion.outings.models import Outing
from app.register.accounts.enums import Permission
from app.register.accounts.filters import ByPerson, ByTeam, ByUnit
from app.register.tags.filters import ByTag

OUTINGS = Listing(
    model=Outing,
    title="外出和来访",
    counter="次",
    reads=Permission.OUTINGS_READ,
    takes=Permission.LISTS_EXPORT,
    visible=policy.visible,
    load=queries.load,
    filters=(
        Text(name="q", label="名称", holds=queries.by_text, hint="名称、地方、企业、说明或纪要里的字"),
        choice(Outing.direction, OutingDirection),
        ByPerson(column=Outing.leader_id),
        ByPerson(column=Outing.owner_id),
        ByUnit(column=Outing.unit_id),
        ByTeam(column=Outing.team_id),
        *days(Outing.first_on, "第一天不早于", "第一天不晚于"),
        ByTag(column=Outing.public_id),
        Archived(column=Outing.archived_at),
    ),
    views=whose(Outing.owner_id, Outing.unit_id, Outing.team_id),
    states=by_days(Outing.first_on, Outing.last_on),
    sorted_by="-first",
    columns=(
        leading(Outing.name, width="name"),
        of(Outing.direction, kind="nowrap", phone="more"),
        lit("state", "状态", showing.light_cell, kind="nowrap"),
        day(Outing.first_on, key="first", phone="sum", sorts=True),
        day(Outing.last_on, key="last", sorts=True),
        of(Outing.leader_id, kind="nowrap"),
        of(Outing.place, phone="note"),
        of(Outing.heads, showing.heads_cell, kind="nowrap"),
        of(Outing.owner_id, phone="owner", kind="nowrap"),
        holder(Outing.unit_id),
    ),
)
