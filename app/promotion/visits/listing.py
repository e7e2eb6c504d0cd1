"""The list of visits, declared."""

from app.core.access.permissions import OURS
from app.core.records.columns import day, leading, of
from app.core.records.filters import Archived, Text, choice, days
from app.core.records.listing import Listing
from app.core.records.tabs import View, this_week
from app.promotion.visits import policy, queries, showing
from app.promotion.visits.enums import VisitKind
from app.promotion.visits.models import Visit, VisitParticipant
from app.register.accounts.enums import Permission
from app.register.accounts.filters import ByPerson, ByTeam, ByUnit
from app.register.enterprises.filters import ByCompany
from app.register.tags.filters import ByTag

VISITS = Listing(
    model=Visit,
    title="走访接待",
    counter="次",
    reads=Permission.VISITS_READ,
    takes=Permission.LISTS_EXPORT,
    visible=policy.visible,
    load=queries.load,
    filters=(
        Text(name="q", label="企业或内容", holds=queries.by_text),
        choice(Visit.kind, VisitKind),
        *days(Visit.held_on, "日期不早于", "日期不晚于", folded=False),
        ByUnit(column=VisitParticipant.unit_id, within=queries.took_part, folded=True),
        ByTeam(column=VisitParticipant.team_id, within=queries.took_part),
        ByPerson(name="person", column=VisitParticipant.person_id, within=queries.took_part, folded=True),
        ByCompany(column=Visit.enterprise_id, folded=True),
        ByTag(column=Visit.public_id),
        Archived(column=Visit.archived_at),
    ),
    views={
        "all": View("全部"),
        "mine": View("我的", queries.mine),
        "team": View(OURS, queries.ours),
        "week": this_week(Visit.held_on, "本周"),
    },
    sorted_by="-held",
    size="tall",
    columns=(
        leading(Visit.enterprise_id, width="name"),
        day(Visit.held_on, phone="light", sorts=True, tells=True),
        of(Visit.kind, kind="nowrap", phone="sum"),
        of(Visit.summary, showing.said, paper=lambda visit: visit.summary, width="wide", phone="next"),
        of(VisitParticipant.person_id, showing.people, phone="note"),
    ),
)
