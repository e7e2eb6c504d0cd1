"""The list of signs, declared."""

from sqlalchemy import true

from app.core.records.columns import day, leading, money, of
from app.core.records.filters import Archived, Text, any_of, days
from app.core.records.listing import Listing
from app.core.records.tabs import View
from app.core.values.labels import label_of
from app.core.values.money import in_wan
from app.register.accounts.enums import Permission
from app.register.enterprises.filters import ByCompany
from app.register.enterprises.models import Enterprise
from app.register.reference.filters import ByRegion
from app.register.signs import queries
from app.register.signs.enums import SignKind
from app.register.signs.models import ExpansionSign

SIGNS = Listing(
    model=ExpansionSign,
    title="扩张迹象",
    counter="条",
    reads=Permission.ENTERPRISES_READ,
    takes=Permission.LISTS_EXPORT,
    visible=lambda _actor: true(),
    load=queries.load,
    filters=(
        Text(name="q", label="企业或内容", holds=queries.by_text, hint="企业、内容或来源"),
        any_of(ExpansionSign.kind, SignKind),
        *days(ExpansionSign.happened_on, "日期不早于", "日期不晚于", folded=False),
        ByRegion(column=Enterprise.region_code, within=queries.of_region),
        Text(name="source", label=label_of(ExpansionSign.source), holds=queries.by_source, folded=True),
        ByCompany(column=ExpansionSign.enterprise_id, folded=True),
        Archived(column=ExpansionSign.archived_at),
    ),
    views={
        "all": View("全部"),
        "recent": View("近一年", queries.is_recent),
        "mine": View("我登记的", queries.is_mine),
    },
    sorted_by="-happened",
    size="tall",
    columns=(
        leading(ExpansionSign.enterprise_id, width="name"),
        of(ExpansionSign.kind, kind="nowrap", phone="stage", tells=True),
        day(ExpansionSign.happened_on, phone="light", sorts=True, tells=True),
        of(ExpansionSign.what, width="wide", phone="note"),
        money(ExpansionSign.amount, in_wan, "万元"),
        of(ExpansionSign.source, phone="more"),
        of(ExpansionSign.author_id, phone="owner", kind="nowrap"),
        day(ExpansionSign.created_at, sorts=True, on_paper=False),
    ),
)
